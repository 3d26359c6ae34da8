// SPDX-License-Identifier: BSD-2-Clause

/**
 * Has errors of the file system tell the path that a user knows: Node leaves it out of errors on open files (a full
 * disk should say where), and names our hidden files otherwise.
 */
export async function naming<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Error && 'errno' in error && 'syscall' in error)
      Object.assign(error, { path, dest: undefined })
    throw error
  }
}
