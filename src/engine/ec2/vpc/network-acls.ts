// SPDX-License-Identifier: BSD-2-Clause
// Network ACLs: lists of entries, of which the lowest numbered one that fits decides what passes the edge of a subnet. They
// know of no connections: what answers is looked at by itself, in the other direction.
import type {
  CreateNetworkAclRequest,
  CreateNetworkAclResult,
  DeleteNetworkAclRequest,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  NetworkAclEntry as EntryView,
  NetworkAcl as NetworkAclView,
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult,
  Tag,
} from '@aws-sdk/client-ec2'
import { oncePer } from '../../../schemas/once-per'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../../tags'
import { blockOf, isInBlock } from '../cidr'
import { madeBy } from '../quotas'
import type { AclEntry, NetworkAcl } from '../schema/vpc'
import { lastEntryNumber, protocolNumberOf } from './acl-entries'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { refuseDependency } from './requested'

/** `cloud.vpc.networkaclspervpc` */
const aclsPerVpc = 200

// ---- operations --------------------------------------------------------------------------------------------------

/** A list that is new lets nothing pass. */
export const createNetworkAcl: Operation<CreateNetworkAclRequest, CreateNetworkAclResult> = (tx, input) => {
  needVpcs(tx)
  const tags = specifiedTags(input.TagSpecifications, 'network-acl')
  const vpc = named(tx, kinds.vpc, input.VpcId)
  if (tx.networkAcls.list().filter(({ vpcId }) => vpcId === vpc.id).length >= aclsPerVpc) {
    refuse('NetworkAclLimitExceeded', `Network ACL limit exceeded for ${vpc.id}`)
  }
  const acl = tx.networkAcls.put({
    ...madeBy(tx),
    account: vpc.account,
    createdAt: tx.now,
    id: freshIds(tx)('acl'),
    vpcId: vpc.id,
    isDefault: false,
    entries: [],
    associations: [],
  })
  putTags(tx, acl.id, tags, vpc.account)
  return { NetworkAcl: aclView(acl, tagsOf(tx, acl.id)) }
}

export const deleteNetworkAcl: Operation<DeleteNetworkAclRequest, void> = (tx, { NetworkAclId }) => {
  const acl = named(tx, kinds.networkAcl, NetworkAclId)
  if (acl.isDefault) refuse('InvalidParameterValue', `Cannot delete default network ACL ${acl.id}`)
  if (acl.associations.length > 0) {
    refuseDependency(kinds.networkAcl, acl.id)
  }
  tx.networkAcls.delete(acl.id)
  forgetTags(tx, acl.id)
}

/** The list with this association, of those that the caller may use. */
const associatedBy = (tx: Tx, associationId: string): NetworkAcl | undefined =>
  tx.networkAcls
    .list()
    .find(
      ({ account, associations }) =>
        (account === tx.caller.account || tx.caller.isCloudAdmin) &&
        associations.some(({ id }) => id === associationId),
    )

/** A subnet leaves the list that it is in for another of its VPC. */
export const replaceNetworkAclAssociation: Operation<
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult
> = (tx, input) => {
  const oldId = (input.AssociationId ?? '').toLowerCase()
  const from = associatedBy(tx, oldId)
  const association = from?.associations.find(({ id }) => id === oldId)
  if (!from || !association) {
    return refuse(
      'InvalidAssociationID.NotFound',
      `Network ACL association (${input.AssociationId}) not found`,
    )
  }
  const { id: toId, vpcId } = named(tx, kinds.networkAcl, input.NetworkAclId)
  if (vpcId !== from.vpcId) {
    refuse(
      'InvalidParameterValue',
      `network ACL ${toId} and subnet ${association.subnetId} belong to different networks`,
    )
  }
  tx.networkAcls.put({ ...from, associations: from.associations.filter(({ id }) => id !== oldId) })
  // Read again: it may be the same list.
  const to = tx.networkAcls.must(toId)
  const id = freshIds(tx)('aclassoc')
  tx.networkAcls.put({ ...to, associations: [...to.associations, { id, subnetId: association.subnetId }] })
  return { NewAssociationId: id }
}

export const describeNetworkAcls: Operation<DescribeNetworkAclsRequest, DescribeNetworkAclsResult> = (
  tx,
  input,
) => {
  const acls = shown(tx, kinds.networkAcl, tx.networkAcls.list(), input.NetworkAclIds)
  const { items, nextToken } = page(acls.filter(matchFilters(input.Filters, aclFilters(tx))), input, {
    key: ({ id }) => id,
    ids: input.NetworkAclIds?.some(id => id !== 'verbose') ? 'networkAclId' : undefined,
  })
  const tags = tagIndex(tx)
  return { NetworkAcls: items.map(acl => aclView(acl, tags(acl.id))), NextToken: nextToken }
}

// ---- what passes -------------------------------------------------------------------------------------------------

export interface Passing {
  /** By name or by IANA's number. */
  readonly protocol: string
  /** The destination's port, of TCP and UDP. */
  readonly port?: number
  readonly icmp?: { readonly type: number; readonly code: number }
  /** The address at the other end: where it comes from, or, when it leaves the subnet, where it goes. */
  readonly from: string
  readonly isEgress: boolean
}

const fits = (entry: AclEntry, protocol: string, { port, icmp, from, isEgress }: Passing): boolean => {
  const block = blockOf(entry.cidr)
  if (entry.isEgress !== isEgress || !block || !isInBlock(from, block)) return false
  if (entry.protocol === '-1') return true
  if (entry.protocol !== protocol) return false
  if (entry.ports) return port !== undefined && port >= entry.ports.from && port <= entry.ports.to
  if (!entry.icmp) return true
  const { type, code } = entry.icmp
  return (type === -1 || type === icmp?.type) && (code === -1 || code === icmp?.code)
}

const bySubnet = oncePer(
  (acls: readonly NetworkAcl[]): ReadonlyMap<string, NetworkAcl> =>
    new Map(acls.flatMap(acl => acl.associations.map(({ subnetId }) => [subnetId, acl] as const))),
)

/** The list that a subnet is in: each is in one. */
export const aclOf = (tx: Tx, subnetId: string): NetworkAcl => {
  const acl = bySubnet(tx.networkAcls.list()).get(subnetId)
  if (!acl) throw new Error(`the subnet ${subnetId} is in no network ACL`)
  return acl
}

/** Whether a subnet's network ACL lets this pass the subnet's edge. What stays within a subnet does not pass it. */
export const aclAllows = (tx: Tx, subnetId: string, passing: Passing): boolean => {
  const protocol = protocolNumberOf(passing.protocol) ?? passing.protocol
  const [first] = aclOf(tx, subnetId)
    .entries.filter(entry => fits(entry, protocol, passing))
    .sort((a, b) => a.number - b.number)
  return first?.isAllowed ?? false
}

// ---- filters and view --------------------------------------------------------------------------------------------

/** Both directions, each with the last entry, which is on no record. Those for what leaves come first, as with AWS. */
const shownEntries = ({ entries }: NetworkAcl): readonly AclEntry[] =>
  [true, false].flatMap(isEgress => [
    ...entries.filter(entry => entry.isEgress === isEgress).sort((a, b) => a.number - b.number),
    { number: lastEntryNumber, isEgress, protocol: '-1', isAllowed: false, cidr: '0.0.0.0/0' },
  ])

const actionOf = ({ isAllowed }: AclEntry): 'allow' | 'deny' => (isAllowed ? 'allow' : 'deny')

const aclFilters = (tx: Tx): FilterTable<NetworkAcl> => ({
  'association.association-id': acl => acl.associations.map(({ id }) => id),
  'association.network-acl-id': acl => acl.associations.map(() => acl.id),
  'association.subnet-id': acl => acl.associations.map(({ subnetId }) => subnetId),
  default: acl => acl.isDefault,
  'entry.cidr': acl => shownEntries(acl).map(({ cidr }) => cidr),
  'entry.egress': acl => shownEntries(acl).map(({ isEgress }) => isEgress),
  'entry.icmp.code': acl => acl.entries.map(({ icmp }) => icmp?.code),
  'entry.icmp.type': acl => acl.entries.map(({ icmp }) => icmp?.type),
  'entry.ipv6-cidr': () => undefined,
  'entry.port-range.from': acl => acl.entries.map(({ ports }) => ports?.from),
  'entry.port-range.to': acl => acl.entries.map(({ ports }) => ports?.to),
  'entry.protocol': acl => shownEntries(acl).map(({ protocol }) => protocol),
  'entry.rule-action': acl => shownEntries(acl).map(actionOf),
  'entry.rule-number': acl => shownEntries(acl).map(({ number }) => number),
  'network-acl-id': acl => acl.id,
  'owner-id': acl => acl.account,
  'vpc-id': acl => acl.vpcId,
  ...tagFilters<NetworkAcl>(tx, ({ id }) => id),
})

const entryView = (entry: AclEntry): EntryView => ({
  RuleNumber: entry.number,
  Protocol: entry.protocol,
  RuleAction: actionOf(entry),
  Egress: entry.isEgress,
  CidrBlock: entry.cidr,
  ...(entry.icmp && { IcmpTypeCode: { Type: entry.icmp.type, Code: entry.icmp.code } }),
  ...(entry.ports && { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
})

const aclView = (acl: NetworkAcl, tags: readonly Tag[]): NetworkAclView => ({
  NetworkAclId: acl.id,
  VpcId: acl.vpcId,
  OwnerId: acl.account,
  IsDefault: acl.isDefault,
  Entries: shownEntries(acl).map(entryView),
  Associations: acl.associations.map(({ id, subnetId }) => ({
    NetworkAclAssociationId: id,
    NetworkAclId: acl.id,
    SubnetId: subnetId,
  })),
  Tags: [...tags],
})
