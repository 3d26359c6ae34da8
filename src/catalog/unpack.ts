// SPDX-License-Identifier: BSD-2-Clause
import { basename, join } from 'node:path'
import { chooseMembers, type Hypervisor } from './choose'
import { CatalogError } from './errors'
import { extractFiles, listTarball, type TarballFile, type TarballOptions } from './tarball'

/** Paths of the files written. */
export interface Unpacked {
  readonly kernel?: string
  readonly ramdisk?: string
  readonly image: string
}

/**
 * Take a tarball's machine image, and unless `withKernel` is false its kernel and ramdisk, flat into `directory`,
 * which must exist. The whole tarball is checked first. Zero blocks become holes. On failure nothing is left.
 */
export const unpackTarball = async (
  tarball: string,
  directory: string,
  options: TarballOptions & {
    readonly hypervisor: Hypervisor
    readonly withKernel?: boolean
    readonly onProgress?: (bytes: number, total: number) => void
  },
): Promise<Unpacked> => {
  const listing = await listTarball(tarball, options)
  const choice = chooseMembers(
    tarball,
    listing.paths,
    listing.files.map(file => file.path),
    { hypervisor: options.hypervisor, withKernel: options.withKernel ?? true },
  )
  const wanted = new Map<TarballFile, string>()
  const names = new Set([basename(tarball).toLowerCase()])
  const place = (path: string): string => {
    const name = basename(path)
    // Also where upper and lower case are the same to the file system, as on a Mac.
    if (names.has(name.toLowerCase()))
      throw new CatalogError('DuplicateName', `${tarball} holds two files that would be called ${name}`)
    names.add(name.toLowerCase())
    const file = listing.files.find(one => one.path === path)
    if (file === undefined) throw new Error(`chose ${path}, which is not listed`)
    wanted.set(file, join(directory, name))
    return join(directory, name)
  }
  const unpacked = {
    ...(choice.kernel === undefined ? {} : { kernel: place(choice.kernel) }),
    ...(choice.ramdisk === undefined ? {} : { ramdisk: place(choice.ramdisk) }),
    image: place(choice.image),
  }
  await extractFiles(tarball, wanted, directory, options)
  return unpacked
}
