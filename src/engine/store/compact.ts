// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { namingFolder, openRecords } from './open-records'

/**
 * From records that nobody else has open, a file without the pages that are free: smaller, and without what had been
 * deleted. The records go.
 */
export const compactRecords = async (from: string, to: string): Promise<string> => {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const records = openRecords(from)
  try {
    await records.backup(to, true)
  } catch (error) {
    return namingFolder(to, () => {
      throw error
    })
  } finally {
    await records.close()
  }
  await rm(from, { recursive: true, force: true })
  return join(to, 'data.mdb')
}
