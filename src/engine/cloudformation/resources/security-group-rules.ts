// SPDX-License-Identifier: BSD-2-Clause
// Rules of security groups as templates write them, in a group or as resources of their own.
import type { IpPermission } from '@aws-sdk/client-ec2'
import { ResourceFailure } from './contracts'
import { integer, required, text, type ValuesOf } from './kinds'

const common = {
  CidrIp: text,
  CidrIpv6: text,
  Description: text,
  FromPort: integer,
  ToPort: integer,
} as const

export const ingressMembers = {
  ...common,
  IpProtocol: required(text),
  SourcePrefixListId: text,
  SourceSecurityGroupId: text,
  SourceSecurityGroupName: text,
  SourceSecurityGroupOwnerId: text,
} as const

export const egressMembers = {
  ...common,
  IpProtocol: required(text),
  DestinationPrefixListId: text,
  DestinationSecurityGroupId: text,
} as const

export type Ingress = ValuesOf<typeof ingressMembers>
export type Egress = ValuesOf<typeof egressMembers>

const fault = (what: string): never => {
  throw new ResourceFailure(what)
}

/** Without a group there is no pair; EC2 says itself when a rule has no source at all. */
const pairsOf = (rule: Ingress, account: string): IpPermission['UserIdGroupPairs'] => {
  const { SourceSecurityGroupId: GroupId, SourceSecurityGroupName: GroupName } = rule
  const { SourceSecurityGroupOwnerId: owner, Description } = rule
  if (GroupId && GroupName) {
    fault(
      'Both SourceSecurityGroupName and SourceSecurityGroupId cannot be specified in SecurityGroupIngress',
    )
  }
  if (GroupId) return [{ GroupId, UserId: owner, Description }]
  return GroupName ? [{ GroupName, UserId: owner || account, Description }] : undefined
}

export const ingressPermission = (rule: Ingress, account: string): IpPermission => {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourcePrefixListId, Description } = rule
  const pairs = pairsOf(rule, account)
  if (CidrIp && (pairs || rule.SourceSecurityGroupOwnerId)) {
    fault('Both CidrIp and SourceSecurityGroup cannot be specified in SecurityGroupIngress')
  }
  return {
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: CidrIp ? [{ CidrIp, Description }] : undefined,
    Ipv6Ranges: CidrIpv6 ? [{ CidrIpv6, Description }] : undefined,
    PrefixListIds: SourcePrefixListId ? [{ PrefixListId: SourcePrefixListId }] : undefined,
    UserIdGroupPairs: pairs,
  }
}

export const egressPermission = (rule: Egress): IpPermission => {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, DestinationPrefixListId, Description } = rule
  const { DestinationSecurityGroupId: GroupId } = rule
  if (CidrIp && GroupId) {
    fault('Both CidrIp and DestinationSecurityGroup cannot be specified in SecurityGroupEgress')
  }
  return {
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: CidrIp ? [{ CidrIp, Description }] : undefined,
    Ipv6Ranges: CidrIpv6 ? [{ CidrIpv6, Description }] : undefined,
    PrefixListIds: DestinationPrefixListId ? [{ PrefixListId: DestinationPrefixListId }] : undefined,
    UserIdGroupPairs: GroupId ? [{ GroupId }] : undefined,
  }
}
