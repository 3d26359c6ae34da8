// SPDX-License-Identifier: BSD-2-Clause
// Groups, and who is in them. A user's record names his groups.
import type {
  AddUserToGroupRequest,
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group as GroupInfo,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  RemoveUserFromGroupRequest,
  UpdateGroupRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { pathGiven } from './entity-names'
import { groupAsked, groupGiven, userGiven } from './identity-demands'
import { markedPage } from './marked-pages'
import { changedName, newName } from './names'
import { checkQuota } from './quotas'
import type { Group, User } from './schema'
import { identifier } from './texts'
import { userView } from './users'

export const onNewGroup = (tx: Tx, { GroupName: name = '', Path }: CreateGroupRequest): Demand[] => [
  { resource: arnOf('group', { account: tx.caller.account, path: pathGiven(Path, 'group'), name }) },
]

/** What it is and what it will be. */
export const onChangedGroup = (tx: Tx, input: UpdateGroupRequest): Demand[] => {
  const group = groupAsked(tx, input.GroupName)
  const name = input.NewGroupName || group.name
  const path = input.NewPath ? pathGiven(input.NewPath, 'new') : group.path
  const arns = [arnOf('group', group), arnOf('group', { ...group, name, path })]
  return [...new Set(arns)].map(resource => ({ resource }))
}

const membersOf = (tx: Tx, { account, name }: Group): readonly User[] =>
  tx.users
    .in(account)
    .list()
    .filter(({ groups = [] }) => groups.includes(name))

export const createGroup: Operation<CreateGroupRequest, CreateGroupResponse> = (tx, input) => {
  const name = newName('group', input.GroupName)
  const path = pathGiven(input.Path, 'group')
  if (tx.groups.get(name)) refuse('EntityAlreadyExists', `Group ${name} already exists.`)
  checkQuota(tx, 'groupnumber', tx.groups.list().length, 'Group quota exceeded')
  const { account } = tx.caller
  const group = tx.groups.put({ account, name, path, id: identifier(tx, 'AGP'), createdAt: tx.now })
  return { Group: groupView(group) }
}

export const getGroup: Operation<GetGroupRequest, GetGroupResponse> = (tx, input) => {
  const group = groupGiven(tx, input.GroupName)
  const { items, ...rest } = markedPage(membersOf(tx, group), input, ({ name }) => name)
  return { Group: groupView(group), Users: items.map(user => userView(tx, user)), ...rest }
}

export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = (tx, input) => {
  const groups = tx.groups
    .list()
    .filter(({ path }) => path.startsWith(input.PathPrefix || '/'))
    .filter(group => tx.permits({ resource: arnOf('group', group) }))
  const { items, ...rest } = markedPage(groups, input, ({ name }) => name)
  return { Groups: items.map(groupView), ...rest }
}

export const listGroupsForUser: Operation<ListGroupsForUserRequest, ListGroupsForUserResponse> = (
  tx,
  input,
) => {
  const { groups = [] } = userGiven(tx, input.UserName)
  const { items, ...rest } = markedPage(
    groups.map(name => tx.groups.must(name)),
    input,
    ({ name }) => name,
  )
  return { Groups: items.map(groupView), ...rest }
}

export const updateGroup: Operation<UpdateGroupRequest, object> = (tx, input) => {
  const group = groupGiven(tx, input.GroupName)
  const name = changedName('group', input.NewGroupName, group.name)
  const path = input.NewPath ? pathGiven(input.NewPath, 'new') : group.path
  if (name !== group.name) {
    if (tx.groups.get(name)) refuse('EntityAlreadyExists', `Group name ${name} already exists.`)
    for (const user of membersOf(tx, group)) {
      const groups = (user.groups ?? []).map(one => (one === group.name ? name : one))
      tx.users.put({ ...user, groups })
    }
    const held = tx.heldPolicies.get(`group/${group.name}`)
    if (held) tx.heldPolicies.put({ ...held, holder: `group/${name}` })
    tx.heldPolicies.delete(`group/${group.name}`)
    tx.groups.delete(group.name)
  }
  tx.groups.put({ ...group, name, path })
  return {}
}

const without = (user: User, name: string): User => ({
  ...user,
  groups: (user.groups ?? []).filter(one => one !== name),
})

export const deleteGroup: Operation<DeleteGroupRequest & { IsRecursive?: boolean }, object> = (tx, input) => {
  const group = groupGiven(tx, input.GroupName)
  const members = membersOf(tx, group)
  const isHolding = members.length > 0 || tx.heldPolicies.get(`group/${group.name}`) !== undefined
  if (isHolding && input.IsRecursive !== true) {
    const by = tx.caller.userName || tx.caller.userId
    refuse('DeleteConflict', `Attempted to delete group with resources attached by ${by}`)
  }
  for (const user of members) tx.users.put(without(user, group.name))
  tx.heldPolicies.delete(`group/${group.name}`)
  tx.groups.delete(group.name)
  return {}
}

/** Again is as good as once, as in Eucalyptus 4.4. */
export const addUserToGroup: Operation<AddUserToGroupRequest, object> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  const { name } = groupGiven(tx, input.GroupName)
  const { groups = [] } = user
  if (!groups.includes(name)) tx.users.put({ ...user, groups: [...groups, name] })
  return {}
}

export const removeUserFromGroup: Operation<RemoveUserFromGroupRequest, object> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  const { name } = groupGiven(tx, input.GroupName)
  if (user.groups?.includes(name)) tx.users.put(without(user, name))
  return {}
}

const groupView = (group: Group): GroupInfo => ({
  GroupName: group.name,
  GroupId: group.id,
  Path: group.path,
  Arn: arnOf('group', group),
  CreateDate: new Date(group.createdAt),
})
