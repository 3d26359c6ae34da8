// SPDX-License-Identifier: BSD-2-Clause
import { CatalogError } from './errors'

/** `universal`: one kernel serves every hypervisor and lies anywhere in the tarball. */
export type Hypervisor = 'kvm' | 'universal' | 'xen'

export interface Choice {
  readonly kernel?: string
  readonly ramdisk?: string
  readonly image: string
}

const kernelName = /vmlinu/
const ramdiskName = /initrd|initramfs|loader/

/**
 * Which members to take, by the rules of eustore-install-image 3.0.5. `paths` are all members, `files` the regular
 * files among them, in archive order. Names are looked for below the search prefix only: a top directory that is
 * called `vmlinux-demo` does not make a kernel of everything in it, as it did in the original.
 */
export const chooseMembers = (
  tarball: string,
  paths: readonly string[],
  files: readonly string[],
  options: { readonly hypervisor: Hypervisor; readonly withKernel: boolean },
): Choice => {
  const common = commonPrefix(paths)
  const below = (prefix: string, name: RegExp) => (path: string) =>
    path.startsWith(prefix) && name.test(path.slice(prefix.length))
  const whole = paths.every(path => path === common || path.startsWith(`${common}/`))
  const top = whole && common !== '' ? `${common}/` : common.slice(0, common.lastIndexOf('/') + 1)
  const picked: { kernel?: string; ramdisk?: string } = {}
  if (options.withKernel) {
    const prefixes = options.hypervisor === 'universal' ? [top] : folders(common, top, options.hypervisor)
    for (const [role, name] of [
      ['kernel', kernelName],
      ['ramdisk', ramdiskName],
    ] as const) {
      const found = first(prefixes, prefix =>
        files.find(path => below(prefix, name)(path) && path !== picked.kernel),
      )
      if (found === undefined) throw nothingFound(tarball, role, options.hypervisor, paths)
      picked[role] = found
    }
  }
  const image = files.find(
    path =>
      path.endsWith('.img') &&
      path !== picked.kernel &&
      path !== picked.ramdisk &&
      !ramdiskName.test(path.slice(top.length)),
  )
  if (image === undefined)
    throw new CatalogError('NotFound', `${tarball} holds no machine image (a file *.img)`)
  return { ...picked, image }
}

/** The longest beginning that all paths share, character by character, as the original took it. */
export const commonPrefix = (paths: readonly string[]): string => {
  let prefix = paths[0] ?? ''
  for (const path of paths) while (!path.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return prefix
}

// The common prefix may end in the middle of a name (`top/k` of `top/kernel.txt` and `top/kvm-kernel/…`), where the
// original then found nothing; the directory that it lies in is tried as well.
const folders = (common: string, top: string, hypervisor: string): string[] => {
  const joined = common === '' || common.endsWith('/') ? common : `${common}/`
  return [`${joined}${hypervisor}-kernel/`, `${top}${hypervisor}-kernel/`]
}

const first = <T>(values: readonly string[], find: (value: string) => T | undefined): T | undefined => {
  for (const value of values) {
    const found = find(value)
    if (found !== undefined) return found
  }
  return undefined
}

const nothingFound = (
  tarball: string,
  role: string,
  hypervisor: Hypervisor,
  paths: readonly string[],
): CatalogError => {
  const there = new Set(paths.flatMap(path => path.match(/(?:^|\/)([^/]+)-kernel(?:\/|$)/)?.[1] ?? []))
  const hint = there.size > 0 ? ` (it has kernels for ${[...there].sort().join(', ')})` : ''
  const which = hypervisor === 'universal' ? '' : ` for hypervisor ${hypervisor}`
  return new CatalogError('NotFound', `${tarball} holds no ${role}${which}${hint}`)
}
