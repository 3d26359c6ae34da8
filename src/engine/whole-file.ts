// SPDX-License-Identifier: BSD-2-Clause
import { renameSync, writeFileSync } from 'node:fs'

/**
 * Write a file whole or not at all, for the owner alone: others may read it at any moment, and whoever writes may be killed
 * half way, or have no room for all of it.
 */
export const writeWhole = (file: string, text: string): void => {
  const unfinished = `${file}.new`
  writeFileSync(unfinished, text, { mode: 0o600 })
  renameSync(unfinished, file)
}
