// SPDX-License-Identifier: BSD-2-Clause
// AttachVolume and DetachVolume. Checks are in the order of engine-ebs §6.
import type { AttachVolumeRequest, DetachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { checkNotImporting } from './conversion-life'
import { instanceWithAttributes } from './instance-ids'
import { isDeviceOf, isRootOf } from './instance-volumes'
import type { Instance } from './schema/instances'
import type { Attachment, Volume } from './schema/volumes'
import { mayUseVolume, usableVolume } from './volume-ids'
import { attachVolume as giveVolume, releaseVolume, volumesOf } from './volume-life'
import { attachmentView } from './volumes'

/** Without `/dev/`: under which name a device is in its instance's folder. */
const shortName = (device: string): string => device.replace(/^\/dev\//, '')

// ---- AttachVolume ------------------------------------------------------------------------------------------------

const checkDevice = (device: string | undefined): string => {
  // A name that is `/dev/` and nothing more passes Eucalyptus' pattern and names no device.
  const isName = /^[a-zA-Z\d/]{3,10}$/.test(device ?? '') && shortName(device ?? '') !== ''
  return isName && device !== undefined
    ? device
    : refuse('InvalidParameterValue', `Value (${device}) for parameter device is invalid.`)
}

const checkFree = (tx: Tx, instance: Instance, device: string): void => {
  const isSame = (other: string): boolean => shortName(other) === shortName(device)
  const isTaken = volumesOf(tx, instance.id).some(
    ({ attachment }) => attachment && isDeviceOf(instance, attachment.device, device),
  )
  const isStoredRoot = instance.rootDeviceType !== 'ebs' && isSame(instance.rootDeviceName)
  if (isTaken || isStoredRoot) {
    refuse('InvalidParameterValue', `Already have a device attached to: ${device}`)
  }
  if (instance.mappings.some(({ deviceName, virtualName }) => virtualName && isSame(deviceName))) {
    refuse('InvalidParameterValue', `Already have an ephemeral device attached to: ${device}`)
  }
}

const checkVolume = ({ id, attachment, zone }: Volume, instance: Instance): void => {
  if (attachment) refuse('VolumeInUse', `Volume already attached: ${id}`)
  if (zone !== instance.zone) {
    refuse('InvalidVolume.ZoneMismatch', `Can only attach volumes in the same zone: ${id}`)
  }
}

export const attachVolume: Operation<AttachVolumeRequest, VolumeAttachment> = (tx, input) => {
  const device = checkDevice(input.Device)
  const instance = instanceWithAttributes(tx, input.InstanceId)
  const volume = usableVolume(tx, input.VolumeId, 'attach volume')
  checkFree(tx, instance, device)
  checkVolume(volume, instance)
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    refuse('IncorrectState', `Instance '${instance.id}' is not 'running'`)
  }
  if (volume.state !== 'available') refuse('IncorrectState', `Volume '${volume.id}' is not 'available'`)
  checkNotImporting(tx, volume.id)
  // A machine that is off gets its devices when it is started.
  const isOff = instance.state === 'stopped'
  const attachment: Attachment = {
    instanceId: instance.id,
    device,
    state: isOff ? 'attached' : 'attaching',
    attachedAt: tx.now,
    deleteOnTermination: false,
  }
  giveVolume(tx, volume, attachment)
  if (!isOff) tx.start('volume.show', volume.id)
  return attachmentView(volume.id, attachment)
}

// ---- DetachVolume ------------------------------------------------------------------------------------------------

const checkInstanceId = (text: string): string => {
  const id = text.toLowerCase()
  return /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)
    ? id
    : refuse(
        'InvalidParameterValue',
        `Value (${text}) for parameter instanceId is invalid. Expected: 'i-...'.`,
      )
}

/** What instance a volume is taken from: all that may be wrong with that is refused. */
const checkDetach = (tx: Tx, volume: Volume, attachment: Attachment, input: DetachVolumeRequest) => {
  const instance = tx.instances.get(attachment.instanceId)
  const isRoot = instance !== undefined && isRootOf(instance, attachment.device)
  if (instance && !mayUseVolume(tx, instance)) {
    refuse(
      'UnauthorizedOperation',
      `Not authorized to detach volume from instance ${instance.id} by ${tx.caller.userName}`,
    )
  }
  if (isRoot && instance.state !== 'stopped') {
    refuse(
      'IncorrectState',
      `Cannot detach root volume ${volume.id} from EBS backed instance ${instance.id} when instance state is ${instance.state}`,
    )
  }
  if (input.InstanceId !== undefined && checkInstanceId(input.InstanceId) !== attachment.instanceId) {
    refuse('InvalidAttachment.NotFound', `Volume is not attached to instance: ${input.InstanceId}`)
  }
  if (input.Device !== undefined && input.Device !== attachment.device) {
    refuse('InvalidAttachment.NotFound', `Volume is not attached to device: ${input.Device}`)
  }
  return instance
}

export const detachVolume: Operation<DetachVolumeRequest, VolumeAttachment> = (tx, input) => {
  const volume = usableVolume(tx, input.VolumeId, 'detach volume')
  const attachment = volume.attachment ?? refuse('IncorrectState', `Volume is not attached: ${volume.id}`)
  const instance = checkDetach(tx, volume, attachment, input)
  const detaching: Attachment = { ...attachment, state: 'detaching' }
  if (instance?.state === 'stopped') {
    releaseVolume(tx, volume)
    return attachmentView(volume.id, detaching)
  }
  giveVolume(tx, volume, { ...detaching, ...(input.Force && { isForced: true }) })
  tx.start('volume.hide', volume.id)
  return attachmentView(volume.id, detaching)
}
