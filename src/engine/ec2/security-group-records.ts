// SPDX-License-Identifier: BSD-2-Clause
// Finding security groups. Every account has a group called `default` from the start, without anybody having made it:
// until it is first written to, its record is derived from the account, so that reading needs no writing.
import { createHash } from 'node:crypto'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { SecurityGroup, SecurityGroupRule } from './schema/network'
import { hasVpcs } from './vpc/networking'

export const defaultGroupName = 'default'

export const defaultGroupId = (account: string): string =>
  `sg-${createHash('sha256').update(`default group of ${account}`).digest('hex').slice(0, 8)}`

export const noDefaultVpc = (): never => refuse('VPCIdNotSpecified', 'No default VPC for this user')

/** The default group as it is, if it is anything: with VPCs it goes and comes with the default VPC. */
const firstGroup = (tx: Tx, account: string): SecurityGroup | undefined => {
  const id = defaultGroupId(account)
  const found = tx.securityGroups.get(id)
  if (found || hasVpcs(tx)) return found
  return { account, id, name: defaultGroupName, description: 'default group', rules: [] }
}

/** The group `default` of an account, by default the caller's; with VPCs that of its default VPC. */
export const defaultGroup = (tx: Tx, account = tx.caller.account): SecurityGroup =>
  firstGroup(tx, account) ?? noDefaultVpc()

/** All groups of an account, the default one first. */
export const groupsOf = (tx: Tx, account = tx.caller.account): readonly SecurityGroup[] => {
  const first = firstGroup(tx, account)
  const others = tx.securityGroups.list().filter(group => group.account === account && group.id !== first?.id)
  return first ? [first, ...others] : others
}

/** A group of any account by its id, in any case. */
export const groupById = (tx: Tx, id: string): SecurityGroup | undefined => {
  const wanted = id.toLowerCase()
  const found = tx.securityGroups.get(wanted)
  if (found) return found
  const owner = tx.accounts.list().find(account => defaultGroupId(account.id) === wanted)
  return owner && firstGroup(tx, owner.id)
}

/** Names of groups by id. A group that is gone, which only ended instances can have, goes by its id. */
export const groupNames = (tx: Tx): ((id: string) => string) => {
  const known = new Map<string, string>()
  return id => {
    const name = known.get(id) ?? groupById(tx, id)?.name ?? id
    known.set(id, name)
    return name
  }
}

const notFound = (group: string): never =>
  refuse('InvalidGroup.NotFound', `The security group '${group}' does not exist`)

/** Names say nothing of VPCs: they are for the classic network and for default VPCs. */
export const hasUniqueName = (tx: Tx, { vpcId }: SecurityGroup): boolean =>
  vpcId === undefined || tx.vpcs.get(vpcId)?.isDefault === true

interface GroupReference {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
}

/**
 * The group that a request names: by name in the given account (by default the caller's), or by id, which is the
 * caller's own unless `account` says otherwise. Administrators find ids of every account.
 */
export const groupNamed = (
  tx: Tx,
  { GroupId, GroupName }: GroupReference,
  account?: string,
): SecurityGroup => {
  const owner = account ?? tx.caller.account
  if (GroupId) {
    if (!/^sg-[0-9a-f]+$/i.test(GroupId)) {
      refuse('InvalidGroupId.Malformed', `Invalid id: "${GroupId}" (expecting "sg-...")`)
    }
    const group = groupById(tx, GroupId)
    const visible = group && (group.account === owner || tx.caller.isCloudAdmin)
    return visible ? group : notFound(GroupId)
  }
  if (!GroupName) return refuse('MissingParameter', 'Group id or name required')
  return (
    groupsOf(tx, owner).find(group => group.name === GroupName && hasUniqueName(tx, group)) ??
    notFound(GroupName)
  )
}

/** What it lets in and out. */
export const allRules = ({ rules, egress = [] }: SecurityGroup): readonly SecurityGroupRule[] => [
  ...rules,
  ...egress,
]

/** Whether an instance that has not ended yet, or an interface, is in the group. */
export const isGroupInUse = (tx: Tx, id: string): boolean =>
  tx.instances.list().some(({ groupIds, state }) => state !== 'terminated' && groupIds.includes(id)) ||
  tx.networkInterfaces.list().some(({ groupIds }) => groupIds.includes(id))
