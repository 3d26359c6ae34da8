// SPDX-License-Identifier: BSD-2-Clause
import type { NetworkAcl, NetworkAclEntry } from '@aws-sdk/client-ec2'
import type { Row } from './cell'
import { tagRows } from './tags'

const protocolNames: Readonly<Record<string, string>> = {
  '-1': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '132': 'sctp',
}

const protocolName = (protocol: string | undefined): string | undefined =>
  protocol !== undefined && Object.hasOwn(protocolNames, protocol) ? protocolNames[protocol] : protocol

/** Of ICMP the type comes before the code: the original had it the other way round in lists. */
export const aclEntryRow = (entry: NetworkAclEntry): Row => [
  'ENTRY',
  entry.Egress ? 'egress' : 'ingress',
  entry.RuleNumber,
  entry.RuleAction,
  entry.CidrBlock,
  protocolName(entry.Protocol),
  entry.IcmpTypeCode ? entry.IcmpTypeCode.Type : entry.PortRange?.From,
  entry.IcmpTypeCode ? entry.IcmpTypeCode.Code : entry.PortRange?.To,
]

export const networkAclRows = (acls: readonly NetworkAcl[] | undefined): Row[] =>
  (acls ?? []).flatMap(acl => [
    ['NETWORKACL', acl.NetworkAclId, acl.VpcId, acl.IsDefault ? 'default' : undefined],
    ...(acl.Entries ?? []).map(aclEntryRow),
    ...(acl.Associations ?? []).map(
      (association): Row => ['ASSOCIATION', association.NetworkAclAssociationId, association.SubnetId],
    ),
    ...tagRows(acl.NetworkAclId, acl.Tags),
  ])
