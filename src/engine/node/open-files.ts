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

/** The files below a folder that processes are seen to have open for writing, by the names they were opened by. */
export const writtenBelow = async (folder: string): Promise<ReadonlySet<string>> => {
  const start = `${await unless(realpath(folder), folder)}/`
  const found = new Set<string>()
  for (const name of await unless(readdir('/proc'), [])) {
    if (!/^\d+$/.test(name)) continue
    for (const descriptor of await unless(readdir(`/proc/${name}/fd`), [])) {
      const path = await unless(readlink(`/proc/${name}/fd/${descriptor}`), '')
      if (!path.startsWith(start)) continue
      const facts = await unless(readFile(`/proc/${name}/fdinfo/${descriptor}`, 'utf8'), '')
      if (writesPattern.test(facts)) found.add(path.slice(start.length))
    }
  }
  return found
}

/**
 * The processes that are seen to have a file mapped into their memory, as those have that use records. Their children
 * inherit it open, and have no part in it.
 */
export const mappersOf = async (file: string): Promise<readonly number[]> => {
  const path = await unless(realpath(file), file)
  const found: number[] = []
  for (const name of await unless(readdir('/proc'), [])) {
    if (!/^\d+$/.test(name)) continue
    const maps = await unless(readFile(`/proc/${name}/maps`, 'utf8'), '')
    if (maps.includes(` ${path}\n`)) found.push(Number(name))
  }
  return found
}
