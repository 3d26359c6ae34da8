// SPDX-License-Identifier: BSD-2-Clause
// DescribeInstanceAttribute, ModifyInstanceAttribute and ResetInstanceAttribute, as far as an instance without volumes
// has attributes. What may only change while an instance is stopped never may here, as none can be stopped.
import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
  ResetInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { instanceTypes } from './capacity'
import { instanceWithAttributes } from './instance-ids'
import { groupNames } from './instance-views'
import type { Instance } from './schema/instances'
import { groupNamed } from './security-group-records'

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
  // Volumes only, and there are none.
  blockDeviceMapping: () => ({ BlockDeviceMappings: [] }),
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
  ebsOptimized: () => ({ EbsOptimized: { Value: false } }),
  // Nothing without a volume for a root can be stopped anyway.
  disableApiStop: () => ({ DisableApiStop: { Value: false } }),
  sriovNetSupport: () => ({}),
  enaSupport: () => ({}),
}

const unknownAttribute = (attribute: string | undefined): never =>
  refuse('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`)

const refuseWithoutVpc = (attribute: string): never =>
  refuse('InvalidParameterCombination', `${attribute} may only be used with an instance in a VPC.`)

export const describeInstanceAttribute: Operation<DescribeInstanceAttributeRequest, InstanceAttribute> = (
  tx,
  { InstanceId, Attribute = '' },
) => {
  const instance = instanceWithAttributes(tx, InstanceId)
  if (Attribute === 'sourceDestCheck') refuseWithoutVpc(Attribute)
  const read = Object.hasOwn(readers, Attribute) ? readers[Attribute] : undefined
  return read ? { InstanceId: instance.id, ...read(instance, tx) } : unknownAttribute(Attribute)
}

// ---- ModifyInstanceAttribute -------------------------------------------------------------------------------------

const mustBeStopped = (instance: Instance, attribute: string): never =>
  refuse(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in the 'stopped' state, in which alone its ${attribute} can be changed.`,
  )

const checkType = (name: string | undefined): void => {
  if (!instanceTypes.some(type => type.name === name)) {
    refuse('InvalidInstanceAttributeValue', `Invalid value '${name}' for InstanceType.`)
  }
}

const shutdownBehavior = (instance: Instance, value: string | undefined): Instance =>
  value === 'stop' || value === 'terminate'
    ? { ...instance, shutdownBehavior: value }
    : refuse(
        'InvalidParameterValue',
        `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
      )

const flag = (text: string | undefined): boolean =>
  text === 'true' || text === 'false'
    ? text === 'true'
    : refuse('InvalidParameterValue', `Value (${text}) for parameter value is invalid.`)

/** What Attribute and Value of EC2's first form say, as the members that took their place. */
const inMembers = (input: ModifyInstanceAttributeRequest): ModifyInstanceAttributeRequest => {
  const { Attribute, Value } = input
  const base = { InstanceId: input.InstanceId }
  switch (Attribute) {
    case undefined:
      return input
    case 'disableApiTermination':
      return { ...base, DisableApiTermination: { Value: flag(Value) } }
    case 'instanceInitiatedShutdownBehavior':
      return { ...base, InstanceInitiatedShutdownBehavior: { Value } }
    case 'instanceType':
      return { ...base, InstanceType: { Value } }
    case 'kernel':
      return { ...base, Kernel: { Value } }
    case 'ramdisk':
      return { ...base, Ramdisk: { Value } }
    case 'userData':
      return { ...base, UserData: { Value: Buffer.from(Value ?? '') } }
    case 'blockDeviceMapping':
      return input
    default:
      return unknownAttribute(Attribute)
  }
}

const changedGroups = (tx: Tx, instance: Instance, ids: readonly string[]): Instance => {
  for (const GroupId of ids) groupNamed(tx, { GroupId }, instance.account)
  return refuse(
    'InvalidParameterCombination',
    `The security groups of instance '${instance.id}' cannot be changed: it is not in a VPC.`,
  )
}

const modified = (tx: Tx, instance: Instance, input: ModifyInstanceAttributeRequest): Instance => {
  if (input.DisableApiTermination) {
    return { ...instance, disableApiTermination: input.DisableApiTermination.Value ?? false }
  }
  if (input.InstanceInitiatedShutdownBehavior) {
    return shutdownBehavior(instance, input.InstanceInitiatedShutdownBehavior.Value)
  }
  if (input.InstanceType) {
    checkType(input.InstanceType.Value)
    return mustBeStopped(instance, 'instance type')
  }
  if (input.Kernel) return mustBeStopped(instance, 'kernel')
  if (input.Ramdisk) return mustBeStopped(instance, 'ramdisk')
  if (input.UserData) return mustBeStopped(instance, 'user data')
  if (input.BlockDeviceMappings?.length) {
    return refuse(
      'InvalidInstanceAttributeValue',
      `No device is currently mapped at ${input.BlockDeviceMappings[0]?.DeviceName}`,
    )
  }
  if (input.Groups?.length) return changedGroups(tx, instance, input.Groups)
  if (input.SourceDestCheck) return refuseWithoutVpc('sourceDestCheck')
  // Accepted without effect, as in Eucalyptus.
  if (input.EbsOptimized || input.SriovNetSupport || input.EnaSupport || input.DisableApiStop) return instance
  return refuse('InvalidParameterCombination', 'No attributes specified.')
}

export const modifyInstanceAttribute: Operation<ModifyInstanceAttributeRequest, void> = (tx, input) => {
  const instance = instanceWithAttributes(tx, input.InstanceId)
  tx.instances.put(modified(tx, instance, inMembers(input)))
}

// ---- ResetInstanceAttribute --------------------------------------------------------------------------------------

export const resetInstanceAttribute: Operation<ResetInstanceAttributeRequest, void> = (tx, input) => {
  const instance = instanceWithAttributes(tx, input.InstanceId)
  if (input.Attribute === 'kernel' || input.Attribute === 'ramdisk') {
    return mustBeStopped(instance, input.Attribute)
  }
  if (input.Attribute === 'sourceDestCheck') return refuseWithoutVpc(input.Attribute)
  return unknownAttribute(input.Attribute)
}
