// SPDX-License-Identifier: BSD-2-Clause
// From the options of the bundling tools to the bundle library's.
import type { Stats } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BundleOptions } from '../bundle/bundle-image'
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { endOf } from '../format/bundle/image-source'
import { type BundleArgs, composedPath } from './given'
import { bundleKeys } from './keys'

/** `--kernel true` and `--ramdisk true` are another way to say the type. */
export const bundleType = ({ imageType, kernel, ramdisk }: BundleArgs): BundleArgs['imageType'] => {
  if (kernel === 'true') return 'kernel'
  return ramdisk === 'true' ? 'ramdisk' : imageType
}

/** What is wrong with the options taken together; undefined when nothing is. */
export const bundleArgsFault = (args: BundleArgs): string | undefined => {
  const { image, prefix, imageSize, kernel, ramdisk, blockDeviceMappings } = args
  if (image === '-' && prefix === undefined) {
    return 'argument -p/--prefix is required when bundling standard input'
  }
  if (image === '-' && imageSize === undefined) {
    return 'argument --image-size is required when bundling standard input'
  }
  const type = bundleType(args)
  if (type === 'machine') return undefined
  const other = type === 'kernel' ? ramdisk : kernel
  const own = type === 'kernel' ? kernel : ramdisk
  const [ownFlag, otherFlag] = type === 'kernel' ? ['--kernel', '--ramdisk'] : ['--ramdisk', '--kernel']
  if (own !== undefined && own !== 'true')
    return `argument ${ownFlag}: not compatible with image type ${type}`
  if (other !== undefined) return `argument ${otherFlag}: not compatible with image type ${type}`
  if (blockDeviceMappings) {
    return `argument -B/--block-device-mappings: not compatible with image type ${type}`
  }
  return undefined
}

const bundler = { name: 'euca2ools', version: '3.4.1' }

/** The folder for the bundle: the one given, else a fresh one that is removed when the command fails. */
const destinationOf = async (context: Context, settings: Settings, given: string | undefined) => {
  if (given !== undefined) return { destination: context.path(given), shown: given, drop: async () => {} }
  const made = await mkdtemp(join(settings.temporaryFolder, 'bundle-'))
  return { destination: made, shown: made, drop: () => rm(made, { recursive: true, force: true }) }
}

export interface PlannedBundle {
  readonly options: BundleOptions
  /** The manifest's path as the user composed it. */
  readonly manifestShown: string
  /** Remove the temporary folder, if there is one. */
  drop(): Promise<void>
}

/** How large an image is; undefined for what is none, which bundling refuses. */
const imageBytes = async (path: string, stats: Stats): Promise<number | undefined> => {
  if (stats.isFile()) return stats.size
  if (!stats.isBlockDevice()) return undefined
  const device = await open(path)
  try {
    return await endOf(device)
  } finally {
    await device.close()
  }
}

/** Everything that bundling needs, found and read. `onProgress` is told bytes, and the image's size where it is known. */
export const planBundle = async (
  context: Context,
  settings: Settings,
  args: BundleArgs,
  onProgress: (bytes: number, totalBytes?: number) => void,
): Promise<PlannedBundle> => {
  const type = bundleType(args)
  const keys = await bundleKeys(context, settings, args, undefined)
  const fromStdin = args.image === '-'
  // A missing image is found before a folder is made for it.
  const stats = fromStdin ? undefined : await stat(context.path(args.image))
  const totalBytes = args.imageSize ?? (stats && (await imageBytes(context.path(args.image), stats)))
  const { destination, shown, drop } = await destinationOf(context, settings, args.destination)
  const prefix = args.prefix ?? basename(args.image)
  return {
    drop,
    manifestShown: composedPath(shown, `${prefix}.manifest.xml`),
    options: {
      image: fromStdin ? context.io.stdin : context.path(args.image),
      prefix,
      destination,
      arch: args.arch,
      type,
      bundler,
      ...keys,
      ...(args.imageSize !== undefined && { imageSize: args.imageSize }),
      ...(type === 'machine' && args.kernel !== undefined && { kernel: args.kernel }),
      ...(type === 'machine' && args.ramdisk !== undefined && { ramdisk: args.ramdisk }),
      ...(args.blockDeviceMappings && {
        blockDeviceMappings: Object.entries(args.blockDeviceMappings).map(([virtual, device]) => ({
          virtual,
          device,
        })),
      }),
      ...(type === 'machine' && args.productcodes.length > 0 && { productCodes: args.productcodes }),
      partBytes: args.partSize,
      ...(args.encKey !== undefined && { encKey: args.encKey }),
      ...(args.encIv !== undefined && { encIv: args.encIv }),
      onProgress: bytes => onProgress(bytes, totalBytes),
      signal: context.signal,
    },
  }
}
