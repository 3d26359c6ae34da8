// SPDX-License-Identifier: BSD-2-Clause
// euca-bundle-vol: a mounted volume becomes an image, and the image a bundle.
import { access, mkdir, mkdtemp, realpath, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleImage } from '../bundle/bundle-image'
import type { Contents } from '../bundle/volume/copy'
import { layoutOf, type TableKind } from '../bundle/volume/partition-tables'
import { systemPrograms } from '../bundle/volume/programs'
import { imageOfVolume, type VolumeImageOptions } from '../bundle/volume/volume-image'
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { BundleError } from '../format/bundle/errors'
import { isBaseName } from '../format/bundle/manifest'
import { planBundle } from './bundling'
import type { BundleArgs } from './given'
import type { Inherited } from './instance-metadata'
import { bundleKeys } from './keys'
import { wholeMeter } from './transfers'

export interface BundleVolumeArgs
  extends Omit<BundleArgs, 'image' | 'arch' | 'imageType' | 'imageSize' | 'bootstrapUrl'> {
  readonly arch: BundleArgs['arch'] | undefined
  readonly bootstrapUrl: string | undefined
  readonly volume: string
  readonly size: number
  readonly exclude: readonly string[] | undefined
  readonly include: readonly string[] | undefined
  readonly noFilter: boolean
  readonly all: boolean
  readonly script: string | undefined
  readonly fstab: string | undefined
  readonly generateFstab: boolean
  readonly grubConfig: string | undefined
}

/** What is wrong with the options taken together; undefined when nothing is. */
export const volumeArgsFault = ({ arch, kernel, ramdisk, size }: BundleVolumeArgs): string | undefined => {
  if (arch === undefined) return 'argument -r/--arch is required'
  if (kernel === 'true') return 'argument --kernel: not compatible with image type machine'
  if (ramdisk === 'true') return 'argument --ramdisk: not compatible with image type machine'
  if (size < 1) return 'argument -s/--size: must be at least 1'
  return undefined
}

/** Devices belong to root, and so does most of what a machine holds. */
export const mustBeSuperuser = (): void => {
  if (process.geteuid?.() !== 0) throw new BundleError('must be superuser')
}

// Where a machine's administrator has lists of his own, as euca2ools installed them.
const configured = '/etc/euca2ools/bundle-vol'

const isThere = async (path: string): Promise<boolean> => {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

/** An instance's own disk, an ephemeral one if there is any, and what every Linux has. */
const generatedFstab = [
  '/dev/sda1 /        auto   defaults       1 1',
  '/dev/sdb  /mnt     auto   nofail         2 0',
  'none      /dev/pts devpts gid=5,mode=620 0 0',
  'none      /proc    proc   defaults       0 0',
  'none      /sys     sysfs  defaults       0 0',
  '',
].join('\n')

const fstabOf = async (context: Context, args: BundleVolumeArgs): Promise<Contents | undefined> => {
  if (args.fstab !== undefined) return { file: context.path(args.fstab) }
  const template = join(configured, 'fstab')
  if (args.generateFstab) return (await isThere(template)) ? { file: template } : { text: generatedFstab }
  return (await isThere('/etc/fstab')) ? { file: '/etc/fstab' } : undefined
}

const sensitiveOf = async ({ noFilter }: BundleVolumeArgs): Promise<VolumeImageOptions['sensitive']> => {
  if (noFilter) return 'none'
  const file = join(configured, 'excludes')
  return (await isThere(file)) ? { file } : 'own'
}

/** The files that the user names are found before anything is made of them. */
const checkFiles = async (context: Context, { volume, fstab, grubConfig, script }: BundleVolumeArgs) => {
  for (const path of [volume, fstab, grubConfig, script]) {
    if (path !== undefined) await access(context.path(path))
  }
}

/** The folder for the bundle: the one given, made if it is missing, else a fresh one. */
const destinationOf = async (context: Context, settings: Settings, given: string | undefined) => {
  if (given === undefined) {
    const made = await mkdtemp(join(settings.temporaryFolder, 'bundle-'))
    return { path: made, shown: made, isMade: true }
  }
  const path = context.path(given)
  const isMade = !(await isThere(path))
  if (isMade) await mkdir(path)
  return { path, shown: given, isMade }
}

type Destination = Awaited<ReturnType<typeof destinationOf>>

/** Image and bundle in the destination; the path of the manifest as its user knows it. */
const bundleInto = async (
  context: Context,
  settings: Settings,
  args: BundleVolumeArgs & { readonly arch: string; readonly prefix: string },
  table: TableKind,
  destination: Destination,
): Promise<string> => {
  const { log } = await context.clientIo()
  const programs = systemPrograms(context.io.env, words => log?.(`running ${words.join(' ')}`))
  const { signal } = context
  const { prefix } = args
  // What is left out of the copy is named by its place in the volume, to which no link may lead another way.
  const place = await realpath(destination.path)
  const work = await mkdtemp(join(place, 'volume-'))
  try {
    const image = join(work, 'image')
    const target = join(work, 'target')
    await mkdir(target, { mode: 0o755 })
    await context.print('Copying files...')
    await imageOfVolume({
      ...{ programs, signal, image, target, table },
      volume: await realpath(context.path(args.volume)),
      mib: args.size,
      exclude: args.exclude ?? [],
      include: args.include ?? [],
      ours: destination.isMade ? place : work,
      // What an earlier bundle of this name left there will be replaced, and is no part of the volume either.
      bundle: join(place, prefix),
      isEverythingWanted: args.all,
      sensitive: await sensitiveOf(args),
      fstab: await fstabOf(context, args),
      grubConfig: args.grubConfig && context.path(args.grubConfig),
      script: args.script && context.path(args.script),
      onBytes: context.progress === 'none' ? undefined : wholeMeter(context, 'Copying files'),
      onRetry: () => context.print('Retrying without extended attributes'),
    })
    const bundleArgs = { ...args, image, imageType: 'machine', imageSize: undefined } as const
    const given = { ...bundleArgs, destination: destination.shown }
    const plan = await planBundle(context, settings, given, wholeMeter(context, 'Bundling image'))
    await bundleImage(plan.options)
    return plan.manifestShown
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const withInherited = (args: BundleVolumeArgs, inherited: Inherited | undefined): BundleVolumeArgs =>
  inherited
    ? {
        ...args,
        kernel: args.kernel ?? inherited.kernel,
        ramdisk: args.ramdisk ?? inherited.ramdisk,
        productcodes: args.productcodes.length > 0 ? args.productcodes : inherited.productcodes,
        blockDeviceMappings: args.blockDeviceMappings ?? inherited.blockDeviceMappings,
      }
    : args

/** Bundle a volume; the path of the manifest. What was begun is taken back when this fails. */
export const bundleVolume = async (
  context: Context,
  given: BundleVolumeArgs,
  { table, inherited }: { readonly table: TableKind; readonly inherited: Inherited | undefined },
): Promise<string> => {
  const { arch = '', prefix = 'image', ...args } = withInherited(given, inherited)
  const settings = await context.settings()
  if (!isBaseName(prefix)) {
    throw new BundleError(`the prefix of a bundle must be a file name: ${JSON.stringify(prefix)}`)
  }
  layoutOf(table, args.size)
  await checkFiles(context, given)
  // A key that is missing is better missed now than after an hour's copying.
  await bundleKeys(context, settings, args, undefined)
  const destination = await destinationOf(context, settings, args.destination)
  try {
    return await bundleInto(context, settings, { ...args, arch, prefix }, table, destination)
  } catch (error) {
    if (destination.isMade) await rmdir(destination.path).catch(() => {})
    throw error
  }
}
