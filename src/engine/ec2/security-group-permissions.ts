// SPDX-License-Identifier: BSD-2-Clause
// What security groups let in and, in a VPC, out: rules are added, taken back and listed.
import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../tags'
import type { SecurityGroup, SecurityGroupRule } from './schema/network'
import { groupNamed } from './security-group-records'
import { permissionsOf, type Rule, requestedRules, ruleInfo, sameness, spoken } from './security-group-rules'
import { visibleGroups } from './security-groups'

// AWS' limit outside a VPC, and Eucalyptus' for each direction in one.
const maximumRules = 100
const maximumRulesInVpc = 50

export type Direction = 'ingress' | 'egress'

export const rulesIn = (
  { rules, egress }: SecurityGroup,
  direction: Direction,
): readonly SecurityGroupRule[] => (direction === 'ingress' ? rules : (egress ?? []))

export const withRules = (
  group: SecurityGroup,
  direction: Direction,
  rules: readonly SecurityGroupRule[],
): SecurityGroup => (direction === 'ingress' ? { ...group, rules } : { ...group, egress: rules })

type Reference = { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined }

/** The group that is to change. Those outside a VPC have no rules for what goes out. */
export const groupFor = (tx: Tx, input: Reference, direction: Direction): SecurityGroup => {
  const group = groupNamed(tx, input)
  return direction === 'egress' && group.vpcId === undefined
    ? refuse('InvalidParameterValue', 'Only Amazon VPC security groups may be used with this operation.')
    : group
}

type Request = AuthorizeSecurityGroupIngressRequest | RevokeSecurityGroupIngressRequest

/** The older flat parameters are for what comes in. */
const rulesWanted = (tx: Tx, input: Request, group: SecurityGroup, direction: Direction): Rule[] => {
  if (direction === 'ingress' || input.IpPermissions?.length) return requestedRules(tx, input, group)
  return refuse('MissingParameter', 'The request must contain the parameter ipPermissions')
}

const checkRoom = ({ id, vpcId }: SecurityGroup, count: number): void => {
  if (vpcId && count > maximumRulesInVpc) {
    refuse('RulesPerSecurityGroupLimitExceeded', `Rules limit exceeded for ${id}`)
  }
  if (count > maximumRules) {
    refuse(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
  }
}

const authorize = (
  tx: Tx,
  input: AuthorizeSecurityGroupIngressRequest,
  direction: Direction,
): AuthorizeSecurityGroupIngressResult => {
  const group = groupFor(tx, input, direction)
  const rules = rulesWanted(tx, input, group, direction)
  const there = rulesIn(group, direction)
  const taken = new Set(there.map(sameness))
  for (const rule of rules) {
    if (taken.has(sameness(rule))) {
      refuse('InvalidPermission.Duplicate', `the specified rule "${spoken(rule)}" already exists`)
    }
  }
  if (new Set(rules.map(sameness)).size < rules.length) {
    refuse('InvalidParameterValue', 'The same permission must not appear multiple times')
  }
  checkRoom(group, there.length + rules.length)
  const tags = specifiedTags(input.TagSpecifications, 'security-group-rule')
  const added = rules.map(rule => ({ id: tx.id('sgr'), ...rule }))
  tx.securityGroups.put(withRules(group, direction, [...there, ...added]))
  for (const { id } of added) putTags(tx, id, tags)
  const infoOf = ruleInfo(group, direction === 'egress')
  const infos = added.map(rule => ({
    ...infoOf(rule),
    ...(tags.length > 0 && { Tags: [...tagsOf(tx, rule.id)] }),
  }))
  return { Return: true, SecurityGroupRules: infos }
}

export const authorizeSecurityGroupIngress: Operation<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
> = (tx, input) => authorize(tx, input, 'ingress')

export const authorizeSecurityGroupEgress: Operation<
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressResult
> = (tx, input) => authorize(tx, input, 'egress')

export const unknownRule = (id: string): never =>
  refuse('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`)

/** In VPCs that somebody made, rules that are not there are an error, and nothing is taken back. */
const mustKnowAll = (tx: Tx, { vpcId }: SecurityGroup, unknown: readonly Rule[]): void => {
  if (unknown.length === 0 || vpcId === undefined || tx.vpcs.must(vpcId).isDefault) return
  refuse('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
}

/** In a default VPC and outside of VPCs, rules that are not there come back as `unknownIpPermissionSet`. */
const revoke = (
  tx: Tx,
  input: RevokeSecurityGroupIngressRequest,
  direction: Direction,
): RevokeSecurityGroupIngressResult => {
  const group = groupFor(tx, input, direction)
  const there = rulesIn(group, direction)
  const ids = (input.SecurityGroupRuleIds ?? []).map(id => id.toLowerCase())
  for (const id of ids) if (!there.some(rule => rule.id === id)) unknownRule(id)
  const hasRules = ids.length === 0 || input.IpPermissions?.length || input.IpProtocol || input.CidrIp
  const rules = hasRules ? rulesWanted(tx, input, group, direction) : []
  const wanted = new Set(rules.map(sameness))
  const goes = (rule: SecurityGroupRule) => ids.includes(rule.id) || wanted.has(sameness(rule))
  const gone = there.filter(goes)
  const known = new Set(gone.map(sameness))
  const unknown = rules.filter(rule => !known.has(sameness(rule)))
  mustKnowAll(tx, group, unknown)
  if (gone.length > 0) {
    tx.securityGroups.put(
      withRules(
        group,
        direction,
        there.filter(rule => !goes(rule)),
      ),
    )
    for (const { id } of gone) forgetTags(tx, id)
  }
  return { Return: true, UnknownIpPermissions: permissionsOf(unknown) }
}

export const revokeSecurityGroupIngress: Operation<
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
> = (tx, input) => revoke(tx, input, 'ingress')

export const revokeSecurityGroupEgress: Operation<
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressResult
> = (tx, input) => revoke(tx, input, 'egress')

// ---- lists -------------------------------------------------------------------------------------------------------

interface RuleInGroup {
  readonly group: SecurityGroup
  readonly rule: SecurityGroupRule
  readonly isEgress: boolean
}

export const describeSecurityGroupRules: Operation<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
> = (tx, input) => {
  const ids = (input.SecurityGroupRuleIds ?? []).map(id => id.toLowerCase())
  const all = visibleGroups(tx).flatMap(group => [
    ...group.rules.map(rule => ({ group, rule, isEgress: false })),
    ...rulesIn(group, 'egress').map(rule => ({ group, rule, isEgress: true })),
  ])
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
    SecurityGroupRules: items.map(({ group, rule, isEgress }) => ({
      ...ruleInfo(group, isEgress)(rule),
      Tags: [...tags(rule.id)],
    })),
    NextToken: nextToken,
  }
}
