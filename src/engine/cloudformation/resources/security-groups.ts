// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::SecurityGroup and its rules as resources of their own. Outside a VPC a group is known by its name.
import type { AuthorizeSecurityGroupIngressResult, CreateSecurityGroupResult } from '@aws-sdk/client-ec2'
import { groupById, groupNamed } from '../../ec2/security-group-records'
import type { Made, Work } from './contracts'
import { tagged } from './ec2-tags'
import { inPlace, listOf, objectOf, required, resourceType, tags, text } from './kinds'
import { onceNot, removed } from './removal'
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

const changedRules = (work: Work, made: Made, rules: readonly Ingress[] = []): Rules => {
  const wanted = new Map(rules.map(rule => [JSON.stringify(rule), rule]))
  const had = Object.entries(rulesOf(made))
  const GroupId = groupIdOf(made)
  revoke(
    work,
    GroupId,
    had.filter(([rule]) => !wanted.has(rule)).map(([, id]) => id),
  )
  const kept = Object.fromEntries(had.filter(([rule]) => wanted.has(rule)))
  const added = [...wanted].filter(([rule]) => !Object.hasOwn(kept, rule)).map(([, rule]) => rule)
  return { ...kept, ...authorize(work, GroupId, added) }
}

const authorizeEgress = (work: Work, GroupId: string, rules: readonly Egress[] = []): void => {
  if (rules.length === 0) return
  const IpPermissions = rules.map(egressPermission)
  work.call(services.ec2, 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions })
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
  attributes: ['GroupId'],
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
    authorizeEgress(work, GroupId, properties.SecurityGroupEgress)
    return { physicalId: name, ref: name, attributes: { GroupId }, memory: { ...tags, rules } }
  },
  update: (work, made, properties) => {
    const rules = changedRules(work, made, properties.SecurityGroupIngress)
    authorizeEgress(work, groupIdOf(made), properties.SecurityGroupEgress)
    return { ...made, memory: { ...tagged(work, groupIdOf(made), properties.Tags, made), rules } }
  },
  // Instances of a scaling group may take a while to leave it.
  remove: (work, made) =>
    onceNot(['InvalidGroup.InUse'], () =>
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
  create: (work, properties) => {
    const IpPermissions = [egressPermission(properties)]
    work.call(services.ec2, 'AuthorizeSecurityGroupEgress', { GroupId: properties.GroupId, IpPermissions })
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  remove: (work, _, properties) =>
    removed(
      () =>
        work.call(services.ec2, 'RevokeSecurityGroupEgress', {
          GroupId: properties.GroupId,
          IpPermissions: [egressPermission(properties)],
        }),
      ...absent,
    ),
})
