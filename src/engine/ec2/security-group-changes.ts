// SPDX-License-Identifier: BSD-2-Clause
// Rules that are there become others, and keep their ids and tags: with another description, or as a whole.
import type {
  IpPermission,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import type { RuleSource, SecurityGroup, SecurityGroupRule } from './schema/network'
import { type Direction, groupFor, rulesIn, unknownRule, withRules } from './security-group-permissions'
import { groupNamed } from './security-group-records'
import { described, type Rule, requestedRules, sameness, spoken } from './security-group-rules'

// ---- UpdateSecurityGroupRuleDescriptionsIngress, UpdateSecurityGroupRuleDescriptionsEgress ----

type DescriptionsRequest = UpdateSecurityGroupRuleDescriptionsIngressRequest

const missingRule = (): never =>
  refuse('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')

/** The description that each rule is to have, by the rule's id; without one it loses that which it has. */
const wantedDescriptions = (
  tx: Tx,
  input: DescriptionsRequest,
  group: SecurityGroup,
  there: readonly SecurityGroupRule[],
): ReadonlyMap<string, string | undefined> => {
  const { IpPermissions = [], SecurityGroupRuleDescriptions = [] } = input
  if (IpPermissions.length > 0 && SecurityGroupRuleDescriptions.length > 0) {
    const names = 'ipPermissions and securityGroupRuleDescriptions'
    refuse('InvalidParameterCombination', `${names} must not both be set`)
  }
  if (IpPermissions.length > 0) {
    const known = new Map(there.map(rule => [sameness(rule), rule.id]))
    return new Map(
      requestedRules(tx, { IpPermissions }, group).map(rule => [
        known.get(sameness(rule)) ?? missingRule(),
        rule.description,
      ]),
    )
  }
  if (SecurityGroupRuleDescriptions.length === 0) {
    refuse('MissingParameter', 'The request must contain the parameter ipPermissions')
  }
  return new Map(
    SecurityGroupRuleDescriptions.map(({ SecurityGroupRuleId = '', Description }) => {
      const rule = there.find(({ id }) => id === SecurityGroupRuleId.toLowerCase())
      return [rule?.id ?? unknownRule(SecurityGroupRuleId), described(Description).description]
    }),
  )
}

const updateDescriptions = (
  tx: Tx,
  input: DescriptionsRequest,
  direction: Direction,
): UpdateSecurityGroupRuleDescriptionsIngressResult => {
  const group = groupFor(tx, input, direction)
  const there = rulesIn(group, direction)
  const wanted = wantedDescriptions(tx, input, group, there)
  const redescribed = there.map(rule => {
    if (!wanted.has(rule.id)) return rule
    const { description: _, ...bare } = rule
    const description = wanted.get(rule.id)
    return description ? { ...bare, description } : bare
  })
  tx.securityGroups.put(withRules(group, direction, redescribed))
  return { Return: true }
}

export const updateSecurityGroupRuleDescriptionsIngress: Operation<
  DescriptionsRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
> = (tx, input) => updateDescriptions(tx, input, 'ingress')

export const updateSecurityGroupRuleDescriptionsEgress: Operation<
  DescriptionsRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
> = (tx, input) => updateDescriptions(tx, input, 'egress')

// ---- ModifySecurityGroupRules ----

const sourceMembers = ['CidrIpv4', 'CidrIpv6', 'PrefixListId', 'ReferencedGroupId'] as const

const permissionOf = (request: SecurityGroupRuleRequest): IpPermission => {
  const given = sourceMembers.filter(member => request[member] !== undefined)
  if (given.length > 1) {
    refuse('InvalidParameterCombination', `Only one of ${sourceMembers.join(', ')} may be set`)
  }
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } =
    request
  return {
    ...{ IpProtocol, FromPort, ToPort },
    ...(CidrIpv4 !== undefined && { IpRanges: [{ CidrIp: CidrIpv4, Description }] }),
    ...(CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6, Description }] }),
    ...(PrefixListId !== undefined && { PrefixListIds: [{ PrefixListId }] }),
    ...(ReferencedGroupId !== undefined && {
      UserIdGroupPairs: [{ GroupId: ReferencedGroupId, Description }],
    }),
  }
}

const kindOf = (source: RuleSource): string => Object.keys(source)[0] ?? ''

/** A rule's source may be another one, and not of another kind. */
const checkKind = (old: Rule, { source }: Rule): void => {
  if (kindOf(old.source) !== kindOf(source)) {
    refuse('InvalidParameterValue', 'The type of source or destination of a rule cannot be changed.')
  }
}

/** Whole rules take the place of those that are there, all of them or none. */
export const modifySecurityGroupRules: Operation<
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult
> = (tx, input) => {
  const group = groupNamed(tx, input)
  const changes = new Map<string, SecurityGroupRule>()
  for (const { SecurityGroupRuleId = '', SecurityGroupRule: wanted } of input.SecurityGroupRules ?? []) {
    const old =
      [...group.rules, ...rulesIn(group, 'egress')].find(
        ({ id }) => id === SecurityGroupRuleId.toLowerCase(),
      ) ?? unknownRule(SecurityGroupRuleId)
    if (!wanted) return refuse('MissingParameter', 'The request must contain the parameter SecurityGroupRule')
    const [rule] = requestedRules(tx, { IpPermissions: [permissionOf(wanted)] }, group)
    if (!rule) return refuse('MissingParameter', 'The request must contain a source or destination')
    checkKind(old, rule)
    changes.set(old.id, { id: old.id, ...rule })
  }
  const changed = (rules: readonly SecurityGroupRule[]): SecurityGroupRule[] => {
    const after = rules.map(rule => changes.get(rule.id) ?? rule)
    const taken = new Set<string>()
    for (const rule of after) {
      const same = sameness(rule)
      if (taken.has(same)) {
        refuse('InvalidPermission.Duplicate', `the specified rule "${spoken(rule)}" already exists`)
      }
      taken.add(same)
    }
    return after
  }
  const [rules, egress] = [changed(group.rules), changed(rulesIn(group, 'egress'))]
  tx.securityGroups.put({ ...group, rules, ...(group.egress && { egress }) })
  return { Return: true }
}
