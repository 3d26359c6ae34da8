// SPDX-License-Identifier: BSD-2-Clause
// RegisterImage from a snapshot (engine-ebs §2).
import type { BlockDeviceMapping, RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { putTags, specifiedTags } from '../tags'
import {
  completeMapping,
  mappingRules,
  type RefuseMapping,
  readMappings,
  sameDevice,
} from './block-device-mappings'
import { checkArchitecture, kernelAsked, networkDrivers, ramdiskAsked } from './image-checks'
import { freshImageId } from './image-ids'
import { imageProperties } from './properties'
import { checkImageQuota, madeBy } from './quotas'
import type { Image } from './schema/images'

type Request = RegisterImageRequest & { readonly Platform?: string }

const defaultRoot = '/dev/sda'
/** The root as a partition. What is stored is the disk. */
const partitionedRoot = '/dev/sda1'

const isSource = ({ Ebs }: BlockDeviceMapping): boolean => Boolean(Ebs?.SnapshotId)

/** The device of the root by its name in the request, if some snapshot is mapped there. */
export const rootOfRequest = ({ RootDeviceName, BlockDeviceMappings = [] }: Request): string | undefined => {
  const names = RootDeviceName ? [RootDeviceName] : [defaultRoot, partitionedRoot]
  return names.find(root =>
    BlockDeviceMappings.some(mapping => sameDevice(mapping.DeviceName ?? '', root) && isSource(mapping)),
  )
}

/** A failure that Eucalyptus leaves without a code. */
const fail: RefuseMapping = (message, code = 'InvalidBlockDeviceMapping') => refuse(code, message)

const devices = (tx: Tx, input: Request, root: string) => {
  const asked = readMappings(tx, input.BlockDeviceMappings, mappingRules.registerEbs, fail)
  const isRoot = ({ deviceName }: { readonly deviceName: string }) => sameDevice(deviceName, root)
  const source = asked.find(isRoot)?.ebs
  const sizeGib = source?.sizeGib ?? source?.snapshot?.sizeGib ?? 0
  const rootDeviceName = sameDevice(root, partitionedRoot) ? defaultRoot : root
  return {
    rootDeviceName,
    mappings: asked
      .map(mapping => (isRoot(mapping) ? { ...mapping, deviceName: rootDeviceName } : mapping))
      .map(mapping => completeMapping(mapping, sizeGib)),
    bytes: sizeGib * 2 ** 30,
  }
}

/** What boots it. A whole disk boots by itself, unless the request says otherwise. */
const boot = (input: Request) => {
  const isWindows = (input.Platform ?? '').toLowerCase() === 'windows' || input.KernelId === 'windows'
  if (isWindows) return { platform: 'windows', virtualizationType: 'hvm' } as const
  const kernelId = kernelAsked(input.KernelId)
  const ramdiskId = ramdiskAsked(input.RamdiskId)
  const isParavirtual = (input.VirtualizationType ?? 'hvm').toLowerCase() === 'paravirtual'
  if (isParavirtual && !kernelId) refuse('MissingParameter', 'Kernel ID must be specified')
  return {
    platform: 'linux',
    virtualizationType: isParavirtual ? 'paravirtual' : 'hvm',
    ...(kernelId && { kernelId }),
    ...(ramdiskId && { ramdiskId }),
  } as const
}

/** Make an image whose root is a snapshot. Its name, description and type of virtualization are checked already. */
export const registerFromSnapshot = (tx: Tx, input: Request, root: string): RegisterImageResult => {
  const name = input.Name ?? ''
  const disks = devices(tx, input, root)
  const tags = specifiedTags(input.TagSpecifications, 'image')
  checkImageQuota(tx)
  const image: Image = {
    id: freshImageId(tx, 'emi'),
    ...madeBy(tx),
    name,
    ...(input.Description && { description: input.Description }),
    location: `${tx.caller.account}/${name}`,
    rootDeviceType: 'ebs',
    kind: 'machine',
    architecture: checkArchitecture(input.Architecture ?? 'i386'),
    ...boot(input),
    ...disks,
    ...networkDrivers(input),
    state: 'available',
    isPublic: imageProperties.defaultVisibility,
    launchAccounts: [],
    productCodes: [],
    bundledBytes: 0,
    createdAt: tx.now,
  }
  tx.images.put(image)
  putTags(tx, image.id, tags)
  return { ImageId: image.id }
}
