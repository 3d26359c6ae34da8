// SPDX-License-Identifier: BSD-2-Clause
// Rules of security groups as requests state them, made into records and back. A request's permission is a protocol,
// a range of ports and any number of sources; a record has one source, so that single sources can be taken back.
import type {
  AuthorizeSecurityGroupIngressRequest,
  IpPermission,
  SecurityGroupRule as RuleInfo,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { blockOf, blockText } from './cidr'
import { ipv6BlockText } from './cidr-ipv6'
import type { RuleSource, SecurityGroup, SecurityGroupRule } from './schema/network'
import { groupNamed } from './security-group-records'

/** A rule that is not in a group yet. */
export type Rule = Omit<SecurityGroupRule, 'id'>

const protocols: Readonly<Record<string, string>> = {
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
  '-1': '-1',
  all: '-1',
}

const malformed = (why: string): never => refuse('InvalidPermission.Malformed', why)

const protocolOf = ({ IpProtocol }: IpPermission, isInVpc: boolean): string => {
  if (!IpProtocol) return refuse('MissingParameter', 'The request must contain the parameter ipProtocol')
  const name = IpProtocol.toLowerCase()
  const known = Object.hasOwn(protocols, name) ? protocols[name] : undefined
  if (known !== undefined) return known
  if (!isInVpc) return malformed(`Unsupported IP protocol "${IpProtocol}" - supported: [tcp, udp, icmp]`)
  return /^\d{1,3}$/.test(name) && Number(name) <= 255
    ? String(Number(name))
    : malformed(`Invalid protocol (${IpProtocol})`)
}

const checkPorts = (from: number, to: number): void => {
  const ports = `lowPort=${from} highPort=${to}`
  if (from < 0 || to < 0) malformed(`Provided ports must be greater than 0: ${ports}`)
  if (from > 65535 || to > 65535) malformed(`Provided ports must be less than 65535: ${ports}`)
  if (from > to) malformed(`Provided lowPort is greater than highPort: ${ports}`)
}

const rangeOf = (protocol: string, { FromPort, ToPort }: IpPermission): Partial<Rule> => {
  // Of what has no ports nobody is asked which.
  if (!['tcp', 'udp', 'icmp'].includes(protocol)) return {}
  if (protocol === 'icmp') {
    const [type, code] = [FromPort ?? -1, ToPort ?? -1]
    if ([type, code].some(number => number < -1 || number > 255)) {
      malformed(`ICMP type and code must be between -1 and 255: type=${type} code=${code}`)
    }
    return { fromPort: type, toPort: code }
  }
  if (FromPort === undefined || ToPort === undefined) {
    return refuse(
      'InvalidParameterValue',
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    )
  }
  checkPorts(FromPort, ToPort)
  return { fromPort: FromPort, toPort: ToPort }
}

/** An address block with the bits behind its mask cleared, as EC2 stores it. */
const normalCidr = (cidr: string): string => {
  const block = blockOf(cidr)
  return block ? blockText(block) : refuse('InvalidParameterValue', `CIDR block ${cidr} is malformed`)
}

export const described = (description: string | undefined): Pick<Rule, 'description'> => {
  if (description === undefined) return {}
  if (description.length > 255) {
    refuse(
      'InvalidParameterValue',
      'Invalid rule description. Descriptions must be less than 256 characters.',
    )
  }
  return { description }
}

/** Whether the two VPCs' networks are one: the same, or with a peering between them. */
const areConnected = (tx: Tx, one: string, other: string): boolean =>
  one === other ||
  tx.vpcPeeringConnections.list().some(({ state, requester, accepter }) => {
    const sides = [requester.vpcId, accepter.vpcId]
    return state === 'active' && sides.includes(one) && sides.includes(other)
  })

/**
 * In a VPC, groups of it and of its peers are sources. What has no VPC in a cloud of VPCs is a load balancer's own.
 * Nothing is learnt of groups elsewhere that are not the caller's.
 */
const checkSource = (tx: Tx, { vpcId }: SecurityGroup, source: SecurityGroup, said: string): void => {
  if (vpcId === undefined || source.vpcId === undefined || areConnected(tx, vpcId, source.vpcId)) return
  refuse(
    'InvalidGroup.NotFound',
    source.account === tx.caller.account
      ? 'You have specified two resources that belong to different networks.'
      : `The security group '${said}' does not exist`,
  )
}

const groupSource = (
  tx: Tx,
  pair: NonNullable<IpPermission['UserIdGroupPairs']>[number],
  group: SecurityGroup,
): RuleSource => {
  const { GroupId, GroupName, UserId } = pair
  if (!GroupId && !GroupName) return malformed('A source group needs a name or an ID')
  const account = UserId ? UserId.replaceAll('-', '') : undefined
  const source = groupNamed(tx, { GroupId, GroupName }, account)
  checkSource(tx, group, source, GroupId || GroupName || '')
  return { groupId: source.id, groupName: source.name, account: source.account }
}

const refuseWithoutSource = (): never =>
  refuse(
    'MissingParameter',
    'Missing source specification: include source security group or CIDR information',
  )

const noPrefixList = (id = ''): never =>
  refuse('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`)

const rulesOf = (tx: Tx, permission: IpPermission, group: SecurityGroup): Rule[] => {
  const { Ipv6Ranges = [], PrefixListIds = [] } = permission
  if (group.vpcId === undefined && (Ipv6Ranges.length > 0 || PrefixListIds.length > 0)) {
    refuse('UnsupportedOperation', 'Security groups outside a VPC take IPv4 ranges and groups only')
  }
  for (const { PrefixListId } of PrefixListIds) noPrefixList(PrefixListId)
  const protocol = protocolOf(permission, group.vpcId !== undefined)
  if (!permission.IpRanges?.length && !permission.UserIdGroupPairs?.length && Ipv6Ranges.length === 0) {
    refuseWithoutSource()
  }
  const base = { protocol, ...rangeOf(protocol, permission) }
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
      ...base,
      source: { cidr: normalCidr(CidrIp ?? '') },
      ...described(Description),
    })),
    ...Ipv6Ranges.map(({ CidrIpv6 = '', Description }) => ({
      ...base,
      source: {
        cidrIpv6:
          ipv6BlockText(CidrIpv6) ?? refuse('InvalidParameterValue', `CIDR block ${CidrIpv6} is malformed`),
      },
      ...described(Description),
    })),
    ...(permission.UserIdGroupPairs ?? []).map(pair => ({
      ...base,
      source: groupSource(tx, pair, group),
      ...described(pair.Description),
    })),
  ]
}

// ---- the request: permissions, or the older flat parameters for one of them ----

type RuleRequest = Pick<
  AuthorizeSecurityGroupIngressRequest,
  | 'CidrIp'
  | 'FromPort'
  | 'ToPort'
  | 'IpProtocol'
  | 'IpPermissions'
  | 'SourceSecurityGroupName'
  | 'SourceSecurityGroupOwnerId'
>

const flatPermissions = (request: RuleRequest): IpPermission[] => {
  const { CidrIp, FromPort, ToPort, IpProtocol, SourceSecurityGroupName, SourceSecurityGroupOwnerId } =
    request
  if (SourceSecurityGroupName) {
    if (CidrIp) {
      refuse('InvalidParameterCombination', 'cidrIp and sourceSecurityGroupName must not both be set')
    }
    const pairs = [{ GroupName: SourceSecurityGroupName, UserId: SourceSecurityGroupOwnerId }]
    if (IpProtocol) return [{ IpProtocol, FromPort, ToPort, UserIdGroupPairs: pairs }]
    // A group alone is all that it may send.
    return [
      { IpProtocol: 'tcp', FromPort: 1, ToPort: 65535, UserIdGroupPairs: pairs },
      { IpProtocol: 'udp', FromPort: 1, ToPort: 65535, UserIdGroupPairs: pairs },
      { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, UserIdGroupPairs: pairs },
    ]
  }
  if (!CidrIp) return refuseWithoutSource()
  return [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }]
}

/** The rules that a request means for a group, checked, one a source. */
export const requestedRules = (tx: Tx, request: RuleRequest, group: SecurityGroup): Rule[] => {
  const { CidrIp, FromPort, ToPort, IpProtocol, SourceSecurityGroupName, SourceSecurityGroupOwnerId } =
    request
  const flat = { CidrIp, FromPort, ToPort, IpProtocol, SourceSecurityGroupName, SourceSecurityGroupOwnerId }
  if (!request.IpPermissions?.length) return flatPermissions(request).flatMap(one => rulesOf(tx, one, group))
  const [both] = Object.entries(flat).find(([, value]) => value !== undefined) ?? []
  if (both) {
    const name = both.charAt(0).toLowerCase() + both.slice(1)
    refuse('InvalidParameterCombination', `${name} and ipPermissions must not both be set`)
  }
  return request.IpPermissions.flatMap(one => rulesOf(tx, one, group))
}

// ---- records ----

const sourceText = (source: RuleSource): string => {
  if ('cidr' in source) return source.cidr
  return 'cidrIpv6' in source ? source.cidrIpv6 : source.groupId
}

/** Equal for rules that let the same traffic in. */
export const sameness = ({ protocol, fromPort, toPort, source }: Rule): string =>
  [protocol, fromPort, toPort, sourceText(source)].join(' ')

/** As AWS names a rule in a refusal. */
export const spoken = ({ protocol, fromPort, toPort, source }: Rule): string =>
  [
    `peer: ${sourceText(source)}`,
    protocol === '-1' ? 'ALL' : protocol.toUpperCase(),
    ...(fromPort === undefined ? [] : [`from port: ${fromPort}`, `to port: ${toPort}`]),
    'ALLOW',
  ].join(', ')

/** Rules as permissions: those of the same protocol and ports together, in the order in which they were added. */
export const permissionsOf = (rules: readonly Rule[]): IpPermission[] => {
  const permissions = new Map<
    string,
    Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'UserIdGroupPairs'>> & IpPermission
  >()
  for (const { protocol, fromPort, toPort, source, description } of rules) {
    const key = [protocol, fromPort, toPort].join(' ')
    const permission = permissions.get(key) ?? {
      IpProtocol: protocol,
      FromPort: fromPort,
      ToPort: toPort,
      UserIdGroupPairs: [],
      IpRanges: [],
      // Programs for AWS count on the lists.
      Ipv6Ranges: [],
      PrefixListIds: [],
    }
    permissions.set(key, permission)
    const Description = description
    if ('cidr' in source) permission.IpRanges.push({ CidrIp: source.cidr, Description })
    else if ('cidrIpv6' in source) {
      permission.Ipv6Ranges.push({ CidrIpv6: source.cidrIpv6, Description })
    } else {
      const { account, groupName, groupId } = source
      permission.UserIdGroupPairs.push({
        UserId: account,
        GroupName: groupName,
        GroupId: groupId,
        Description,
      })
    }
  }
  return [...permissions.values()]
}

const sourceInfo = (source: RuleSource): RuleInfo => {
  if ('cidr' in source) return { CidrIpv4: source.cidr }
  if ('cidrIpv6' in source) return { CidrIpv6: source.cidrIpv6 }
  return { ReferencedGroupInfo: { GroupId: source.groupId, UserId: source.account } }
}

/** Rules as AWS' newer answers have them. */
export const ruleInfo =
  (group: SecurityGroup, isEgress: boolean) =>
  ({ id, protocol, fromPort, toPort, source, description }: SecurityGroupRule): RuleInfo => ({
    SecurityGroupRuleId: id,
    GroupId: group.id,
    GroupOwnerId: group.account,
    IsEgress: isEgress,
    IpProtocol: protocol,
    FromPort: fromPort ?? -1,
    ToPort: toPort ?? -1,
    Description: description,
    ...sourceInfo(source),
  })
