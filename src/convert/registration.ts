// SPDX-License-Identifier: BSD-2-Clause
import type { BlockDeviceMapping, RegisterImageRequest } from '@aws-sdk/client-ec2'
import { ConversionError } from './errors'
import type { ConversionRecord } from './record'
import type { ConversionServices } from './services'

const requestOf = (
  { plan }: ConversionRecord,
  snapshotId: string,
  mappings: readonly BlockDeviceMapping[],
) => {
  const root: BlockDeviceMapping = {
    DeviceName: plan.rootDeviceName,
    Ebs: { SnapshotId: snapshotId, VolumeSize: plan.sizeGib },
  }
  const request = {
    Name: plan.name,
    Description: plan.description,
    Architecture: plan.architecture,
    KernelId: plan.kernelId,
    RamdiskId: plan.ramdiskId,
    VirtualizationType: plan.virtualizationType,
    RootDeviceName: plan.rootDeviceName,
    BlockDeviceMappings: [root, ...mappings],
    ...(plan.platform && { Platform: plan.platform }),
  }
  // Architectures and platforms of other clouds are not in the SDK's lists.
  return request as RegisterImageRequest
}

/** The image that was registered when the answer was lost: it has our snapshot. */
const registeredBefore = async (
  { target }: ConversionServices,
  snapshotId: string,
): Promise<string | undefined> => {
  const { Images: images = [] } = await target.compute.describeImages({
    Owners: ['self'],
    Filters: [{ Name: 'block-device-mapping.snapshot-id', Values: [snapshotId] }],
  })
  const isOurs = ({ Ebs }: BlockDeviceMapping): boolean => Ebs?.SnapshotId === snapshotId
  return images.find(({ BlockDeviceMappings = [] }) => BlockDeviceMappings.some(isOurs))?.ImageId
}

/** Eucalyptus has room for one ephemeral disk; images of other clouds have more. */
const isOneTooMany = (error: unknown): boolean =>
  error instanceof Error && /only one ephemeral/i.test(error.message)

const register = async (
  services: ConversionServices,
  record: ConversionRecord,
  snapshotId: string,
): Promise<string> => {
  const { compute } = services.target
  const { mappings } = record.plan
  const before = record.progress.registering && (await registeredBefore(services, snapshotId))
  if (before) return before
  await record.save({ registering: true })
  const { ImageId: id } = await compute
    .registerImage(requestOf(record, snapshotId, mappings))
    .catch((error: unknown) => {
      if (mappings.length < 2 || !isOneTooMany(error)) throw error
      services.onEvent({ kind: 'note', text: 'Only the first of several ephemeral disks was carried over.' })
      return compute.registerImage(requestOf(record, snapshotId, mappings.slice(0, 1)))
    })
  if (!id) throw new ConversionError('the service registered an image without saying which')
  return id
}

/** Register the new image with all that the old one had. Resolves to its id. */
export const registerConverted = async (
  services: ConversionServices,
  record: ConversionRecord,
  snapshotId: string,
): Promise<string> => {
  const id = record.progress.newImageId ?? (await register(services, record, snapshotId))
  await record.save({ newImageId: id })
  const { tags } = record.plan
  if (tags.length > 0) await services.target.compute.createTags({ Resources: [id], Tags: [...tags] })
  return id
}
