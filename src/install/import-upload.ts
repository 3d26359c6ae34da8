// SPDX-License-Identifier: BSD-2-Clause
// The upload of an import, from its beginning or from where it ended.
import { basename } from 'node:path'
import type { Context } from '../cli/context'
import { openImage } from '../format/bundle/image-source'
import { fileBytesOf } from '../format/import/manifest'
import { ImportError } from '../imports/errors'
import { fetchOrStoreManifest, uploadParts } from '../imports/upload'
import { manifestPlace, type OwnerArgs } from './import-store'
import { taskDisk } from './import-tasks'
import { fileMeters } from './transfers'

const importer = { name: 'euca2ools', version: '3.4.1', release: '0' }
const secondsOfADay = 86_400
const defaultDays = 30
const mebibyte = 1_048_576
const ended: ReadonlySet<string | undefined> = new Set(['cancelling', 'cancelled', 'completed'])

/** How long addresses are good for; 0 days are as many as nobody asked for. */
export const validSeconds = (days: number): number => (days || defaultDays) * secondsOfADay

/** The size of a file or a block device. Rejects for what is neither. */
export const fileBytes = async (path: string): Promise<number> => {
  const image = await openImage(path)
  await image.close()
  return image.size
}

export interface ResumeArgs extends OwnerArgs {
  readonly source: string
  readonly task: string
  readonly expires: number
  /** MiB. */
  readonly partSize?: number | undefined
}

export interface Resumed {
  readonly TaskId: string
  readonly Parts: number
  readonly UploadedParts: number
}

/** Uploads what is missing. Resolves to what is wrong when the file is not the one that the import began with. */
export const resumeImport = async (
  context: Context,
  args: ResumeArgs,
): Promise<Resumed | { readonly fault: string }> => {
  const { source, task, partSize } = args
  const path = context.path(source)
  const bytes = await fileBytes(path)
  if (bytes === 0) return { fault: `file '${source}' is empty` }
  if (context.progress === 'bar') await context.print(`Uploading image for task ${task}`)
  const { Image, Volume, manifestUrl, state } = await taskDisk(context, task)
  // Nobody would fetch what is uploaded now, and it would stay in the bucket.
  if (ended.has(state)) throw new ImportError(`conversion task ${task} is ${state}`)
  const place = await manifestPlace(context, args, manifestUrl)
  const manifest = await fetchOrStoreManifest({
    ...place,
    filename: basename(source),
    fileBytes: bytes,
    disk: { format: Image?.Format ?? '', bytes: Image?.Size ?? 0, volumeGib: Volume?.Size ?? 0 },
    partBytes: partSize === undefined ? undefined : partSize * mebibyte,
    validSeconds: validSeconds(args.expires),
    importer,
  })
  const expected = fileBytesOf(manifest)
  if (expected !== bytes) {
    return {
      fault: `file '${source}' is not the one that the import began with: it has ${bytes} bytes, not ${expected}`,
    }
  }
  const uploaded = await uploadParts({
    bucket: place.bucket,
    manifest,
    file: path,
    onProgress: fileMeters(context),
    signal: context.signal,
  })
  return { TaskId: task, Parts: manifest.parts.length, UploadedParts: uploaded }
}
