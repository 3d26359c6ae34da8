// SPDX-License-Identifier: BSD-2-Clause
// An image file of a volume that is mounted here: a disk with or without a partition table, and on it a file system like
// the volume's with the volume's files.
//
// Where the system has loop devices and lets us mount, the files are copied into the mounted image, as euca2ools did. In
// containers it often does not. There the files are gathered in a folder first, and mkfs fills an ext file system with
// them: that takes their room twice, and nothing that only root of a whole machine may do.
//
// What is mounted and attached is unmounted and detached again in every case, and by programs that ^C does not reach.
import { open, realpath } from 'node:fs/promises'
import { BundleError } from '../../format/bundle/errors'
import { type Contents, copyFiles, putFile, tooSmall } from './copy'
import { type FileSystem, fileSystemLike, finishOn, isExt, makeFilled, makeOn } from './file-systems'
import { asPattern, mountOf, mountPatterns, readMounts, sensitivePatterns, within } from './mounts'
import { type Layout, layoutOf, type TableKind, tableOf } from './partition-tables'
import type { Programs } from './programs'

export interface VolumeImageOptions {
  readonly programs: Programs
  readonly signal: AbortSignal
  /** Absolute path of the volume, without links. */
  readonly volume: string
  /** The file to make. */
  readonly image: string
  /** An empty folder, where the image is mounted or its files are gathered. */
  readonly target: string
  readonly mib: number
  readonly table: TableKind
  /** Patterns of rsync; what is included is so only in spite of what is not excluded by these. */
  readonly exclude: readonly string[]
  readonly include: readonly string[]
  /** The folder with image and target: it is never copied. */
  readonly ours: string
  /** The files of the bundle that is to be made, without what their names end in. */
  readonly bundle: string
  /** Also what is mounted inside the volume from elsewhere. */
  readonly isEverythingWanted: boolean
  /** Patterns of what is kept out of images: a file of them, our own, or none. */
  readonly sensitive: { readonly file: string } | 'own' | 'none'
  readonly fstab?: Contents | undefined
  readonly grubConfig?: string | undefined
  /** A program that may change the files before they are bundled; it gets their folder. */
  readonly script?: string | undefined
  readonly onBytes?: ((bytes: number) => void) | undefined
  readonly onRetry: () => Promise<void>
}

/** The partition table of the disk that a volume is on; undefined where that cannot be found out. */
export const tableOfVolume = async (volume: string): Promise<TableKind | undefined> => {
  const mount = mountOf(await readMounts(), await realpath(volume))
  return mount && tableOf(mount.device)
}

const filtersOf = async (options: VolumeImageOptions): Promise<string[]> => {
  const { volume, sensitive } = options
  const excluded = (patterns: readonly string[]) => patterns.map(pattern => `--exclude=${pattern}`)
  const inside = (path: string, ends: readonly string[]) => {
    const place = within(volume, path)
    return place === undefined ? [] : ends.map(end => `${asPattern(place)}${end}`)
  }
  return [
    ...excluded(inside(options.ours, [''])),
    ...excluded(inside(options.bundle, ['.manifest.xml', '.part.*'])),
    ...excluded(options.exclude),
    ...options.include.map(pattern => `--include=${pattern}`),
    ...excluded(mountPatterns(await readMounts(), volume, options.isEverythingWanted)),
    ...(sensitive === 'own' ? excluded(sensitivePatterns) : []),
    ...(typeof sensitive === 'object' ? [`--exclude-from=${sensitive.file}`] : []),
  ]
}

const fill = async (options: VolumeImageOptions): Promise<void> => {
  const { programs, signal, target, mib, onBytes, onRetry, fstab, grubConfig, script } = options
  const filters = await filtersOf(options)
  await copyFiles({ programs, signal, from: options.volume, to: target, filters, mib, onBytes, onRetry })
  if (fstab) await putFile(target, 'etc/fstab', fstab)
  if (grubConfig) await putFile(target, 'boot/grub/menu.lst', { file: grubConfig })
  if (script) await programs.run(script, [target], { signal })
}

const makeDisk = async (image: string, mib: number, { pieces }: Layout): Promise<void> => {
  const file = await open(image, 'wx', 0o600)
  try {
    await file.truncate(mib * 2 ** 20)
    for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at)
  } finally {
    await file.close()
  }
}

/** A loop device for the file system's place in the image; undefined where there is none to be had. */
const attach = async (programs: Programs, image: string, { offset, bytes }: Layout) => {
  const place = ['--offset', String(offset), '--sizelimit', String(bytes)]
  const { status, stdout } = await programs.attempt('losetup', ['--find', '--show', ...place, image])
  return status === 0 ? stdout.trim() : undefined
}

// Somebody may look into the folder at this very moment: a file manager, or what the user's script left running.
const unmountTries = 10

const unmount = async (programs: Programs, target: string): Promise<void> => {
  for (let left = unmountTries; left > 0; left--) {
    const { status } = await programs.attempt('umount', [target])
    if (status === 0) return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  await programs.run('umount', ['--lazy', target])
  throw new BundleError(`${target} is in use: something still runs there`)
}

/** Copy into the mounted image. False when this machine lets nobody mount it. */
const fillMounted = async (
  options: VolumeImageOptions,
  system: FileSystem,
  device: string,
): Promise<boolean> => {
  const { programs, signal, target } = options
  await makeOn(programs, system, device, signal)
  const { status, stderr } = await programs.attempt('mount', ['-t', system.type, device, target])
  if (status !== 0) {
    if (isExt(system.type)) return false
    throw new BundleError(`the image cannot be mounted: ${stderr.trim()}`)
  }
  try {
    await fill(options)
  } finally {
    await unmount(programs, target)
  }
  await finishOn(programs, system, device, signal)
  return true
}

const fillUnmounted = async (
  options: VolumeImageOptions,
  system: FileSystem,
  { offset, bytes }: Layout,
): Promise<void> => {
  const { programs, signal, image, target } = options
  await fill(options)
  try {
    await makeFilled(programs, system, { image, offset, bytes, folder: target }, signal)
  } catch (error) {
    // Of e2fsprogs, when a block cannot be had.
    throw /Could not allocate|No free space/i.test(String(error)) ? tooSmall(options.mib) : error
  }
  await finishOn(programs, system, `${image}?offset=${offset}`, signal)
}

/** Make the image. When that fails the file may be there, and is the caller's to remove; nothing else is left. */
export const imageOfVolume = async (options: VolumeImageOptions): Promise<void> => {
  const { programs, image, mib, volume } = options
  const layout = layoutOf(options.table, mib)
  const system = await fileSystemLike(programs, mountOf(await readMounts(), volume))
  await makeDisk(image, mib, layout)
  const device = await attach(programs, image, layout)
  let isFilled = false
  if (device !== undefined) {
    try {
      isFilled = await fillMounted(options, system, device)
    } finally {
      await programs.run('losetup', ['--detach', device])
    }
  } else if (!isExt(system.type)) {
    throw new BundleError(`there is no loop device to make a file system of type ${system.type} on`)
  }
  if (!isFilled) await fillUnmounted(options, system, layout)
}
