// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { settleFolder } from '../engine/archive/work-folders'
import { servers } from './claim'
import { isCloudFolder } from './status'

/** A server is using the folder. */
export class FolderInUseError extends Error {
  constructor(home: string, endpoint: string) {
    super(`${home} is being served at ${endpoint}; stop that server first`)
    this.name = 'FolderInUseError'
  }
}

/**
 * Delete a cloud: all that is in its folder, records last, so that what a kill leaves is still known as a cloud.
 * False when the folder holds none; then nothing is touched.
 */
export const reset = (home: string): boolean => {
  settleFolder(home)
  if (!isCloudFolder(home)) return false
  const [server] = servers(home)
  if (server) throw new FolderInUseError(home, server.endpoint)
  for (const name of readdirSync(home)) {
    if (name !== 'records') rmSync(join(home, name), { recursive: true, force: true })
  }
  rmSync(join(home, 'records'), { recursive: true, force: true })
  return true
}
