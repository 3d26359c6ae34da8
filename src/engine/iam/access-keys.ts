// SPDX-License-Identifier: BSD-2-Clause
// Access keys. A secret is told once, when it is made.
import type {
  AccessKeyMetadata,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { createAccessKey as makeKey } from './accounts'
import { userNamed } from './identity-demands'
import { markedPage } from './marked-pages'
import type { AccessKey } from './schema'
import { keysOf } from './user-belongings'

// `authentication.access_keys_limit`
const keysPerUser = 2

export const createAccessKey: Operation<CreateAccessKeyRequest, CreateAccessKeyResponse> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  if (keysOf(tx, user).length >= keysPerUser) refuse('LimitExceeded', 'Access key limit exceeded')
  const key = makeKey(tx, user)
  return {
    AccessKey: {
      UserName: key.userName,
      AccessKeyId: key.id,
      Status: 'Active',
      SecretAccessKey: key.secret,
      CreateDate: new Date(key.createdAt),
    },
  }
}

export const listAccessKeys: Operation<ListAccessKeysRequest, ListAccessKeysResponse> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const { items, ...rest } = markedPage(keysOf(tx, user), input, ({ id }) => id)
  return { AccessKeyMetadata: items.map(keyView), ...rest }
}

const keyNamed = (tx: Tx, userName: string | undefined, id: string | undefined): AccessKey => {
  const user = userNamed(tx, userName)
  if (!id) return refuse('InvalidId', 'Empty access key id')
  const key = keysOf(tx, user).find(key => key.id === id)
  return key ?? refuse('NoSuchEntity', `Access Key with id ${id} not found for user`)
}

/** `Active` or `Inactive`, in any case. */
export const isActiveGiven = (status: string | undefined): boolean => {
  if (!status) return refuse('InvalidValue', 'Empty status')
  const lower = status.toLowerCase()
  if (lower !== 'active' && lower !== 'inactive') refuse('InvalidValue', `Invalid status ${status}`)
  return lower === 'active'
}

export const updateAccessKey: Operation<UpdateAccessKeyRequest, object> = (tx, input) => {
  const key = keyNamed(tx, input.UserName, input.AccessKeyId)
  tx.accessKeys.put({ ...key, active: isActiveGiven(input.Status) })
  return {}
}

export const deleteAccessKey: Operation<DeleteAccessKeyRequest, object> = (tx, input) => {
  tx.accessKeys.delete(keyNamed(tx, input.UserName, input.AccessKeyId).id)
  return {}
}

const keyView = ({ id, userName, active, createdAt }: AccessKey): AccessKeyMetadata => ({
  UserName: userName,
  AccessKeyId: id,
  Status: active ? 'Active' : 'Inactive',
  CreateDate: new Date(createdAt),
})
