// SPDX-License-Identifier: BSD-2-Clause
// Users: making, finding, changing and removing them.
import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User as UserInfo,
} from '@aws-sdk/client-iam'
import type { UserAdditions } from '../../schemas/euare'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { cloudAccountAlias } from './accounts'
import { arnOf } from './arns'
import { administratorName } from './callers'
import { notAuthorized } from './denied'
import { pathGiven } from './entity-names'
import { givenUserAsked, guarded, userGiven, userNamed } from './identity-demands'
import { markedPage } from './marked-pages'
import { changedName, newName } from './names'
import { passwordExpiration } from './password-rules'
import { boundaryGiven } from './permissions-boundaries'
import { checkQuota } from './quotas'
import type { User } from './schema'
import { taggedWith, tagsShown } from './tags'
import { identifier } from './texts'
import { moveBelongings, removeBelongings } from './user-belongings'

export const onNewUser = (tx: Tx, { UserName: name = '', Path }: CreateUserRequest): Demand[] => [
  { resource: arnOf('user', { account: tx.caller.account, path: pathGiven(Path, 'user'), name }) },
]

/** A user who gets another name or path: both what he is and what he will be must be the caller's to change, as with AWS. */
export const onChangedUser = (tx: Tx, input: UpdateUserRequest): Demand[] => {
  const user = givenUserAsked(tx, input.UserName)
  const name = input.NewUserName || user.name
  const path = input.NewPath ? pathGiven(input.NewPath, 'new') : user.path
  const changed = arnOf('user', { ...user, name, path })
  return [...guarded(tx, user), ...(changed === arnOf('user', user) ? [] : [{ resource: changed }])]
}

export const createUser: Operation<CreateUserRequest, CreateUserResponse> = (tx, input) => {
  const name = newName('user', input.UserName)
  const path = pathGiven(input.Path, 'user')
  const boundary = boundaryGiven(tx, input.PermissionsBoundary)
  const tagged = taggedWith(undefined, input.Tags)
  if (tx.users.get(name)) refuse('EntityAlreadyExists', `User ${name} already exists.`)
  checkQuota(tx, 'usernumber', tx.users.list().length, 'User quota exceeded')
  const { account } = tx.caller
  const user = tx.users.put({ account, name, path, id: identifier(tx, 'AID'), createdAt: tx.now, ...tagged })
  if (boundary) tx.heldPolicies.put({ account, holder: `user/${name}`, inline: [], attached: [], boundary })
  return { User: { ...userView(tx, user), ...tagsShown(user), ...additions(tx, user) } }
}

export const getUser: Operation<GetUserRequest & { ShowExtra?: boolean }, GetUserResponse> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  return {
    User: { ...userView(tx, user), ...tagsShown(user), ...(input.ShowExtra ? additions(tx, user) : {}) },
  }
}

export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = (tx, input) => {
  const users = tx.users
    .list()
    .filter(({ path }) => path.startsWith(input.PathPrefix || '/'))
    .filter(user => tx.permits({ resource: arnOf('user', user) }))
  const { items, ...rest } = markedPage(users, input, ({ name }) => name)
  return { Users: items.map(user => userView(tx, user)), ...rest }
}

const registrations = ['REGISTERED', 'APPROVED', 'CONFIRMED'] as const

const registrationGiven = (text: string): User['registration'] =>
  registrations.find(one => one === text.toUpperCase()) ??
  refuse('InvalidValue', `Invalid registration status ${text}`)

/** An administrator stays `admin` at `/`; only the cloud can shut out that of an account, and nobody the cloud's own. */
const checkAdministrator = (tx: Tx, user: User, input: UpdateUserRequest & UserAdditions): void => {
  if (user.name !== administratorName) return
  const isClouds = tx.accounts.must(user.account).alias === cloudAccountAlias
  const maySwitch = tx.caller.isCloudAdmin && !isClouds
  if (input.NewUserName || input.NewPath || (input.Enabled !== undefined && !maySwitch)) {
    notAuthorized(tx, 'UpdateUser', arnOf('user', user))
  }
}

/** A time that has passed changes nothing, as in Eucalyptus. */
const passwordUntil = (tx: Tx, user: User, expiresAt: Date | undefined): Pick<User, 'password'> => {
  if (!expiresAt || expiresAt <= tx.now) return {}
  const { password } = user
  return password
    ? { password: { ...password, expiresAt } }
    : refuse('NoSuchEntity', `Can not find login profile for ${user.name}`)
}

export const updateUser: Operation<UpdateUserRequest & UserAdditions, object> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  checkAdministrator(tx, user, input)
  const name = changedName('user', input.NewUserName, user.name)
  if (name !== user.name && tx.users.get(name)) {
    refuse('EntityAlreadyExists', `User name ${name} already exists.`)
  }
  const changed: User = {
    ...user,
    name,
    path: input.NewPath ? pathGiven(input.NewPath, 'new') : user.path,
    ...(input.Enabled === undefined ? {} : { enabled: input.Enabled }),
    ...(input.RegStatus ? { registration: registrationGiven(input.RegStatus) } : {}),
    ...passwordUntil(tx, user, input.PasswordExpiration),
  }
  if (name !== user.name) {
    moveBelongings(tx, user, name)
    tx.users.delete(user.name)
  }
  tx.users.put(changed)
  return {}
}

export const deleteUser: Operation<DeleteUserRequest & { IsRecursive?: boolean }, object> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  if (user.name === administratorName) notAuthorized(tx, 'DeleteUser', arnOf('user', user))
  removeBelongings(tx, user, input.IsRecursive === true)
  tx.users.delete(user.name)
  return {}
}

const additions = (tx: Tx, user: User): UserAdditions => {
  const expiration = passwordExpiration(tx, user)
  return {
    Enabled: user.enabled !== false,
    RegStatus: user.registration ?? 'CONFIRMED',
    ...(expiration && { PasswordExpiration: new Date(expiration) }),
  }
}

export const userView = (tx: Tx, user: User): UserInfo => {
  const { name, path, id, createdAt, lastPasswordUse } = user
  const boundary = tx.heldPolicies.in(user.account).get(`user/${name}`)?.boundary
  return {
    UserName: name,
    UserId: id,
    Path: path,
    Arn: arnOf('user', user),
    CreateDate: new Date(createdAt),
    ...(lastPasswordUse && { PasswordLastUsed: new Date(lastPasswordUse) }),
    ...(boundary && {
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
        PermissionsBoundaryArn: boundary,
      },
    }),
  }
}
