// SPDX-License-Identifier: BSD-2-Clause
// The volumes of an instance that boots from one: how they are made with it, and which of them is its root.
import type { Tx } from '../operation'
import { putTags } from '../tags'
import { isRootDevice, sameDevice } from './block-device-mappings'
import type { DeviceMapping } from './schema/images'
import type { Instance } from './schema/instances'
import type { Volume } from './schema/volumes'
import { volumesOf } from './volume-life'
import { newVolume } from './volumes'

type Rooted = Pick<Instance, 'id' | 'rootDeviceName' | 'rootDeviceType'>

/** Whether an instance boots from a volume. Others cannot be stopped. */
export const isEbsBacked = ({ rootDeviceType }: Pick<Instance, 'rootDeviceType'>): boolean =>
  rootDeviceType === 'ebs'

/** Whether a volume at this device is, or would be, the root of an instance. */
export const isRootOf = (instance: Rooted, device: string): boolean =>
  isEbsBacked(instance) && isRootDevice(device, instance.rootDeviceName)

/** Whether these are names of one device of an instance: its root may have two. */
export const isDeviceOf = (instance: Rooted, one: string, other: string): boolean =>
  sameDevice(one, other) || (isRootOf(instance, one) && isRootOf(instance, other))

/** The volume that an instance boots from. A stopped one may have none. */
export const rootVolumeOf = (tx: Tx, instance: Rooted): Volume | undefined =>
  volumesOf(tx, instance.id).find(({ attachment }) => attachment && isRootOf(instance, attachment.device))

/** Make the volumes that a new instance is to have, attached from the start. Refused with VolumeLimitExceeded. */
export const launchVolumes = (
  tx: Tx,
  instance: Instance,
  mappings: readonly DeviceMapping[],
  tags: readonly { readonly key: string; readonly value: string }[],
): void => {
  for (const { deviceName, ebs } of mappings) {
    if (!ebs) continue
    const { deleteOnTermination, ...wish } = ebs
    const volume = newVolume(tx, {
      ...wish,
      zone: instance.zone,
      attachment: {
        instanceId: instance.id,
        device: deviceName,
        state: 'attached',
        attachedAt: tx.now,
        deleteOnTermination,
      },
    })
    putTags(tx, volume.id, tags)
  }
}

/** Why an instance cannot have its volumes, if it cannot; else whether it has to wait for some. */
export const stateOfVolumes = (
  tx: Tx,
  instanceId: string,
): 'ready' | 'creating' | { readonly failed: string } => {
  const volumes = volumesOf(tx, instanceId)
  const failed = volumes.find(({ state }) => state === 'error')
  if (failed) return { failed: `The volume ${failed.id} could not be made: ${failed.reason ?? 'unknown'}` }
  return volumes.some(({ state }) => state === 'creating') ? 'creating' : 'ready'
}
