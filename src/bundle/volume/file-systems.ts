// SPDX-License-Identifier: BSD-2-Clause
// A file system like that of a volume: its type, label and UUID. What boots by one of these finds its root in the image.
import { stat } from 'node:fs/promises'
import type { Mount } from './mounts'
import type { Programs } from './programs'

export interface FileSystem {
  readonly type: FileSystemType
  readonly label?: string
  readonly uuid?: string
}

export type FileSystemType = keyof typeof kinds

export const isExt = (type: FileSystemType): boolean => type.startsWith('ext')

type Name = Pick<FileSystem, 'label' | 'uuid'>

interface Kind {
  /** Words before the device. */
  readonly make: (name: Name) => readonly string[]
  /** Programs to run on the device once it is not mounted any more, each with its words before the device. */
  readonly finish: (name: Name) => readonly (readonly string[])[]
}

const label = ({ label }: Name): string[] => (label ? ['-L', label] : [])
const uuid = ({ uuid }: Name): string[] => (uuid ? ['-U', uuid] : [])
const both = (name: Name): string[] => [...label(name), ...uuid(name)]

const ext: Kind = {
  make: name => ['-q', '-F', ...both(name)],
  // Checks after a time make no sense for images.
  finish: () => [['tune2fs', '-i', '0']],
}

/** XFS and Btrfs are not mounted beside another of the same UUID: they get theirs at the end. */
const kinds = {
  ext2: ext,
  ext3: ext,
  ext4: ext,
  xfs: {
    make: name => ['-q', '-f', ...label(name)],
    finish: name => (name.uuid ? [['xfs_admin', ...uuid(name)]] : []),
  },
  btrfs: {
    make: name => ['-q', '-f', ...label(name)],
    finish: name => (name.uuid ? [['btrfstune', '-f', ...uuid(name)]] : []),
  },
  jfs: {
    make: name => ['-q', ...label(name)],
    finish: name => (name.uuid ? [['jfs_tune', ...uuid(name)]] : []),
  },
} as const satisfies Readonly<Record<string, Kind>>

const isKnown = (type: string): type is FileSystemType => Object.hasOwn(kinds, type)

/** What blkid says of a device; nothing when it may not read it. */
const namesOf = async (programs: Programs, device: string): Promise<Name> => {
  const { status, stdout } = await programs.attempt('blkid', ['-o', 'export', device])
  if (status !== 0) return {}
  const value = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(stdout)?.[1]
  const [label, uuid] = [value('LABEL'), value('UUID')]
  return { ...(label && { label: label.replace(/\\(.)/g, '$1') }), ...(uuid && { uuid }) }
}

/** Like the file system that is mounted there. Of a volume on something else, such as a container's, it is ext4. */
export const fileSystemLike = async (programs: Programs, mount: Mount | undefined): Promise<FileSystem> => {
  if (!mount || !isKnown(mount.type)) return { type: 'ext4' }
  const names = mount.device.startsWith('/dev/') ? await namesOf(programs, mount.device) : {}
  return { type: mount.type, ...names }
}

/** Make it on a device. */
export const makeOn = async (programs: Programs, system: FileSystem, device: string, signal: AbortSignal) => {
  await programs.run('mkfs', ['-t', system.type, ...kinds[system.type].make(system), device], { signal })
}

/** What is left to do on a device that is not mounted any more. */
export const finishOn = async (
  programs: Programs,
  system: FileSystem,
  device: string,
  signal: AbortSignal,
) => {
  for (const [program = '', ...words] of kinds[system.type].finish(system)) {
    await programs.run(program, [...words, device], { signal })
  }
}

/** Make an ext file system in a part of a file, with a folder's contents: this needs neither device nor mount. */
export const makeFilled = async (
  programs: Programs,
  system: FileSystem,
  place: { readonly image: string; readonly offset: number; readonly bytes: number; readonly folder: string },
  signal: AbortSignal,
) => {
  const words = [...kinds[system.type].make(system), '-d', place.folder, '-E', `offset=${place.offset}`]
  const size = `${Math.floor(place.bytes / 1024)}k`
  await programs.run(`mkfs.${system.type}`, [...words, place.image, size], { signal })
  // mkfs fills the root and forgets what it is itself.
  const { mode, uid, gid } = await stat(place.folder)
  const fields = [`mode 0${(mode & 0o177777).toString(8)}`, `uid ${uid}`, `gid ${gid}`]
  for (const field of fields) {
    const change = ['-w', '-R', `set_inode_field / ${field}`, `${place.image}?offset=${place.offset}`]
    await programs.run('debugfs', change, { signal })
  }
}
