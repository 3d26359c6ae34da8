// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::SecurityGroup and its rules as resources of their own. A group is known by its name, unless the template says
// which VPC it is of: then by its id.
import type {
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupResult,
} from '@aws-sdk/client-ec2'
import type { SecurityGroup } from '../../ec2/schema/network'
import { groupById, groupNamed } from '../../ec2/security-group-records'
import type { Made, Work } from './contracts'
import { tagged } from './ec2-tags'
import { inPlace, listOf, objectOf, required, resourceType, tags, text } from './kinds'
import { complete, onceNot, removed } from './removal'
import {
  type Egress,
  egressMembers,
  egressPermission,
  type Ingress,
  ingressMembers,
  ingressPermission,
} from './security-group-rules'
import { services } from './services'

const absent = ['InvalidGroup.NotFound', 'InvalidGroupId.Malformed']

const groupIdOf = ({ attributes, memory }: Made): string => String(attributes.GroupId ?? memory?.groupId)

/** The ids of rules by what they were asked for as: to be taken back by, whatever has become of their sources. */
type Rules = Readonly<Record<string, string>>

const rulesOf = ({ memory }: Made): Rules => (memory?.rules as Rules | undefined) ?? {}
const egressOf = ({ memory }: Made): Rules => (memory?.egress as Rules | undefined) ?? {}

const authorize = (work: Work, GroupId: string, rules: readonly Ingress[]): Rules => {
  const IpPermissions = rules.map(rule => ingressPermission(rule, work.stack.account))
  if (IpPermissions.length === 0) return {}
  const { SecurityGroupRules = [] } = work.call<AuthorizeSecurityGroupIngressResult>(
    services.ec2,
    'AuthorizeSecurityGroupIngress',
    { GroupId, IpPermissions },
  )
  // Every permission has one source, and so is one rule.
  const ids = SecurityGroupRules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId)
  return Object.fromEntries(rules.map((rule, index) => [JSON.stringify(rule), ids[index] ?? '']))
}

/** Those that are still there. */
const revoke = (work: Work, GroupId: string, ids: readonly string[]): void => {
  const there = new Set(groupById(work.tx, GroupId)?.rules.map(({ id }) => id))
  const SecurityGroupRuleIds = ids.filter(id => there.has(id))
  if (SecurityGroupRuleIds.length === 0) return
  work.call(services.ec2, 'RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds })
}

/** What is wanted anew, and kept of what there was. */
const parted = <R>(had: Rules, rules: readonly R[]) => {
  const wanted = new Map(rules.map(rule => [JSON.stringify(rule), rule]))
  const kept = Object.fromEntries(Object.entries(had).filter(([rule]) => wanted.has(rule)))
  return {
    gone: Object.entries(had).flatMap(([rule, id]) => (wanted.has(rule) ? [] : [id])),
    kept,
    added: [...wanted].filter(([rule]) => !Object.hasOwn(kept, rule)).map(([, rule]) => rule),
  }
}

const changedRules = (work: Work, made: Made, rules: readonly Ingress[] = []): Rules => {
  const { gone, kept, added } = parted(rulesOf(made), rules)
  const GroupId = groupIdOf(made)
  revoke(work, GroupId, gone)
  return { ...kept, ...authorize(work, GroupId, added) }
}

// ---- what goes out -----------------------------------------------------------------------------------------------

const revokeEgress = (work: Work, GroupId: string, ids: readonly string[]): void => {
  const there = new Set(groupById(work.tx, GroupId)?.egress?.map(({ id }) => id))
  const SecurityGroupRuleIds = ids.filter(id => there.has(id))
  if (SecurityGroupRuleIds.length === 0) return
  work.call(services.ec2, 'RevokeSecurityGroupEgress', { GroupId, SecurityGroupRuleIds })
}

const authorizeEgress = (work: Work, GroupId: string, rules: readonly Egress[]): Rules => {
  if (rules.length === 0) return {}
  const { SecurityGroupRules = [] } = work.call<AuthorizeSecurityGroupEgressResult>(
    services.ec2,
    'AuthorizeSecurityGroupEgress',
    { GroupId, IpPermissions: rules.map(egressPermission) },
  )
  const ids = SecurityGroupRules.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId)
  return Object.fromEntries(rules.map((rule, index) => [JSON.stringify(rule), ids[index] ?? '']))
}

/** The rule that lets everything out, if it is all that the group says of that, as of every new group in a VPC. */
const firstEgressOf = ({ egress = [] }: SecurityGroup): readonly string[] => {
  const [rule, ...others] = egress
  if (!rule || others.length > 0 || rule.protocol !== '-1') return []
  return 'cidr' in rule.source && rule.source.cidr === '0.0.0.0/0' ? [rule.id] : []
}

/** As with AWS: who says what goes out does not want everything to. */
const replaceFirstEgress = (work: Work, GroupId: string): void => {
  const group = groupById(work.tx, GroupId)
  if (group) revokeEgress(work, GroupId, firstEgressOf(group))
}

const newEgress = (work: Work, GroupId: string, rules: readonly Egress[] = []): Rules => {
  if (rules.length === 0) return {}
  replaceFirstEgress(work, GroupId)
  return authorizeEgress(work, GroupId, rules)
}

const changedEgress = (work: Work, made: Made, rules: readonly Egress[] = []): Rules => {
  const had = egressOf(made)
  const GroupId = groupIdOf(made)
  if (Object.keys(had).length === 0) return newEgress(work, GroupId, rules)
  const { gone, kept, added } = parted(had, rules)
  revokeEgress(work, GroupId, gone)
  const everything = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]
  // Without a word of it everything goes out again, by a rule that is the group's own.
  if (rules.length === 0) {
    authorizeEgress(work, GroupId, everything)
    return {}
  }
  return { ...kept, ...authorizeEgress(work, GroupId, added) }
}

export const securityGroup = resourceType({
  name: 'AWS::EC2::SecurityGroup',
  properties: {
    GroupDescription: required(text),
    GroupName: text,
    SecurityGroupEgress: inPlace(listOf(objectOf(egressMembers))),
    SecurityGroupIngress: inPlace(listOf(objectOf(ingressMembers))),
    Tags: inPlace(tags),
    VpcId: text,
  },
  attributes: ['GroupId', 'VpcId'],
  takesTags: true,
  create: (work, properties) => {
    const name = properties.GroupName ?? work.newName(255)
    const { GroupId = '' } = work.call<CreateSecurityGroupResult>(services.ec2, 'CreateSecurityGroup', {
      GroupName: name,
      Description: properties.GroupDescription,
      VpcId: properties.VpcId,
    })
    const tags = tagged(work, GroupId, properties.Tags)
    const rules = authorize(work, GroupId, properties.SecurityGroupIngress ?? [])
    const egress = newEgress(work, GroupId, properties.SecurityGroupEgress)
    const ref = properties.VpcId === undefined ? name : GroupId
    // Without a word of a VPC it is in the default one, where there is one.
    const vpcId = groupById(work.tx, GroupId)?.vpcId
    const attributes = { GroupId, ...(vpcId !== undefined && { VpcId: vpcId }) }
    return { physicalId: ref, ref, attributes, memory: { ...tags, rules, egress } }
  },
  update: (work, made, properties) => {
    const rules = changedRules(work, made, properties.SecurityGroupIngress)
    const egress = changedEgress(work, made, properties.SecurityGroupEgress)
    return { ...made, memory: { ...tagged(work, groupIdOf(made), properties.Tags, made), rules, egress } }
  },
  // Instances of a scaling group may take a while to leave it.
  remove: (work, made) =>
    onceNot(['InvalidGroup.InUse', 'DependencyViolation'], () =>
      removed(() => work.call(services.ec2, 'DeleteSecurityGroup', { GroupId: groupIdOf(made) }), ...absent),
    ),
})

export const securityGroupIngress = resourceType({
  name: 'AWS::EC2::SecurityGroupIngress',
  properties: { ...ingressMembers, GroupId: text, GroupName: text },
  attributes: [],
  create: (work, properties) => {
    const { id } = groupNamed(work.tx, properties)
    const name = work.newName()
    return {
      physicalId: name,
      ref: name,
      attributes: {},
      memory: { groupId: id, rules: authorize(work, id, [properties]) },
    }
  },
  // The group may have gone, and the rule with it.
  remove: (work, made) =>
    removed(() => revoke(work, groupIdOf(made), Object.values(rulesOf(made))), ...absent),
})

/** EC2 refuses them for groups outside a VPC, in its own words. */
export const securityGroupEgress = resourceType({
  name: 'AWS::EC2::SecurityGroupEgress',
  properties: { ...egressMembers, GroupId: required(text) },
  attributes: [],
  create: (work, { GroupId, ...rule }) => {
    const { id } = groupNamed(work.tx, { GroupId })
    replaceFirstEgress(work, id)
    const name = work.newName()
    const memory = { groupId: id, egress: authorizeEgress(work, id, [rule]) }
    return { physicalId: name, ref: name, attributes: {}, memory }
  },
  // The group may have gone, and the rule with it.
  remove: (work, made) => {
    revokeEgress(work, groupIdOf(made), Object.values(egressOf(made)))
    return complete
  },
})
