// SPDX-License-Identifier: BSD-2-Clause
// Reading users and what they have. All of it is inside the caller's account.
import type {
  AccessKeyMetadata,
  GetUserRequest,
  GetUserResponse,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
  ListUsersRequest,
  ListUsersResponse,
  User as UserInfo,
} from '@aws-sdk/client-iam'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { arnOf } from './arns'
import type { AccessKey, User } from './schema'

export interface MarkerRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

const maximumItems = 1000

const checkItems = (count: number): void => {
  const isLow = count < 1
  if (!isLow && count <= maximumItems) return
  const bound = isLow ? 'greater than or equal to 1' : `less than or equal to ${maximumItems}`
  refuse(
    'ValidationError',
    `1 validation error detected: Value '${count}' at 'maxItems' failed to satisfy constraint: ` +
      `Member must have value ${bound}`,
  )
}

/** One page in IAM's terms. */
export const markedPage = <R>(records: readonly R[], request: MarkerRequest, key: (record: R) => string) => {
  const { MaxItems, Marker } = request
  if (MaxItems !== undefined) checkItems(MaxItems)
  const refuseToken = () => refuse('ValidationError', 'Invalid Marker.')
  const { items, nextToken } = page(
    records,
    { MaxResults: MaxItems, NextToken: Marker },
    { key, minimum: 1, maximum: maximumItems, refuseToken },
  )
  return { items, IsTruncated: nextToken !== undefined, Marker: nextToken }
}

/** The user of this name in the caller's account; without a name the caller. */
export const userNamed = (tx: Tx, name: string = tx.caller.userName): User =>
  tx.users.get(name) ?? refuse('NoSuchEntity', `Can not find user ${name}`)

export const getUser: Operation<GetUserRequest, GetUserResponse> = (tx, { UserName }) => ({
  User: userView(userNamed(tx, UserName)),
})

export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = (tx, input) => {
  const users = tx.users.list().filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
  const { items, ...rest } = markedPage(users, input, ({ name }) => name)
  return { Users: items.map(userView), ...rest }
}

export const listAccessKeys: Operation<ListAccessKeysRequest, ListAccessKeysResponse> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const isTheirs = (key: AccessKey) => key.account === user.account && key.userName === user.name
  const { items, ...rest } = markedPage(tx.accessKeys.list().filter(isTheirs), input, ({ id }) => id)
  return { AccessKeyMetadata: items.map(keyView), ...rest }
}

/** An account has exactly one alias: its name. */
export const listAccountAliases: Operation<ListAccountAliasesRequest, ListAccountAliasesResponse> = tx => ({
  AccountAliases: [tx.caller.accountAlias],
  IsTruncated: false,
})

const userView = ({ account, name, path, id, createdAt }: User): UserInfo => ({
  UserName: name,
  UserId: id,
  Path: path,
  Arn: arnOf('user', { account, path, name }),
  CreateDate: new Date(createdAt),
})

const keyView = ({ id, userName, active, createdAt }: AccessKey): AccessKeyMetadata => ({
  UserName: userName,
  AccessKeyId: id,
  Status: active ? 'Active' : 'Inactive',
  CreateDate: new Date(createdAt),
})
