// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::EIP and AWS::EC2::EIPAssociation. Outside a VPC an address is known by itself, in a VPC by its allocation as well.
import type { AllocateAddressResult, AssociateAddressResult } from '@aws-sdk/client-ec2'
import { type Made, ResourceFailure, type Work } from './contracts'
import { type OwnTag, tagged } from './ec2-tags'
import { inPlace, resourceType, tags, text } from './kinds'
import { complete, onceNot, removed } from './removal'
import { services } from './services'

const absent = [
  ...['InvalidAddress.NotFound', 'AuthFailure', 'InvalidAllocationID.NotFound'],
  'InvalidAssociationID.NotFound',
]

const associate = (work: Work, request: object): AssociateAddressResult =>
  work.call<AssociateAddressResult>(services.ec2, 'AssociateAddress', request)

const disassociate = (work: Work, request: object): void => {
  removed(() => work.call(services.ec2, 'DisassociateAddress', request), ...absent)
}

/** Addresses of VPCs have tags, others have no id to be tagged by. */
const withTags = (
  work: Work,
  allocationId: string | undefined,
  own: readonly OwnTag[] = [],
  before?: Made,
) => {
  if (allocationId !== undefined) return tagged(work, allocationId, own, before)
  if (own.length > 0) throw new ResourceFailure('Addresses outside a VPC have no ID to be tagged by')
  return {}
}

/** Released by hand, it may be another's by now, or the account's for another purpose. */
const isStill = (work: Work, { physicalId, memory }: Made): boolean => {
  const address = work.tx.addresses.get(physicalId)
  return address?.account === work.stack.account && address.allocatedAt?.getTime() === memory?.allocatedAt
}

export const address = resourceType({
  name: 'AWS::EC2::EIP',
  properties: { Domain: text, InstanceId: inPlace(text), Tags: inPlace(tags) },
  attributes: ['AllocationId'],
  takesTags: true,
  create: (work, { Domain, InstanceId, Tags }) => {
    const { PublicIp = '', AllocationId } = work.call<AllocateAddressResult>(
      services.ec2,
      'AllocateAddress',
      { Domain },
    )
    const tags = withTags(work, AllocationId, Tags)
    if (InstanceId) associate(work, { PublicIp, InstanceId })
    const attributes: Made['attributes'] = AllocationId ? { AllocationId } : {}
    const memory = { ...tags, allocatedAt: work.tx.now.getTime() }
    return { physicalId: PublicIp, ref: PublicIp, attributes, memory }
  },
  update: (work, made, { InstanceId, Tags }, before) => {
    const { physicalId: PublicIp, memory } = made
    if (InstanceId && InstanceId !== before.InstanceId) associate(work, { PublicIp, InstanceId })
    else if (!InstanceId && before.InstanceId) disassociate(work, { PublicIp })
    const { AllocationId } = made.attributes
    return { ...made, memory: { ...memory, ...withTags(work, AllocationId?.toString(), Tags, made) } }
  },
  // In a VPC one that is in use is not released: a NAT gateway may be on its way out.
  remove: (work, made, { InstanceId }) => {
    if (!isStill(work, made)) return complete
    const PublicIp = made.physicalId
    if (InstanceId && work.tx.addresses.get(PublicIp)?.instanceId === InstanceId) {
      disassociate(work, { PublicIp })
    }
    return onceNot(['InvalidIPAddress.InUse'], () =>
      removed(() => work.call(services.ec2, 'ReleaseAddress', { PublicIp }), ...absent),
    )
  },
})

export const addressAssociation = resourceType({
  name: 'AWS::EC2::EIPAssociation',
  properties: {
    AllocationId: text,
    EIP: text,
    InstanceId: text,
    NetworkInterfaceId: text,
    PrivateIpAddress: text,
  },
  attributes: [],
  create: (work, { EIP: PublicIp, ...request }) => {
    const { AssociationId } = associate(work, { PublicIp, ...request })
    const name = work.newName()
    const memory = AssociationId === undefined ? {} : { associationId: AssociationId }
    return { physicalId: name, ref: name, attributes: {}, memory }
  },
  // Unless it has been given to another instance since.
  remove: (work, { memory }, { EIP = '', InstanceId }) => {
    const AssociationId = memory?.associationId
    if (AssociationId !== undefined) disassociate(work, { AssociationId })
    else if (work.tx.addresses.get(EIP)?.instanceId === InstanceId) disassociate(work, { PublicIp: EIP })
    return complete
  },
})
