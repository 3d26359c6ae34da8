// SPDX-License-Identifier: BSD-2-Clause
// DescribeInstanceAttribute, ModifyInstanceAttribute and ResetInstanceAttribute. What a machine is started with changes
// while it is stopped only, hence never where the root is instance store.
import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  InstanceBlockDeviceMappingSpecification,
  ModifyInstanceAttributeRequest,
  ResetInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { standardType } from './capacity'
import { instanceWithAttributes } from './instance-ids'
import { checkUserData, runnable, stopProtection } from './instance-launch'
import { volumeViews } from './instance-views'
import { isDeviceOf, isEbsBacked } from './instance-volumes'
import type { Instance } from './schema/instances'
import type { NetworkInterface } from './schema/vpc'
import { groupNamed, groupNames } from './security-group-records'
import { volumesOf } from './volume-life'
import { changeInterface } from './vpc/interface-attributes'
import { groupsForInterface, interfacesOf } from './vpc/interface-records'

// ---- DescribeInstanceAttribute -----------------------------------------------------------------------------------

type Reader = (instance: Instance, tx: Tx) => Omit<InstanceAttribute, 'InstanceId'>

const readers: Readonly<Record<string, Reader>> = {
  instanceType: instance => ({ InstanceType: { Value: instance.instanceType } }),
  kernel: instance => ({ KernelId: { Value: instance.kernelId } }),
  ramdisk: instance => ({ RamdiskId: { Value: instance.ramdiskId } }),
  userData: instance => ({ UserData: { Value: instance.userData } }),
  disableApiTermination: instance => ({
    DisableApiTermination: { Value: instance.disableApiTermination },
  }),
  instanceInitiatedShutdownBehavior: instance => ({
    InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior },
  }),
  rootDeviceName: instance => ({ RootDeviceName: { Value: instance.rootDeviceName } }),
  blockDeviceMapping: (instance, tx) => ({ BlockDeviceMappings: volumeViews(volumesOf(tx, instance.id)) }),
  productCodes: instance => ({
    ProductCodes: instance.productCodes.map(code => ({
      ProductCodeId: code,
      ProductCodeType: 'marketplace',
    })),
  }),
  groupSet: (instance, tx) => {
    const nameOf = groupNames(tx)
    return { Groups: instance.groupIds.map(id => ({ GroupId: id, GroupName: nameOf(id) })) }
  },
  sourceDestCheck: (instance, tx) => ({
    SourceDestCheck: { Value: onlyInterface(tx, instance, 'sourceDestCheck').sourceDestCheck },
  }),
  disableApiStop: ({ disableApiStop = false }) => ({ DisableApiStop: { Value: disableApiStop } }),
  // Accepted without effect, as are the next.
  ebsOptimized: () => ({ EbsOptimized: { Value: false } }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
  sriovNetSupport: () => ({ SriovNetSupport: {} }),
  enaSupport: () => ({}),
}

const unknownAttribute = (attribute: string | undefined): never =>
  refuse(
    'InvalidParameterValue',
    `Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`,
  )

/** The interface that an instance of a VPC is meant by; when it has several, the request has to say which. */
const onlyInterface = (tx: Tx, { id }: Instance, attribute: string): NetworkInterface => {
  const [primary, second] = interfacesOf(tx, id)
  if (second) {
    refuse(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
    )
  }
  return (
    primary ??
    refuse('InvalidParameterCombination', `${attribute} may only be used with an instance in a VPC.`)
  )
}

export const describeInstanceAttribute: Operation<DescribeInstanceAttributeRequest, InstanceAttribute> = (
  tx,
  { InstanceId, Attribute = '' },
) => {
  const instance = instanceWithAttributes(tx, InstanceId)
  const read = Object.hasOwn(readers, Attribute) ? readers[Attribute] : undefined
  return read ? { InstanceId: instance.id, ...read(instance, tx) } : unknownAttribute(Attribute)
}

// ---- ModifyInstanceAttribute -------------------------------------------------------------------------------------

const mustBeStopped = (instance: Instance, attribute: string): void => {
  if (instance.state === 'stopped') return
  refuse(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in the 'stopped' state, in which alone its ${attribute} can be changed.`,
  )
}

const withType = (instance: Instance, name: string | undefined): Instance => {
  const type = standardType(name ?? '')
  if (!type) return refuse('InvalidInstanceAttributeValue', `Invalid value '${name}' for InstanceType.`)
  mustBeStopped(instance, 'instance type')
  return { ...instance, instanceType: type.name }
}

/** Another kernel or ramdisk for a machine that is booted by one. */
const withBoot = (
  tx: Tx,
  instance: Instance,
  kind: 'kernel' | 'ramdisk',
  id: string | undefined,
): Instance => {
  mustBeStopped(instance, kind)
  if (instance.virtualizationType === 'hvm') {
    refuse('InvalidParameterCombination', `A machine of type hvm has no ${kind}: it boots from its disk.`)
  }
  const image = runnable(tx, id, kind)
  return kind === 'kernel' ? { ...instance, kernelId: image.id } : { ...instance, ramdiskId: image.id }
}

const withUserData = (instance: Instance, bytes: Uint8Array | undefined): Instance => {
  mustBeStopped(instance, 'user data')
  const { userData: _, ...rest } = instance
  const userData = checkUserData(Buffer.from(bytes ?? []).toString('base64'))
  return { ...rest, ...(userData && { userData }) }
}

/** Which volumes end with their instance. All are checked before any is changed. */
const changeVolumes = (
  tx: Tx,
  instance: Instance,
  mappings: readonly InstanceBlockDeviceMappingSpecification[],
): void => {
  const attached = volumesOf(tx, instance.id)
  const changed = mappings.map(({ DeviceName = '', Ebs }) => {
    const volume = attached.find(
      ({ attachment }) => attachment && isDeviceOf(instance, attachment.device, DeviceName),
    )
    const free = `No device is currently mapped at ${DeviceName}`
    if (!volume?.attachment) return refuse('InvalidInstanceAttributeValue', free)
    if (Ebs?.VolumeId && Ebs.VolumeId !== volume.id) {
      const other = `The volume ${Ebs.VolumeId} is not mapped at ${DeviceName}`
      return refuse('InvalidInstanceAttributeValue', other)
    }
    const deleteOnTermination = Ebs
      ? (Ebs.DeleteOnTermination ?? true)
      : volume.attachment.deleteOnTermination
    return { ...volume, attachment: { ...volume.attachment, deleteOnTermination } }
  })
  for (const volume of changed) tx.volumes.put(volume)
}

const shutdownBehavior = (instance: Instance, value: string | undefined): Instance =>
  value === 'stop' || value === 'terminate'
    ? { ...instance, shutdownBehavior: value }
    : refuse(
        'InvalidParameterValue',
        `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
      )

const withStopProtection = (instance: Instance, value: boolean | undefined): Instance => {
  const { disableApiStop: _, ...rest } = instance
  return stopProtection(value, isEbsBacked(instance)) ? { ...rest, disableApiStop: true } : rest
}

const flag = (text: string | undefined): boolean =>
  text === 'true' || text === 'false'
    ? text === 'true'
    : refuse('InvalidParameterValue', `Value (${text}) for parameter value is invalid.`)

const changeable = [
  'DisableApiTermination',
  'DisableApiStop',
  'InstanceInitiatedShutdownBehavior',
  'InstanceType',
  'Kernel',
  'Ramdisk',
  'UserData',
  'BlockDeviceMappings',
  'Groups',
  'SourceDestCheck',
  'EbsOptimized',
  'SriovNetSupport',
  'EnaSupport',
] as const satisfies readonly (keyof ModifyInstanceAttributeRequest)[]

/** Of several changes Eucalyptus makes the first that it knows; that the others are not made would go unnoticed. */
const onlyOne = (input: ModifyInstanceAttributeRequest): ModifyInstanceAttributeRequest => {
  const isGiven = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
  const given: string[] = changeable.filter(name => isGiven(input[name]))
  if (input.Attribute && isGiven(input.Value)) given.push(input.Attribute)
  return given.length > 1
    ? refuse(
        'InvalidParameterCombination',
        `Fields for multiple attribute types specified: ${given.join(', ')}`,
      )
    : input
}

/** What Attribute and Value of EC2's first form say, as the members that took their place. */
const inMembers = (input: ModifyInstanceAttributeRequest): ModifyInstanceAttributeRequest => {
  const { Attribute, Value } = input
  const base = { InstanceId: input.InstanceId }
  switch (Attribute) {
    case undefined:
      return input
    case 'disableApiTermination':
      return { ...base, DisableApiTermination: { Value: flag(Value) } }
    case 'disableApiStop':
      return { ...base, DisableApiStop: { Value: flag(Value) } }
    case 'instanceInitiatedShutdownBehavior':
      return { ...base, InstanceInitiatedShutdownBehavior: { Value } }
    case 'instanceType':
      return { ...base, InstanceType: { Value } }
    case 'kernel':
      return { ...base, Kernel: { Value } }
    case 'ramdisk':
      return { ...base, Ramdisk: { Value } }
    case 'userData':
      return { ...base, UserData: { Value: Buffer.from(checkUserData(Value) ?? '', 'base64') } }
    case 'sourceDestCheck':
      return { ...base, SourceDestCheck: { Value: flag(Value) } }
    case 'blockDeviceMapping':
    case 'groupSet':
      return input
    default:
      return unknownAttribute(Attribute)
  }
}

const changedGroups = (tx: Tx, instance: Instance, ids: readonly string[]): Instance => {
  if (instance.vpcId !== undefined) {
    const primary = onlyInterface(tx, instance, 'groupSet')
    const groupIds = groupsForInterface(tx, primary, ids)
    changeInterface(tx, primary, { groupIds })
    return { ...instance, groupIds }
  }
  for (const GroupId of ids) groupNamed(tx, { GroupId }, instance.account)
  return refuse(
    'InvalidParameterCombination',
    `The security groups of instance '${instance.id}' cannot be changed: it is not in a VPC.`,
  )
}

/** Whether its interface drops what is neither from it nor for it. */
const changeSourceDestCheck = (tx: Tx, instance: Instance, sourceDestCheck: boolean): void =>
  changeInterface(tx, onlyInterface(tx, instance, 'sourceDestCheck'), { sourceDestCheck })

const modified = (tx: Tx, instance: Instance, input: ModifyInstanceAttributeRequest): Instance => {
  if (input.DisableApiTermination) {
    return { ...instance, disableApiTermination: input.DisableApiTermination.Value ?? false }
  }
  if (input.DisableApiStop) return withStopProtection(instance, input.DisableApiStop.Value)
  if (input.InstanceInitiatedShutdownBehavior) {
    return shutdownBehavior(instance, input.InstanceInitiatedShutdownBehavior.Value)
  }
  if (input.InstanceType) return withType(instance, input.InstanceType.Value)
  if (input.Kernel) return withBoot(tx, instance, 'kernel', input.Kernel.Value)
  if (input.Ramdisk) return withBoot(tx, instance, 'ramdisk', input.Ramdisk.Value)
  if (input.UserData) return withUserData(instance, input.UserData.Value)
  if (input.BlockDeviceMappings?.length) {
    changeVolumes(tx, instance, input.BlockDeviceMappings)
    return instance
  }
  if (input.Groups?.length) return changedGroups(tx, instance, input.Groups)
  if (input.SourceDestCheck) {
    changeSourceDestCheck(tx, instance, input.SourceDestCheck.Value ?? true)
    return instance
  }
  // Accepted without effect, as in Eucalyptus.
  if (input.EbsOptimized || input.SriovNetSupport || input.EnaSupport) return instance
  return refuse('InvalidParameterCombination', 'No attributes specified.')
}

export const modifyInstanceAttribute: Operation<ModifyInstanceAttributeRequest, void> = (tx, input) => {
  const instance = instanceWithAttributes(tx, input.InstanceId)
  tx.instances.put(modified(tx, instance, inMembers(onlyOne(input))))
}

// ---- ResetInstanceAttribute --------------------------------------------------------------------------------------

/** The kernel or the ramdisk that the image has, if it has one. */
const withImages = (tx: Tx, instance: Instance, kind: 'kernel' | 'ramdisk'): Instance => {
  mustBeStopped(instance, kind)
  const image = tx.images.must(instance.imageId)
  const { kernelId: _, ramdiskId: __, ...rest } = instance
  const kernelId = kind === 'kernel' ? image.kernelId : instance.kernelId
  const ramdiskId = kind === 'ramdisk' ? image.ramdiskId : instance.ramdiskId
  return { ...rest, ...(kernelId && { kernelId }), ...(ramdiskId && { ramdiskId }) }
}

export const resetInstanceAttribute: Operation<ResetInstanceAttributeRequest, void> = (tx, input) => {
  const instance = instanceWithAttributes(tx, input.InstanceId)
  const { Attribute } = input
  if (Attribute === 'sourceDestCheck') return changeSourceDestCheck(tx, instance, true)
  if (Attribute !== 'kernel' && Attribute !== 'ramdisk') return unknownAttribute(Attribute)
  tx.instances.put(withImages(tx, instance, Attribute))
}
