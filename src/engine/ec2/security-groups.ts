// SPDX-License-Identifier: BSD-2-Clause
// Security groups: of the classic network, with rules for what may come in, or of a VPC, with rules for what may go out, too.
import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup as GroupInfo,
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
import type { Vpc } from './schema/vpc'
import {
  allRules,
  defaultGroupName,
  groupById,
  groupNamed,
  groupsOf,
  hasUniqueName,
  isGroupInUse,
  noDefaultVpc,
} from './security-group-records'
import { permissionsOf } from './security-group-rules'
import { defaultVpc } from './vpc/foundation'
import { kinds, named } from './vpc/kinds'
import { hasVpcs } from './vpc/networking'

// AWS' limit outside a VPC, and Eucalyptus' in each.
const maximumGroups = 500
const maximumGroupsInVpc = 100
const textLength = 255

const checkText = (parameter: string, value: string): void => {
  const invalid = (why: string) =>
    refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`)
  if (!/^[\x20-\x7e]*$/.test(value)) invalid('Character sets beyond ASCII are not supported.')
  if (value.length > textLength) invalid(`Length exceeds maximum of ${textLength}.`)
}

const vpcText = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/
const vpcCharacters = 'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*'

/** In a VPC, names and descriptions are of fewer characters. */
const checkTexts = (isInVpc: boolean, name: string, description: string): void => {
  if (!isInVpc) {
    checkText('GroupName', name)
    checkText('GroupDescription', description)
    return
  }
  const strings = `strings less than 256 characters from the following set:  ${vpcCharacters}`
  if (!vpcText.test(name)) {
    refuse('InvalidParameterValue', `Invalid security group name. Valid names are non-empty ${strings}`)
  }
  if (!vpcText.test(description)) {
    refuse('InvalidParameterValue', `Invalid security group description. Valid descriptions are ${strings}`)
  }
}

/** Where a new group is to be: the VPC that is named, else the default one; undefined in the classic network. */
const vpcFor = (tx: Tx, id: string | undefined): Vpc | undefined => {
  if (!id) return hasVpcs(tx) ? (defaultVpc(tx) ?? noDefaultVpc()) : undefined
  const vpc = named(tx, kinds.vpc, id)
  // A group belongs to whoever makes it, also to an administrator who finds everybody's VPC.
  return vpc.account === tx.caller.account ? vpc : kinds.vpc.missing(id)
}

const checkRoom = (tx: Tx, own: readonly SecurityGroup[], vpc: Vpc | undefined): void => {
  if (vpc) {
    if (own.filter(({ vpcId }) => vpcId === vpc.id).length >= maximumGroupsInVpc) {
      refuse('SecurityGroupLimitExceeded', `Security group limit exceeded for ${vpc.id}`)
    }
  } else if (own.length >= maximumGroups) {
    refuse(
      'SecurityGroupLimitExceeded',
      `The maximum number of security groups (${maximumGroups}) has been reached.`,
    )
  }
  checkGroupQuota(tx)
}

/** What is in a VPC may send to everywhere from the start. */
const firstEgress = (tx: Tx): SecurityGroupRule[] => [
  { id: tx.id('sgr'), protocol: '-1', source: { cidr: '0.0.0.0/0' } },
]

export const createSecurityGroup: Operation<
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult & { readonly Return: boolean }
> = (tx, input) => {
  const { GroupName: name, Description: description } = input
  if (!name) return refuse('MissingParameter', 'The request must contain the parameter GroupName')
  if (!description)
    return refuse('MissingParameter', 'The request must contain the parameter GroupDescription')
  const isInVpc = hasVpcs(tx)
  checkTexts(isInVpc, name, description)
  if (name.startsWith('sg-')) {
    const why = 'Group names may not be in the format sg-*'
    refuse('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid. ${why}`)
  }
  if (name === defaultGroupName) {
    refuse('InvalidGroup.Reserved', `The security group '${name}' is reserved`)
  }
  const vpc = vpcFor(tx, input.VpcId)
  const groups = groupsOf(tx)
  if (groups.some(group => group.name === name && group.vpcId === vpc?.id)) {
    refuse('InvalidGroup.Duplicate', `The security group '${name}' already exists`)
  }
  checkRoom(tx, groups, vpc)
  const tags = specifiedTags(input.TagSpecifications, 'security-group')
  const group = tx.securityGroups.put({
    ...madeBy(tx),
    id: freshId(tx, 'sg', id => groupById(tx, id) !== undefined),
    name,
    description,
    rules: [],
    ...(vpc && { vpcId: vpc.id, egress: firstEgress(tx) }),
  })
  putTags(tx, group.id, tags)
  return { Return: true, GroupId: group.id, Tags: [...tagsOf(tx, group.id)] }
}

const checkDefault = ({ id, name, vpcId }: SecurityGroup): void => {
  if (name !== defaultGroupName) return
  if (vpcId) {
    refuse('CannotDelete', `Group (${id}) cannot be deleted, it is the default group for ${vpcId}`)
  }
  refuse('InvalidGroup.Reserved', `The security group '${name}' is reserved`)
}

export const deleteSecurityGroup: Operation<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (
  tx,
  input,
) => {
  const group = groupNamed(tx, input)
  checkDefault(group)
  const refersToIt = ({ source }: SecurityGroupRule) => 'groupId' in source && source.groupId === group.id
  const isNamed = tx.securityGroups
    .list()
    .some(other => other.id !== group.id && allRules(other).some(refersToIt))
  if (isNamed || isGroupInUse(tx, group.id)) {
    const code = group.vpcId ? 'DependencyViolation' : 'InvalidGroup.InUse'
    refuse(code, 'Specified group cannot be deleted because it is in use.')
  }
  tx.securityGroups.delete(group.id)
  forgetTags(tx, group.id)
  for (const { id } of allRules(group)) forgetTags(tx, id)
  return { Return: true, GroupId: group.id }
}

/** The groups that the caller may see; administrators see every account's with `verbose`. */
export const visibleGroups = (tx: Tx, all = false): readonly SecurityGroup[] =>
  permitted(tx, all ? peoplesAccounts(tx).flatMap(({ id }) => groupsOf(tx, id)) : groupsOf(tx), groupDemand)

export const describeSecurityGroups: Operation<
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
> = (tx, input) => {
  const names = [...(input.GroupNames ?? []), ...(input.GroupIds ?? [])]
  const { isVerbose, named: wanted } = askedWithoutVerbose(tx.caller, names)
  const groups = visibleGroups(tx, isVerbose)
  const isNamed = (group: SecurityGroup, name: string) =>
    (group.name === name && hasUniqueName(tx, group)) || group.id === name.toLowerCase()
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

// There are no rules for any.
const unmatched = withoutMatch<SecurityGroup>([
  'egress.ip-permission.prefix-list-id',
  'ip-permission.prefix-list-id',
])

/** What filters may ask of the rules of one direction. */
const ruleFilters = (
  prefix: string,
  rulesOf: (group: SecurityGroup) => readonly SecurityGroupRule[],
): FilterTable<SecurityGroup> => {
  const table: FilterTable<readonly SecurityGroupRule[]> = {
    cidr: rules => rules.map(({ source }) => ('cidr' in source ? source.cidr : undefined)),
    'ipv6-cidr': rules => rules.map(({ source }) => ('cidrIpv6' in source ? source.cidrIpv6 : undefined)),
    'from-port': rules => rules.map(({ fromPort }) => fromPort),
    'group-id': rules => rules.map(({ source }) => ('groupId' in source ? source.groupId : undefined)),
    'group-name': rules => rules.map(({ source }) => ('groupId' in source ? source.groupName : undefined)),
    protocol: rules => rules.map(({ protocol }) => protocol),
    'to-port': rules => rules.map(({ toPort }) => toPort),
    'user-id': rules => rules.map(({ source }) => ('groupId' in source ? source.account : undefined)),
  }
  return Object.fromEntries(
    Object.entries(table).map(([name, of]) => [
      `${prefix}${name}`,
      (group: SecurityGroup) => of(rulesOf(group), ''),
    ]),
  )
}

const filters = (tx: Tx): FilterTable<SecurityGroup> => ({
  ...unmatched,
  description: group => group.description,
  'group-id': group => group.id,
  'group-name': group => group.name,
  ...ruleFilters('ip-permission.', ({ rules }) => rules),
  ...ruleFilters('egress.ip-permission.', ({ egress = [] }) => egress),
  'owner-id': group => group.account,
  'vpc-id': group => group.vpcId,
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
    IpPermissionsEgress: permissionsOf(group.egress ?? []),
    VpcId: group.vpcId,
    Tags: [...tags(group.id)],
  })
}
