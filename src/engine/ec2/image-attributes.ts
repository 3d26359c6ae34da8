// SPDX-License-Identifier: BSD-2-Clause
// DescribeImageAttribute, ModifyImageAttribute and ResetImageAttribute (engine-images §10).
import type {
  BlockDeviceMapping,
  DescribeImageAttributeRequest,
  ImageAttribute,
  LaunchPermission,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { mustManage } from './image-access'
import { imageByTypedId } from './image-ids'
import type { Image } from './schema/images'

// Eucalyptus gives every instance-store image the same answer.
const fixedMappings: readonly BlockDeviceMapping[] = [
  { VirtualName: 'emi', DeviceName: 'sda1' },
  { VirtualName: 'ephemeral0', DeviceName: 'sda2' },
  { VirtualName: 'swap', DeviceName: 'sda3' },
  { VirtualName: 'root', DeviceName: '/dev/sda1' },
]

/** `emi` and `root` are the root device; then come the volumes, by number, and ephemeral disks (engine-images §10). */
const ebsMappings = ({ rootDeviceName, mappings }: Image): BlockDeviceMapping[] => {
  let volumes = 0
  const others = mappings
    .filter(({ deviceName }) => deviceName !== rootDeviceName)
    .map(({ deviceName, virtualName }) => {
      if (!virtualName) volumes += 1
      return { VirtualName: virtualName ?? `ebs${volumes}`, DeviceName: deviceName }
    })
  return [...['emi', 'root'].map(VirtualName => ({ VirtualName, DeviceName: rootDeviceName })), ...others]
}

const attributes: Readonly<Record<string, (image: Image) => Omit<ImageAttribute, 'ImageId'>>> = {
  launchPermission: image => ({
    LaunchPermissions: [
      ...(image.isPublic ? [{ Group: 'all' as const }] : []),
      ...image.launchAccounts.map(UserId => ({ UserId })),
    ],
  }),
  productCodes: image => ({
    ProductCodes: image.productCodes.map(code => ({ ProductCodeId: code, ProductCodeType: 'marketplace' })),
  }),
  kernel: image => ({ KernelId: { Value: image.kernelId } }),
  ramdisk: image => ({ RamdiskId: { Value: image.ramdiskId } }),
  blockDeviceMapping: image => ({
    BlockDeviceMappings: image.rootDeviceType === 'ebs' ? ebsMappings(image) : [...fixedMappings],
  }),
  description: image => ({ Description: { Value: image.description } }),
  sriovNetSupport: image => ({ SriovNetSupport: { Value: image.sriovNetSupport } }),
  // What AWS knows besides, and no image of this cloud has.
  bootMode: () => ({ BootMode: {} }),
  imdsSupport: () => ({ ImdsSupport: {} }),
  tpmSupport: () => ({ TpmSupport: {} }),
}

const unknownAttribute = (attribute: string | undefined): never =>
  refuse('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`)

export const describeImageAttribute: Operation<DescribeImageAttributeRequest, ImageAttribute> = (
  tx,
  { ImageId, Attribute = '' },
) => {
  const image = imageByTypedId(tx, ImageId)
  mustManage(tx.caller, image, 'describe image attribute')
  const read = Object.hasOwn(attributes, Attribute) ? attributes[Attribute] : undefined
  return read ? { ImageId: image.id, ...read(image) } : unknownAttribute(Attribute)
}

// ---- ModifyImageAttribute ----------------------------------------------------------------------------------------

interface PermissionChange {
  readonly add: readonly LaunchPermission[]
  readonly remove: readonly LaunchPermission[]
}

/** Permissions come as lists to add and remove, or in EC2's first form as an operation, users and groups. */
const permissionChange = (input: ModifyImageAttributeRequest): PermissionChange | undefined => {
  const { LaunchPermission: change, OperationType, UserIds = [], UserGroups = [] } = input
  if (change?.Add?.length || change?.Remove?.length) {
    return { add: change.Add ?? [], remove: change.Remove ?? [] }
  }
  if (UserIds.length === 0 && UserGroups.length === 0) return undefined
  const listed: LaunchPermission[] = [
    ...UserIds.map(UserId => ({ UserId })),
    // Groups are texts on the wire; only `all` passes the check below.
    ...UserGroups.map(Group => ({ Group: Group as 'all' })),
  ]
  if (OperationType === 'add') return { add: listed, remove: [] }
  if (OperationType === 'remove') return { add: [], remove: listed }
  return refuse('InvalidParameterValue', `Value (${OperationType}) for parameter operationType is invalid.`)
}

// Lists that others may be added to for ever; AWS has such limits, whose numbers are an account's own there.
const maximumLaunchAccounts = 1000
const maximumProductCodes = 50

const checkLimit = (list: readonly string[], maximum: number, what: string): readonly string[] =>
  list.length <= maximum
    ? list
    : refuse('ResourceLimitExceeded', `An image may have no more than ${maximum} ${what}`)

const checkPermission = ({ Group, UserId }: LaunchPermission): void => {
  if (Group !== undefined && Group !== 'all') {
    refuse('InvalidAMIAttributeItemValue', `Not a valid group : ${Group}`)
  }
  if (Group === undefined && !/^\d{12}$/.test(UserId ?? '')) {
    refuse('InvalidAMIAttributeItemValue', `Not a valid userId : ${UserId}`)
  }
}

const withPermissions = (image: Image, { add, remove }: PermissionChange): Image => {
  for (const permission of add) checkPermission(permission)
  const accountsOf = (list: readonly LaunchPermission[]) =>
    list.map(permission => permission.UserId).filter(id => id !== undefined)
  const removed = accountsOf(remove)
  const kept = [...new Set([...image.launchAccounts, ...accountsOf(add)])]
  const namesAll = (list: readonly LaunchPermission[]) => list.some(permission => permission.Group === 'all')
  return {
    ...image,
    launchAccounts: checkLimit(
      kept.filter(id => !removed.includes(id)),
      maximumLaunchAccounts,
      'launch permissions',
    ),
    isPublic: (image.isPublic || namesAll(add)) && !namesAll(remove),
  }
}

const withDescription = (image: Image, text: string): Image => {
  if (text.length > 255) {
    refuse('InvalidParameter', 'AMI descriptions must be less than 256 characters long')
  }
  const { description: _, ...rest } = image
  return text === '' ? rest : { ...rest, description: text }
}

const descriptionAsked = (input: ModifyImageAttributeRequest): string | undefined =>
  input.Description?.Value ?? (input.Attribute === 'description' ? input.Value : undefined)

/** As with instances: what is not done must not seem to be. */
const checkOnlyOne = (input: ModifyImageAttributeRequest): void => {
  const given = [
    permissionChange(input) && 'launchPermission',
    input.ProductCodes?.length && 'productCodes',
    descriptionAsked(input) !== undefined && 'description',
  ].filter(name => typeof name === 'string')
  if (given.length < 2) return
  refuse('InvalidParameterCombination', `Fields for multiple attribute types specified: ${given.join(', ')}`)
}

/** The image as the request wants it. */
const modified = (image: Image, input: ModifyImageAttributeRequest): Image => {
  checkOnlyOne(input)
  const permissions = permissionChange(input)
  if (permissions) return withPermissions(image, permissions)
  if (input.ProductCodes?.length) {
    const productCodes = [...new Set([...image.productCodes, ...input.ProductCodes])]
    return { ...image, productCodes: checkLimit(productCodes, maximumProductCodes, 'product codes') }
  }
  const description = descriptionAsked(input)
  if (description !== undefined) return withDescription(image, description)
  if (input.Attribute && !['launchPermission', 'productCodes', 'description'].includes(input.Attribute)) {
    return unknownAttribute(input.Attribute)
  }
  return refuse('InvalidParameterCombination', 'No attributes specified.')
}

export const modifyImageAttribute: Operation<ModifyImageAttributeRequest, void> = (tx, input) => {
  const image = imageByTypedId(tx, input.ImageId)
  mustManage(tx.caller, image, 'modify image attribute')
  tx.images.put(modified(image, input))
}

export const resetImageAttribute: Operation<ResetImageAttributeRequest, void> = (tx, input) => {
  const image = imageByTypedId(tx, input.ImageId)
  mustManage(tx.caller, image, 'reset image attribute')
  if (input.Attribute !== 'launchPermission') unknownAttribute(input.Attribute)
  tx.images.put({ ...image, isPublic: false, launchAccounts: [] })
}
