// SPDX-License-Identifier: BSD-2-Clause
// Bundling and uploading at once, and registering what was uploaded, as several tools do it.

import type { TransferProgress } from '../bundle/object-store'
import { bundleAndUpload, parsePlace, type UploadTarget, uploadBundle } from '../bundle/transfer'
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { planBundle } from './bundling'
import type { BundleArgs, UploadArgs } from './given'
import { eraserOf, policyOf, policyStore, storeOf } from './stores'
import { bundlingMeters, fileMeters } from './transfers'

/** What the original shows of a form: a line when it begins, and no bar. */
const namesOf = (context: Context) => {
  const shown = new Set<string>()
  return ({ filename }: TransferProgress): void => {
    if (context.progress !== 'bar' || shown.has(filename)) return
    shown.add(filename)
    void context.print(`${filename} uploading...`)
  }
}

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
    onProgress: policy ? namesOf(context) : fileMeters(context),
    // A policy lets its holder store, not delete.
    ...(policy === undefined && { eraser: () => eraserOf(context) }),
    ...(context.debug && {
      // The manifest has its line at the end, in any case.
      onUploaded: (object: string) =>
        void (/\.part\.\d+$/.test(object) && context.print(`Uploaded ${object}`)),
    }),
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
      target: target.ensureBucket ? { ...target, onProgress: meters.uploaded } : target,
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
