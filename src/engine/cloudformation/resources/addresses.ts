// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::EIP and AWS::EC2::EIPAssociation. Outside a VPC an address is known by itself.
import type { AllocateAddressResult } from '@aws-sdk/client-ec2'
import type { Made, Work } from './contracts'
import { inPlace, resourceType, tags, text } from './kinds'
import { complete, removed } from './removal'
import { services } from './services'

const absent = ['InvalidAddress.NotFound', 'AuthFailure', 'InvalidAllocationID.NotFound']

const associate = (work: Work, request: object): void => {
  work.call(services.ec2, 'AssociateAddress', request)
}

const disassociate = (work: Work, PublicIp: string): void => {
  removed(() => work.call(services.ec2, 'DisassociateAddress', { PublicIp }), ...absent)
}

/** Released by hand, it may be another's by now, or the account's for another purpose. */
const isStill = (work: Work, { physicalId, memory }: Made): boolean => {
  const address = work.tx.addresses.get(physicalId)
  return address?.account === work.stack.account && address.allocatedAt?.getTime() === memory?.allocatedAt
}

export const address = resourceType({
  name: 'AWS::EC2::EIP',
  // EC2 has something to say to tags of addresses, when one is allocated.
  properties: { Domain: text, InstanceId: inPlace(text), Tags: tags },
  attributes: ['AllocationId'],
  create: (work, { Domain, InstanceId, Tags }) => {
    const TagSpecifications = Tags?.length ? [{ ResourceType: 'elastic-ip', Tags }] : undefined
    const request = { Domain, TagSpecifications }
    const { PublicIp = '', AllocationId } = work.call<AllocateAddressResult>(
      services.ec2,
      'AllocateAddress',
      request,
    )
    if (InstanceId) associate(work, { PublicIp, InstanceId })
    const attributes: Made['attributes'] = AllocationId ? { AllocationId } : {}
    const memory = { allocatedAt: work.tx.now.getTime() }
    return { physicalId: PublicIp, ref: PublicIp, attributes, memory }
  },
  update: (work, made, { InstanceId }, before) => {
    if (InstanceId) associate(work, { PublicIp: made.physicalId, InstanceId })
    else if (before.InstanceId) disassociate(work, made.physicalId)
    return made
  },
  remove: (work, made) =>
    isStill(work, made)
      ? removed(() => work.call(services.ec2, 'ReleaseAddress', { PublicIp: made.physicalId }), ...absent)
      : complete,
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
    associate(work, { PublicIp, ...request })
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  // Unless it has been given to another instance since.
  remove: (work, _, { EIP = '', InstanceId }) => {
    if (work.tx.addresses.get(EIP)?.instanceId === InstanceId) disassociate(work, EIP)
    return complete
  },
})
