// SPDX-License-Identifier: BSD-2-Clause
// The files of a volume, copied by rsync as euca2ools had it copy them, and the few that are put in their places.
import { cp, mkdir, realpath, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BundleError } from '../../format/bundle/errors'
import { within } from './mounts'
import type { Programs } from './programs'

export const tooSmall = (mib: number): BundleError =>
  new BundleError(`the volume does not fit into ${mib} MiB; give it more with -s/--size`)

// 23: some could not be copied whole. 24: some were gone before they were copied, as on every machine that runs.
const toleratedStatuses = [0, 23, 24]
const unknownOption = 1

export interface CopyOptions {
  readonly programs: Programs
  readonly signal: AbortSignal
  readonly from: string
  readonly to: string
  /** Words of rsync, of which the first that fits a file decides. */
  readonly filters: readonly string[]
  readonly mib: number
  /** Told how much has been copied; without it rsync does not count. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  /** Called when the copying begins again without extended attributes. */
  readonly onRetry: () => Promise<void>
}

const counted = (onBytes: (bytes: number) => void) => (text: string) => {
  const counts = [...text.matchAll(/(?:^|[\r\n])\s*([\d,.]+)\s+\d+%/g)]
  const last = counts.at(-1)?.[1]
  if (last) onBytes(Number(last.replace(/\D/g, '')))
}

const slashed = (folder: string): string => (folder.endsWith('/') ? folder : `${folder}/`)

export const copyFiles = async (options: CopyOptions): Promise<void> => {
  const { programs, signal, filters, onBytes } = options
  const words = [
    ...['-rHlpogDtS', onBytes ? '--info=progress2' : '--quiet', ...filters],
    ...[slashed(options.from), slashed(options.to)],
  ]
  const run = (more: readonly string[]) =>
    programs.attempt('rsync', [...more, ...words], {
      signal,
      ...(onBytes && { onOutput: counted(onBytes) }),
    })
  let outcome = await run(['-X'])
  if (outcome.status === unknownOption) {
    await options.onRetry()
    outcome = await run([])
  }
  if (toleratedStatuses.includes(outcome.status)) return
  if (/No space left on device/.test(outcome.stderr)) throw tooSmall(options.mib)
  const said = outcome.stderr.trim().split('\n')[0]
  throw new BundleError(`rsync ended with status ${outcome.status}${said ? `: ${said}` : ''}`)
}

/** What a file of the image is replaced by. */
export type Contents = { readonly file: string } | { readonly text: string }

const unless = (code: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== code) throw error
}

/** The folder of a file in the image. Links of the volume are followed inside it only: `/etc` of another is not ours. */
const folderOf = async (root: string, path: string): Promise<string> => {
  const top = await realpath(root)
  let folder = top
  for (const part of dirname(path).split('/')) {
    folder = join(folder, part)
    await mkdir(folder).catch(unless('EEXIST'))
    folder = await realpath(folder)
    if (within(top, folder) === undefined) throw new BundleError(`/${path} of the volume leads out of it`)
  }
  return folder
}

/** Put a file into the image. One that is there is kept beside it, as `.bak`. */
export const putFile = async (root: string, path: string, contents: Contents): Promise<void> => {
  const place = join(await folderOf(root, path), basename(path))
  await rename(place, `${place}.bak`).catch(unless('ENOENT'))
  if ('file' in contents) await cp(contents.file, place, { preserveTimestamps: true, dereference: true })
  else await writeFile(place, contents.text)
}
