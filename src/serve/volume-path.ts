// SPDX-License-Identifier: BSD-2-Clause
import type { Clock } from '../engine/clock'
import { Engine } from '../engine/engine'
import { volumePath } from '../engine/node/volume-files'
import { isCloudFolder } from './status'

/** There is no such volume, or it has no bytes at this moment. */
export class NoDiskError extends Error {
  override readonly name = 'NoDiskError'
}

// The folder is named, since the cloud that the other tools speak to may be served from another one.
const missing = (home: string, id: string): never => {
  throw new NoDiskError(`The volume '${id}' does not exist in ${home}.`)
}

/**
 * The file that is a volume: its device in the folder of the running instance that has it, else the volume's own. It may
 * be read, mounted and written. Throws NoDiskError.
 */
export const volumePathOf = async (home: string, id: string, clock: Clock): Promise<string> => {
  if (!isCloudFolder(home)) return missing(home, id)
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    return engine.read(tx => {
      const volume = tx.volumes.get(id) ?? missing(home, id)
      const path = volumePath(tx, home, volume)
      if (path === undefined) throw new NoDiskError(`The volume '${id}' is ${volume.state}.`)
      return path
    })
  } finally {
    await engine.close()
  }
}
