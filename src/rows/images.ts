// SPDX-License-Identifier: BSD-2-Clause
import type { BlockDeviceMapping, Image, ImageAttribute } from '@aws-sdk/client-ec2'
import { byBytes, firstOf, type Row, text } from './cell'
import { permissionRows, productCodeRows } from './permissions'
import { tagRows } from './tags'

const blockDeviceMappingRow = ({ VirtualName, DeviceName, Ebs }: BlockDeviceMapping): Row =>
  VirtualName
    ? ['BLOCKDEVICEMAPPING', 'EPHEMERAL', DeviceName, VirtualName]
    : [
        'BLOCKDEVICEMAPPING',
        'EBS',
        DeviceName,
        Ebs?.SnapshotId,
        Ebs?.VolumeSize,
        text(Ebs?.DeleteOnTermination),
        Ebs?.VolumeType,
        Ebs?.Iops,
      ]

const imageRow = (image: Image): Row => [
  'IMAGE',
  image.ImageId,
  image.RootDeviceType === 'instance-store'
    ? image.ImageLocation
    : `${image.OwnerId ?? ''}/${image.Name ?? ''}`,
  firstOf(image.ImageOwnerAlias, image.OwnerId),
  image.State,
  image.Public === true ? 'public' : 'private',
  image.Architecture,
  image.ImageType,
  image.KernelId,
  image.RamdiskId,
  image.Platform,
  image.RootDeviceType,
  image.VirtualizationType,
  image.Hypervisor,
]

/** The first of several images with one ID, in order of ID. */
export const distinctImages = (images: readonly Image[]): Image[] => {
  const byId = new Map<string, Image>()
  for (const image of images) if (!byId.has(image.ImageId ?? '')) byId.set(image.ImageId ?? '', image)
  return [...byId].sort(([a], [b]) => byBytes(a, b)).map(([, image]) => image)
}

export const imageRows = (images: readonly Image[] | undefined): Row[] =>
  distinctImages(images ?? []).flatMap(image => [
    imageRow(image),
    ...(image.BlockDeviceMappings ?? []).map(blockDeviceMappingRow),
    ...tagRows(image.ImageId, image.Tags),
  ])

const mappingRow = (id: string | undefined, mapping: BlockDeviceMapping): Row => [
  'blockDeviceMapping',
  id,
  'blockDeviceMap',
  `${mapping.DeviceName}: ${firstOf(mapping.VirtualName, mapping.Ebs?.SnapshotId) ?? 'None'}`,
]

/** Whatever the response holds of an image's attributes. */
export const imageAttributeRows = (attribute: ImageAttribute): Row[] => {
  const { ImageId: id, KernelId, RamdiskId, Description } = attribute
  const values = [
    ['kernel', KernelId?.Value],
    ['ramdisk', RamdiskId?.Value],
    ['description', Description?.Value],
  ] as const
  return [
    ...permissionRows('launchPermission', id, attribute.LaunchPermissions),
    ...productCodeRows(id, attribute.ProductCodes),
    ...(attribute.BlockDeviceMappings ?? []).map(mapping => mappingRow(id, mapping)),
    ...values.filter(([, value]) => value).map(([name, value]): Row => [name, id, undefined, value]),
  ]
}
