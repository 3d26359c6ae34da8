// SPDX-License-Identifier: BSD-2-Clause
import type { Clock } from '../engine/clock'
import { guestShutdown } from '../engine/ec2/instance-life'
import type { InstanceStateName } from '../engine/ec2/schema/instances'
import { Engine } from '../engine/engine'
import { isCloudFolder } from './status'

/** There is no such guest, or it is not on. */
export class NoGuestError extends Error {
  override readonly name = 'NoGuestError'
}

const missing = (id: string): never => {
  throw new NoGuestError(`The instance ID '${id}' does not exist`)
}

/**
 * Do in the folder's cloud what follows when a guest switches itself off. Gives the state that its instance is in then.
 * Throws NoGuestError.
 */
export const shutDownGuest = async (home: string, id: string, clock: Clock): Promise<InstanceStateName> => {
  if (!isCloudFolder(home)) return missing(id)
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    return engine.write(tx => {
      const instance = tx.instances.get(id.toLowerCase()) ?? missing(id)
      if (instance.state !== 'running') {
        throw new NoGuestError(`The instance '${instance.id}' is ${instance.state}: no guest is on.`)
      }
      return guestShutdown(tx, instance).state
    })
  } finally {
    await engine.close()
  }
}
