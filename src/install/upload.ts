// SPDX-License-Identifier: BSD-2-Clause
// Bundling and uploading at once, and registering what was uploaded, as several tools do it.
import { bundleAndUpload, parsePlace, type UploadTarget, uploadBundle } from '../bundle/transfer'
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { planBundle } from './bundling'
import type { BundleArgs, UploadArgs } from './given'
import { eraserOf, policyOf, policyStore, storeOf } from './stores'
import { bundlingMeters, fileMeters } from './transfers'

/** Where and how the objects go: by policy when one is given, else signed. */
export const uploadTarget = async (context: Context, args: UploadArgs): Promise<UploadTarget> => {
  const policy = await policyOf(context, args)
  const settings = await context.settings()
  const location = args.location ?? settings.regionOption('s3-location-constraint')
  return {
    store: policy ? await policyStore(context, policy) : await storeOf(context),
    place: parsePlace(args.bucket),
    acl: args.acl,
    ensureBucket: policy === undefined,
    retry: args.retry !== undefined,
    ...(location !== undefined && { location }),
    onProgress: fileMeters(context),
    // A policy lets its holder store, not delete.
    ...(policy === undefined && { eraser: () => eraserOf(context) }),
    ...(context.debug && { onUploaded: (object: string) => void context.print(`Uploaded ${object}`) }),
    signal: context.signal,
  }
}

/** `BUCKET/KEY` of the manifest; undefined when it was skipped. */
export const upload = async (
  context: Context,
  args: UploadArgs & { manifest: string; directory: string | undefined; skipmanifest: boolean },
): Promise<string | undefined> =>
  uploadBundle({
    ...(await uploadTarget(context, args)),
    manifestPath: context.path(args.manifest),
    ...(args.directory !== undefined && { directory: context.path(args.directory) }),
    skipManifest: args.skipmanifest,
  })

/** Bundle and upload; resolves to `BUCKET/KEY` of the manifest. */
export const bundleToStore = async (
  context: Context,
  settings: Settings,
  args: BundleArgs & UploadArgs & { maxPendingParts: number; preserveBundle?: boolean },
): Promise<string> => {
  const target = await uploadTarget(context, args)
  const meters = bundlingMeters(context)
  const plan = await planBundle(context, settings, args, meters.bundled)
  const preserve = args.preserveBundle === true
  try {
    const { location } = await bundleAndUpload({
      ...plan.options,
      target: { ...target, onProgress: meters.uploaded },
      preserve,
      maxPendingParts: args.maxPendingParts,
    })
    if (!preserve) await plan.drop()
    return location
  } catch (error) {
    await plan.drop()
    throw error
  }
}
