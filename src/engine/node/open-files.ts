// SPDX-License-Identifier: BSD-2-Clause
// Who has a file open for writing. Only Linux tells, and only of processes that this one may look at.
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'

// What goes wrong here means that the process has ended, or is none of ours.
const unless = async <T>(read: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await read
  } catch {
    return otherwise
  }
}

// O_WRONLY or O_RDWR, in octal as the kernel writes it.
const writesPattern = /^flags:\t0?[0-7]*[12]$/m

const writes = async (process: string, path: string): Promise<boolean> => {
  for (const descriptor of await unless(readdir(`${process}/fd`), [])) {
    if ((await unless(readlink(`${process}/fd/${descriptor}`), '')) !== path) continue
    if (writesPattern.test(await unless(readFile(`${process}/fdinfo/${descriptor}`, 'utf8'), ''))) return true
  }
  return false
}

/** Whether some process is seen to have a file open for writing. */
export const isOpenForWriting = async (file: string): Promise<boolean> => {
  const path = await unless(realpath(file), file)
  for (const name of await unless(readdir('/proc'), [])) {
    if (/^\d+$/.test(name) && (await writes(`/proc/${name}`, path))) return true
  }
  return false
}
