// SPDX-License-Identifier: BSD-2-Clause
import {
  CreateNetworkAcl$,
  CreateNetworkAclEntry$,
  type CreateNetworkAclRequest,
  DeleteNetworkAcl$,
  DeleteNetworkAclEntry$,
  DescribeNetworkAcls$,
  ReplaceNetworkAclAssociation$,
  type ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclEntry$,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { newThing } from '../access/creating'
import { networkArn, networkById, networkDemand, onNetwork } from '../access/networks'
import { asking } from '../access/on'
import { any, owned, thing } from '../access/resources'
import { createNetworkAclEntry, deleteNetworkAclEntry, replaceNetworkAclEntry } from './acl-entries'
import { kinds } from './kinds'
import {
  createNetworkAcl,
  deleteNetworkAcl,
  describeNetworkAcls,
  replaceNetworkAclAssociation,
} from './network-acls'

/** A new list, and the VPC that it is for. */
const toCreateAcl = asking<CreateNetworkAclRequest>((tx, input) => [
  ...newThing(tx, 'network-acl', 'CreateNetworkAcl', input.TagSpecifications, {
    'ec2:Vpc': input.VpcId && networkArn(tx, kinds.vpc, input.VpcId.toLowerCase()),
  }),
  networkById(kinds.vpc)(tx, input.VpcId || any),
])

/** The list that the subnet gets, the one that it leaves, and the subnet. */
const onReplacedAssociation = asking<ReplaceNetworkAclAssociationRequest>((tx, input) => {
  const id = (input.AssociationId ?? '').toLowerCase()
  const old = owned(
    tx,
    tx.networkAcls.list().find(({ associations }) => associations.some(association => association.id === id)),
  )
  const subnetId = old?.associations.find(association => association.id === id)?.subnetId
  const to = networkById(kinds.networkAcl)(tx, input.NetworkAclId || any)
  const from = old && networkDemand(kinds.networkAcl)(tx, old)
  return [
    to,
    ...(from && from.resource !== to.resource ? [from] : []),
    subnetId ? networkById(kinds.subnet)(tx, subnetId) : thing(tx, 'subnet', any),
  ]
})

export const aclFamily: Readonly<Record<string, OperationEntry>> = {
  CreateNetworkAcl: operation(CreateNetworkAcl$, createNetworkAcl, { access: toCreateAcl }),
  DeleteNetworkAcl: operation(DeleteNetworkAcl$, deleteNetworkAcl, {
    access: onNetwork.networkAcl('NetworkAclId'),
  }),
  DescribeNetworkAcls: operation(DescribeNetworkAcls$, describeNetworkAcls),
  CreateNetworkAclEntry: operation(CreateNetworkAclEntry$, createNetworkAclEntry, {
    access: onNetwork.networkAcl('NetworkAclId'),
  }),
  ReplaceNetworkAclEntry: operation(ReplaceNetworkAclEntry$, replaceNetworkAclEntry, {
    access: onNetwork.networkAcl('NetworkAclId'),
  }),
  DeleteNetworkAclEntry: operation(DeleteNetworkAclEntry$, deleteNetworkAclEntry, {
    access: onNetwork.networkAcl('NetworkAclId'),
  }),
  ReplaceNetworkAclAssociation: operation(ReplaceNetworkAclAssociation$, replaceNetworkAclAssociation, {
    access: onReplacedAssociation,
  }),
}
