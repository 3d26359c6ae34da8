// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::NetworkAcl, NetworkAclEntry and SubnetNetworkAclAssociation.
import type { CreateNetworkAclResult, ReplaceNetworkAclAssociationResult } from '@aws-sdk/client-ec2'
import type { NetworkAcl } from '../../ec2/schema/vpc'
import { ResourceFailure, type Work } from './contracts'
import {
  boolean,
  inPlace,
  integer,
  objectOf,
  required,
  resourceType,
  tags,
  text,
  type ValuesOf,
} from './kinds'
import { ask, nameless, retagged, takenAway, thing } from './network-things'
import { complete } from './removal'

export const networkAcl = resourceType({
  name: 'AWS::EC2::NetworkAcl',
  properties: { Tags: inPlace(tags), VpcId: required(text) },
  attributes: ['Id'],
  takesTags: true,
  create: (work, { Tags, VpcId }) => {
    const { NetworkAcl } = ask<CreateNetworkAclResult>(work, 'CreateNetworkAcl', { VpcId })
    const id = NetworkAcl?.NetworkAclId ?? ''
    return thing(work, id, { Id: id }, Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => takenAway(work, 'DeleteNetworkAcl', { NetworkAclId: physicalId }),
})

const entryProperties = {
  CidrBlock: required(inPlace(text)),
  Egress: boolean,
  Icmp: inPlace(objectOf({ Code: integer, Type: integer })),
  NetworkAclId: required(text),
  PortRange: inPlace(objectOf({ From: integer, To: integer })),
  Protocol: required(inPlace(text)),
  RuleAction: required(inPlace(text)),
  RuleNumber: required(integer),
} as const
type Entry = ValuesOf<typeof entryProperties>

const entryOf = ({ Icmp: IcmpTypeCode, Egress = false, ...values }: Entry) => ({
  ...values,
  Egress,
  IcmpTypeCode,
})

export const networkAclEntry = resourceType({
  name: 'AWS::EC2::NetworkAclEntry',
  properties: entryProperties,
  attributes: [],
  create: (work, values) => {
    ask(work, 'CreateNetworkAclEntry', entryOf(values))
    return nameless(work)
  },
  update: (work, made, values) => {
    ask(work, 'ReplaceNetworkAclEntry', entryOf(values))
    return made
  },
  remove: (work, _, { NetworkAclId, RuleNumber, Egress = false }) =>
    takenAway(work, 'DeleteNetworkAclEntry', { NetworkAclId, RuleNumber, Egress }),
})

const listWith = (
  work: Work,
  is: (association: NetworkAcl['associations'][number]) => boolean,
): { readonly acl: NetworkAcl; readonly associationId: string } | undefined => {
  for (const acl of work.tx.networkAcls.list()) {
    const found = acl.associations.find(is)
    if (found && acl.account === work.stack.account) return { acl, associationId: found.id }
  }
  return undefined
}

/** A subnet is always in one list: without this one, in its VPC's first. */
export const networkAclAssociation = resourceType({
  name: 'AWS::EC2::SubnetNetworkAclAssociation',
  properties: { NetworkAclId: required(text), SubnetId: required(text) },
  attributes: ['AssociationId'],
  create: (work, { NetworkAclId, SubnetId }) => {
    const now = listWith(work, ({ subnetId }) => subnetId === SubnetId.toLowerCase())
    if (!now) throw new ResourceFailure(`The subnet ID '${SubnetId}' does not exist`)
    const { NewAssociationId: id = '' } = ask<ReplaceNetworkAclAssociationResult>(
      work,
      'ReplaceNetworkAclAssociation',
      { AssociationId: now.associationId, NetworkAclId },
    )
    return { physicalId: id, ref: id, attributes: { AssociationId: id } }
  },
  // Unless the subnet has been given another list since.
  remove: (work, { physicalId }) => {
    const now = listWith(work, ({ id }) => id === physicalId)
    if (!now || now.acl.isDefault) return complete
    const first = work.tx.networkAcls.list().find(one => one.vpcId === now.acl.vpcId && one.isDefault)
    return takenAway(work, 'ReplaceNetworkAclAssociation', {
      AssociationId: physicalId,
      NetworkAclId: first?.id,
    })
  },
})
