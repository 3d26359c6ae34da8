// SPDX-License-Identifier: BSD-2-Clause
// euimage-install-pack: extract, bundle, upload, register, tag.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../cli/context'
import { planPackInstall } from '../packs/plan-install'
import { extractImage, readPack } from '../packs/read-pack'
import { checkServices, computeClient, register } from './registering'
import { wholeMeter } from './transfers'
import { bundleToStore } from './upload'

export interface PackArgs {
  readonly pack: string
  readonly profile: string | undefined
  readonly bucket: string
  readonly location: string | undefined
  readonly privatekey: string | undefined
  readonly cert: string | undefined
  readonly ec2cert: string | undefined
  readonly user: string | undefined
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
}

/** The options of the bundling tools that a pack decides for itself, or leaves at their defaults. */
const settled = {
  destination: undefined,
  bootstrapUrl: undefined,
  blockDeviceMappings: undefined,
  productcodes: [],
  imageType: 'machine',
  imageSize: undefined,
  partSize: 10 * 1024 * 1024,
  encKey: undefined,
  encIv: undefined,
  acl: 'aws-exec-read',
  uploadPolicy: undefined,
  uploadPolicyFile: undefined,
  uploadPolicySignature: undefined,
  retry: undefined,
  maxPendingParts: 2,
} as const

/** Install a pack by one of its profiles. An image that could not be tagged stays; the error says what failed. */
export const installPack = async (
  context: Context,
  args: PackArgs,
): Promise<{ imageId: string | undefined }> => {
  const file = context.path(args.pack)
  const pack = await readPack(file)
  const plan = planPackInstall(pack.image, {
    now: new Date(context.now()),
    ...(args.profile !== undefined && { profile: args.profile }),
    ...(args.kernel !== undefined && { kernelId: args.kernel }),
    ...(args.ramdisk !== undefined && { ramdiskId: args.ramdisk }),
  })
  const settings = await context.settings()
  checkServices(settings, ['s3', 'ec2'])
  const folder = await mkdtemp(join(settings.temporaryFolder, 'euimage-'))
  try {
    const image = join(folder, plan.bundle.prefix)
    await extractImage(file, image, {
      onProgress: wholeMeter(context, 'Decompressing'),
      signal: context.signal,
    })
    const location = await bundleToStore(context, settings, {
      ...settled,
      ...args,
      image,
      prefix: plan.bundle.prefix,
      arch: plan.bundle.arch,
      // The kernel and ramdisk are given at registration.
      kernel: undefined,
      ramdisk: undefined,
    })
    const { ImageId } = await register(context, { ...plan.register, ImageLocation: location })
    const ec2 = await computeClient(context)
    await ec2.createTags({ Resources: [ImageId ?? ''], Tags: [...plan.tags] })
    return { imageId: ImageId }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
