// SPDX-License-Identifier: BSD-2-Clause
// Security groups as EC2 had them before VPC: rules for what may come in, none for what may go out.
import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup as GroupInfo,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import { peoplesAccounts } from '../iam/system-accounts'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../tags'
import { askedWithoutVerbose } from '../verbose'
import { permitted, seenBy } from './access/lists'
import { groupDemand } from './access/resources'
import { checkGroupQuota, madeBy } from './quotas'
import type { SecurityGroup, SecurityGroupRule } from './schema/network'
import { defaultGroupName, groupById, groupNamed, groupsOf, isGroupInUse } from './security-group-records'
import { permissionsOf, requestedRules, ruleInfo, sameness, spoken } from './security-group-rules'

// AWS' limits outside a VPC.
const maximumGroups = 500
const maximumRules = 100
const textLength = 255

const checkText = (parameter: string, value: string): void => {
  const invalid = (why: string) =>
    refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`)
  if (!/^[\x20-\x7e]*$/.test(value)) invalid('Character sets beyond ASCII are not supported.')
  if (value.length > textLength) invalid(`Length exceeds maximum of ${textLength}.`)
}

export const createSecurityGroup: Operation<
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult & { readonly Return: boolean }
> = (tx, input) => {
  const { GroupName: name, Description: description } = input
  if (!name) return refuse('MissingParameter', 'The request must contain the parameter GroupName')
  if (!description)
    return refuse('MissingParameter', 'The request must contain the parameter GroupDescription')
  checkText('GroupName', name)
  checkText('GroupDescription', description)
  if (name.startsWith('sg-')) {
    const why = 'Group names may not be in the format sg-*'
    refuse('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid. ${why}`)
  }
  if (name === defaultGroupName) {
    refuse('InvalidGroup.Reserved', `The security group '${name}' is reserved`)
  }
  if (input.VpcId) refuse('InvalidVpcID.NotFound', `The vpc ID '${input.VpcId}' does not exist`)
  const groups = groupsOf(tx)
  if (groups.some(group => group.name === name)) {
    refuse('InvalidGroup.Duplicate', `The security group '${name}' already exists`)
  }
  if (groups.length >= maximumGroups) {
    refuse(
      'SecurityGroupLimitExceeded',
      `The maximum number of security groups (${maximumGroups}) has been reached.`,
    )
  }
  checkGroupQuota(tx)
  const tags = specifiedTags(input.TagSpecifications, 'security-group')
  const group = tx.securityGroups.put({
    ...madeBy(tx),
    id: freshId(tx, 'sg', id => groupById(tx, id) !== undefined),
    name,
    description,
    rules: [],
  })
  putTags(tx, group.id, tags)
  return { Return: true, GroupId: group.id, Tags: [...tagsOf(tx, group.id)] }
}

export const deleteSecurityGroup: Operation<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (
  tx,
  input,
) => {
  const group = groupNamed(tx, input)
  if (group.name === defaultGroupName) {
    refuse('InvalidGroup.Reserved', `The security group '${group.name}' is reserved`)
  }
  const refersToIt = ({ source }: SecurityGroupRule) => 'groupId' in source && source.groupId === group.id
  const isNamed = tx.securityGroups.list().some(({ id, rules }) => id !== group.id && rules.some(refersToIt))
  if (isNamed || isGroupInUse(tx, group.id)) {
    refuse('InvalidGroup.InUse', 'Specified group cannot be deleted because it is in use.')
  }
  tx.securityGroups.delete(group.id)
  forgetTags(tx, group.id)
  return { Return: true, GroupId: group.id }
}

export const authorizeSecurityGroupIngress: Operation<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
> = (tx, input) => {
  const group = groupNamed(tx, input)
  const rules = requestedRules(tx, input)
  const taken = new Set(group.rules.map(sameness))
  for (const rule of rules) {
    if (taken.has(sameness(rule))) {
      refuse('InvalidPermission.Duplicate', `the specified rule "${spoken(rule)}" already exists`)
    }
  }
  if (new Set(rules.map(sameness)).size < rules.length) {
    refuse('InvalidParameterValue', 'The same permission must not appear multiple times')
  }
  if (group.rules.length + rules.length > maximumRules) {
    refuse(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
  }
  const tags = specifiedTags(input.TagSpecifications, 'security-group-rule')
  const added = rules.map(rule => ({ id: tx.id('sgr'), ...rule }))
  tx.securityGroups.put({ ...group, rules: [...group.rules, ...added] })
  for (const { id } of added) putTags(tx, id, tags)
  return { Return: true, SecurityGroupRules: added.map(ruleInfo(group)) }
}

/** Rules that are not there are no error; they come back as `unknownIpPermissionSet`. */
export const revokeSecurityGroupIngress: Operation<
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
> = (tx, input) => {
  const group = groupNamed(tx, input)
  const ids = (input.SecurityGroupRuleIds ?? []).map(id => id.toLowerCase())
  for (const id of ids) if (!group.rules.some(rule => rule.id === id)) unknownRule(id)
  const hasRules = ids.length === 0 || input.IpPermissions?.length || input.IpProtocol || input.CidrIp
  const rules = hasRules ? requestedRules(tx, input) : []
  const wanted = new Set(rules.map(sameness))
  const goes = (rule: SecurityGroupRule) => ids.includes(rule.id) || wanted.has(sameness(rule))
  const gone = group.rules.filter(goes)
  if (gone.length > 0) {
    tx.securityGroups.put({ ...group, rules: group.rules.filter(rule => !goes(rule)) })
    for (const { id } of gone) forgetTags(tx, id)
  }
  const known = new Set(gone.map(sameness))
  return {
    Return: true,
    UnknownIpPermissions: permissionsOf(rules.filter(rule => !known.has(sameness(rule)))),
  }
}

const unknownRule = (id: string): never =>
  refuse('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`)

/** Both egress operations: groups outside a VPC have no rules for what goes out. */
export const refuseEgress: Operation<AuthorizeSecurityGroupEgressRequest, never> = (tx, input) => {
  groupNamed(tx, input)
  return refuse('InvalidParameterValue', 'Only Amazon VPC security groups may be used with this operation.')
}

/** The groups that the caller may see; administrators see every account's with `verbose`. */
const visibleGroups = (tx: Tx, all = false): readonly SecurityGroup[] =>
  permitted(tx, all ? peoplesAccounts(tx).flatMap(({ id }) => groupsOf(tx, id)) : groupsOf(tx), groupDemand)

export const describeSecurityGroups: Operation<
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
> = (tx, input) => {
  const names = [...(input.GroupNames ?? []), ...(input.GroupIds ?? [])]
  const { isVerbose, named: wanted } = askedWithoutVerbose(tx.caller, names)
  const groups = visibleGroups(tx, isVerbose)
  const isNamed = (group: SecurityGroup, name: string) =>
    group.name === name || group.id === name.toLowerCase()
  const isSeen = seenBy(tx, groupDemand)
  for (const name of wanted) {
    // A cloud administrator may name those of other accounts, though they are not shown.
    const isThere = groups.some(group => isNamed(group, name)) || isSeen(groupNamed(tx, referenceTo(name)))
    if (!isThere) refuse('InvalidGroup.NotFound', `The security group '${name}' does not exist`)
  }
  const matches = matchFilters(input.Filters, filters(tx))
  const asked = (group: SecurityGroup) => wanted.length === 0 || wanted.some(name => isNamed(group, name))
  const { items, nextToken } = page(groups.filter(asked).filter(matches), input, {
    key: ({ id }) => id,
    ids: wanted.length > 0 ? 'groupIds' : undefined,
  })
  return { SecurityGroups: items.map(viewOf(tx)), NextToken: nextToken }
}

const referenceTo = (name: string) => (name.startsWith('sg-') ? { GroupId: name } : { GroupName: name })

interface RuleInGroup {
  readonly group: SecurityGroup
  readonly rule: SecurityGroupRule
}

export const describeSecurityGroupRules: Operation<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
> = (tx, input) => {
  const ids = (input.SecurityGroupRuleIds ?? []).map(id => id.toLowerCase())
  const all = visibleGroups(tx).flatMap(group => group.rules.map(rule => ({ group, rule })))
  for (const id of ids) if (!all.some(({ rule }) => rule.id === id)) unknownRule(id)
  const matches = matchFilters<RuleInGroup>(input.Filters, {
    'group-id': ({ group }) => group.id,
    'security-group-rule-id': ({ rule }) => rule.id,
    ...tagFilters<RuleInGroup>(tx, ({ rule }) => rule.id),
  })
  const asked = ({ rule }: RuleInGroup) => ids.length === 0 || ids.includes(rule.id)
  const { items, nextToken } = page(all.filter(asked).filter(matches), input, { key: ({ rule }) => rule.id })
  const tags = tagIndex(tx)
  return {
    SecurityGroupRules: items.map(({ group, rule }) => ({
      ...ruleInfo(group)(rule),
      Tags: [...tags(rule.id)],
    })),
    NextToken: nextToken,
  }
}

// What only groups in a VPC have.
const ofVpcs = withoutMatch<SecurityGroup>([
  'egress.ip-permission.cidr',
  'egress.ip-permission.from-port',
  'egress.ip-permission.group-id',
  'egress.ip-permission.group-name',
  'egress.ip-permission.ipv6-cidr',
  'egress.ip-permission.prefix-list-id',
  'egress.ip-permission.protocol',
  'egress.ip-permission.to-port',
  'egress.ip-permission.user-id',
  'ip-permission.ipv6-cidr',
  'ip-permission.prefix-list-id',
  'vpc-id',
])

const filters = (tx: Tx): FilterTable<SecurityGroup> => ({
  ...ofVpcs,
  description: group => group.description,
  'group-id': group => group.id,
  'group-name': group => group.name,
  'ip-permission.cidr': ({ rules }) =>
    rules.map(({ source }) => ('cidr' in source ? source.cidr : undefined)),
  'ip-permission.from-port': ({ rules }) => rules.map(({ fromPort }) => fromPort),
  'ip-permission.group-id': ({ rules }) =>
    rules.map(({ source }) => ('groupId' in source ? source.groupId : undefined)),
  'ip-permission.group-name': ({ rules }) =>
    rules.map(({ source }) => ('groupId' in source ? source.groupName : undefined)),
  'ip-permission.protocol': ({ rules }) => rules.map(({ protocol }) => protocol),
  'ip-permission.to-port': ({ rules }) => rules.map(({ toPort }) => toPort),
  'ip-permission.user-id': ({ rules }) =>
    rules.map(({ source }) => ('groupId' in source ? source.account : undefined)),
  'owner-id': group => group.account,
  ...tagFilters(tx, group => group.id),
})

const viewOf = (tx: Tx) => {
  const tags = tagIndex(tx)
  return (group: SecurityGroup): GroupInfo => ({
    OwnerId: group.account,
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    IpPermissions: permissionsOf(group.rules),
    IpPermissionsEgress: [],
    Tags: [...tags(group.id)],
  })
}
