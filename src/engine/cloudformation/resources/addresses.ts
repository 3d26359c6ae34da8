// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::EIP and AWS::EC2::EIPAssociation. Outside a VPC an address is known by itself.
import type { AllocateAddressResult } from '@aws-sdk/client-ec2'
import type { Work } from './contracts'
import { inPlace, resourceType, tags, text } from './kinds'
import { complete, removed } from './removal'
import { services } from './services'

/** Released by hand, it may be another's by now. */
const absent = ['InvalidAddress.NotFound', 'AuthFailure', 'InvalidAllocationID.NotFound']

const associate = (work: Work, request: object): void => {
  work.call(services.ec2, 'AssociateAddress', request)
}

const disassociate = (work: Work, PublicIp: string): void => {
  removed(() => work.call(services.ec2, 'DisassociateAddress', { PublicIp }), ...absent)
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
    return { physicalId: PublicIp, ref: PublicIp, attributes: { ...(AllocationId && { AllocationId }) } }
  },
  update: (work, made, { InstanceId }, before) => {
    if (InstanceId) associate(work, { PublicIp: made.physicalId, InstanceId })
    else if (before.InstanceId) disassociate(work, made.physicalId)
    return made
  },
  remove: (work, { physicalId: PublicIp }) =>
    removed(() => work.call(services.ec2, 'ReleaseAddress', { PublicIp }), ...absent),
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
