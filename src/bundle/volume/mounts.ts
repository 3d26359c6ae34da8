// SPDX-License-Identifier: BSD-2-Clause
// What is mounted where on this machine, and so what of a volume is copied.
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

export interface Mount {
  readonly device: string
  readonly point: string
  readonly type: string
}

/** The kernel writes blanks and such in octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))

/** Of several on one place the last, which is the one that is seen. */
export const parseMounts = (text: string): readonly Mount[] => {
  const byPoint = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [device, point, type] = line.split(' ')
    if (!device || !point || !type) continue
    byPoint.set(unescaped(point), { device: unescaped(device), point: unescaped(point), type })
  }
  return [...byPoint.values()]
}

export const readMounts = async (): Promise<readonly Mount[]> =>
  parseMounts(await readFile('/proc/self/mounts', 'utf8'))

/** Where something is inside a folder, from its root; undefined when it is not inside. */
export const within = (folder: string, path: string): string | undefined => {
  const way = relative(folder, path)
  return way === '' || way === '..' || way.startsWith('../') ? undefined : join('/', way)
}

/** The mount that a folder is on. */
export const mountOf = (mounts: readonly Mount[], folder: string): Mount | undefined =>
  mounts
    .filter(({ point }) => point === folder || within(point, folder) !== undefined)
    .reduce<Mount | undefined>(
      (best, mount) => (best === undefined || mount.point.length > best.point.length ? mount : best),
      undefined,
    )

const localTypes = ['btrfs', 'ext2', 'ext3', 'ext4', 'jfs', 'xfs']

// What the kernel makes up as it is read. Some of it has no end, and none of it is anybody's data.
const pseudoTypes = [
  ...['autofs', 'binfmt_misc', 'bpf', 'cgroup', 'cgroup2', 'configfs', 'debugfs', 'devpts', 'devtmpfs'],
  ...['efivarfs', 'fusectl', 'hugetlbfs', 'mqueue', 'nsfs', 'proc', 'pstore', 'rpc_pipefs', 'securityfs'],
  ...['selinuxfs', 'sysfs', 'tracefs'],
]

/** A path as a pattern of rsync that means just that. */
export const asPattern = (path: string): string =>
  /[*?[]/.test(path) ? path.replace(/[*?[\\]/g, character => `\\${character}`) : path

/** Patterns for what is mounted inside a volume and is not to be copied. */
export const mountPatterns = (
  mounts: readonly Mount[],
  volume: string,
  isEverythingWanted: boolean,
): readonly string[] =>
  mounts.flatMap(({ point, type }) => {
    const place = within(volume, point)
    const isWanted = isEverythingWanted ? !pseudoTypes.includes(type) : localTypes.includes(type)
    return place === undefined || isWanted ? [] : [`${asPattern(place)}/**`]
  })

/** What euca2ools did not put into images, secrets above all, where the machine has no list of its own. */
export const sensitivePatterns: readonly string[] = [
  ...['*~', '*.nfs*', '*.sw', '*.swo', '*.swp'],
  ...['*.gpg', '*.jks', '*.pem', '*.priv', '*id_dsa*', '*id_rsa*', '.gnupg/**', '.ssh/authorized_keys'],
  ...['.bash_history', '.zsh_history', '/etc/udev/rules.d/*-persistent-net.rules'],
  ...['/dev/**', '/media/**', '/mnt/**', '/proc/**', '/sys/**'],
]
