// SPDX-License-Identifier: BSD-2-Clause
// CreateImage: an image of an instance that boots from a volume (engine-ebs §5). The snapshots and the image are on
// record at once, pending; what follows is in image-creation.ts.
import type { BlockDeviceMapping, CreateImageRequest, CreateImageResult } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { putTags, specifiedTags } from '../tags'
import {
  type AskedMapping,
  completeMapping,
  isRootDevice,
  mappingRules,
  readMappings,
  sameDevice,
} from './block-device-mappings'
import { checkDescription, checkDuplicate, checkName } from './image-checks'
import { beginCreation } from './image-creation'
import { freshImageId } from './image-ids'
import { instanceWithAttributes } from './instance-ids'
import { isEbsBacked, isRootOf, rootVolumeOf } from './instance-volumes'
import { imageProperties } from './properties'
import { checkImageQuota, madeBy } from './quotas'
import type { DeviceMapping, Image } from './schema/images'
import type { Instance } from './schema/instances'
import type { Volume } from './schema/volumes'
import { newSnapshot, type SnapshotOptions } from './snapshots'
import { volumesOf } from './volume-life'

const invalid = (message: string): never => refuse('InvalidBlockDeviceMapping', message)

const checkInstance = (tx: Tx, instance: Instance): void => {
  if (!isEbsBacked(instance)) {
    refuse(
      'UnsupportedOperation',
      'Cannot create an image from an instance which is not booted from an EBS volume',
    )
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    refuse(
      'IncorrectInstanceState',
      `Cannot create an image from instance ${instance.id}, which is in state ${instance.state}`,
    )
  }
  const isBusy = tx.images.list().some(({ creation }) => creation?.instanceId === instance.id)
  if (isBusy) {
    refuse(
      'ConcurrentCreateImageNoRebootLimitExceeded',
      `Existing CreateImage task is found for the instance ${instance.id}`,
    )
  }
}

/** What is to be in the image beside what is attached, and which attached devices are not. */
const checkMappings = (
  tx: Tx,
  instance: Instance,
  attached: readonly Volume[],
  mappings: readonly BlockDeviceMapping[] | undefined,
): readonly AskedMapping[] => {
  const rootName = instance.rootDeviceName
  for (const { DeviceName = '' } of mappings ?? []) {
    if (isRootDevice(DeviceName, rootName)) {
      invalid(`The root device ${rootName} of ${instance.id} cannot be mapped or suppressed`)
    }
  }
  const asked = readMappings(tx, mappings, mappingRules.createImage, invalid)
  for (const mapping of asked) {
    const isTaken = attached.some(({ attachment }) =>
      sameDevice(attachment?.device ?? '', mapping.deviceName),
    )
    const isSuppressed = !mapping.ebs && !mapping.virtualName
    if (isTaken && !isSuppressed) {
      invalid(`The device ${mapping.deviceName} is in use by a volume attached to ${instance.id}`)
    }
  }
  return asked
}

/** The instance's own ephemeral disk, unless the request has another or wants none. */
const ephemerals = ({ mappings }: Instance, asked: readonly AskedMapping[]): readonly DeviceMapping[] =>
  asked.some(({ virtualName }) => virtualName)
    ? []
    : mappings.filter(
        ({ deviceName, virtualName }) =>
          virtualName && !asked.some(mapping => sameDevice(mapping.deviceName, deviceName)),
      )

/** The volumes to take snapshots of, the root first. */
const sources = (
  tx: Tx,
  instance: Instance,
  attached: readonly Volume[],
  asked: readonly AskedMapping[],
): readonly Volume[] => {
  const root =
    rootVolumeOf(tx, instance) ??
    refuse('IncorrectState', `The instance '${instance.id}' has no volume at ${instance.rootDeviceName}`)
  const others = attached.filter(
    ({ attachment }) =>
      attachment?.state === 'attached' &&
      !isRootOf(instance, attachment.device) &&
      !asked.some(mapping => sameDevice(mapping.deviceName, attachment.device)),
  )
  const all = [root, ...others]
  // An instance may be stopped before its volumes were made.
  const unready = all.find(({ state }) => state !== 'available')
  return unready ? refuse('IncorrectState', `Volume ${unready.id} not yet ready`) : all
}

/** Put a snapshot of a volume on record, and say how instances of the image are to have it. */
const capture = (tx: Tx, instance: Instance, volume: Volume, imageId: string, options: SnapshotOptions) => {
  const text = `Created by CreateImage(${instance.id}) for ${imageId} from ${volume.id}`
  const { id: snapshotId } = newSnapshot(tx, volume, text, options)
  const { sizeGib, volumeType, iops, throughput } = volume
  const device = volume.attachment?.device ?? ''
  return {
    deviceName: isRootOf(instance, device) ? instance.rootDeviceName : device,
    ebs: {
      snapshotId,
      sizeGib,
      deleteOnTermination: true,
      volumeType,
      ...(iops !== undefined && { iops }),
      ...(throughput !== undefined && { throughput }),
    },
  }
}

/** What an image has of its instance. */
const inheritedFrom = (instance: Instance) => {
  const { architecture, platform, virtualizationType, kernelId, ramdiskId } = instance
  return {
    ...{ architecture, platform, virtualizationType },
    ...(kernelId && { kernelId }),
    ...(ramdiskId && { ramdiskId }),
    rootDeviceName: instance.rootDeviceName,
    productCodes: instance.productCodes,
  }
}

/** All that is checked before anything is made. */
const check = (tx: Tx, input: CreateImageRequest) => {
  const { Name: name = '', Description: description, TagSpecifications } = input
  checkName(name)
  checkDuplicate(tx, name)
  checkDescription(description)
  const instance = instanceWithAttributes(tx, input.InstanceId)
  checkInstance(tx, instance)
  const attached = volumesOf(tx, instance.id)
  const asked = checkMappings(tx, instance, attached, input.BlockDeviceMappings)
  const types = ['image', 'snapshot']
  return {
    ...{ name, description, instance, asked },
    volumes: sources(tx, instance, attached, asked),
    tags: specifiedTags(TagSpecifications, 'image', types),
    snapshotTags: specifiedTags(TagSpecifications, 'snapshot', types),
  }
}

export const createImage: Operation<CreateImageRequest, CreateImageResult> = (tx, input) => {
  const { name, description, instance, asked, volumes, tags, snapshotTags } = check(tx, input)
  checkImageQuota(tx)
  const reboots = instance.state === 'running' && input.NoReboot !== true
  const id = freshImageId(tx, 'emi')
  const options = { isLater: reboots, isQuiet: reboots }
  const captured = volumes.map(volume => capture(tx, instance, volume, id, options))
  const snapshotIds = captured.map(({ ebs }) => ebs.snapshotId)
  const rootGib = volumes[0]?.sizeGib ?? 0
  const extra = asked
    .filter(({ ebs, virtualName }) => ebs || virtualName)
    .map(mapping => completeMapping(mapping, rootGib))
  const image: Image = {
    id,
    ...madeBy(tx),
    name,
    ...(description && { description }),
    location: `${tx.caller.account}/${name}`,
    rootDeviceType: 'ebs',
    kind: 'machine',
    ...inheritedFrom(instance),
    mappings: [...captured, ...extra, ...ephemerals(instance, asked)],
    state: 'pending',
    isPublic: imageProperties.defaultVisibility,
    launchAccounts: [],
    bytes: rootGib * 2 ** 30,
    bundledBytes: 0,
    createdAt: tx.now,
    source: { imageId: instance.imageId, region: tx.region, instanceId: instance.id },
    creation: {
      instanceId: instance.id,
      step: reboots ? 'guest_stopping' : 'creating_snapshot',
      reboots,
      snapshotIds,
      startedAt: tx.now,
    },
  }
  tx.images.put(image)
  putTags(tx, id, tags)
  for (const snapshotId of snapshotIds) putTags(tx, snapshotId, snapshotTags)
  beginCreation(tx, image)
  return { ImageId: id }
}
