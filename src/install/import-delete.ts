// SPDX-License-Identifier: BSD-2-Clause
import type { Context } from '../cli/context'
import { deleteImport } from '../imports/delete-import'
import { fetchManifest } from '../imports/upload'
import { manifestPlace, type OwnerArgs } from './import-store'
import { taskDisk } from './import-tasks'

export interface DeleteArgs extends OwnerArgs {
  readonly task: string | undefined
  readonly manifestUrl: string | undefined
}

/** Deletes what was uploaded for an import. Resolves to what is wrong when there is no manifest. */
export const deleteDiskImage = async (
  context: Context,
  args: DeleteArgs,
): Promise<{ readonly fault?: string }> => {
  const manifestUrl = args.manifestUrl ?? (await taskDisk(context, args.task ?? '')).manifestUrl
  const place = await manifestPlace(context, args, manifestUrl)
  const manifest = await fetchManifest(place.bucket, place.manifestKey)
  if (!manifest) return { fault: `import manifest '${place.manifestKey}' does not exist on the server` }
  await deleteImport({ ...place, manifest, signal: context.signal })
  return {}
}
