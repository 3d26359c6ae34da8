// SPDX-License-Identifier: BSD-2-Clause
// Free pairs that administrators keep with a user (Eucalyptus' own).
import type { GetUserInfoRequest, GetUserInfoResponse, UpdateUserInfoRequest } from '../../schemas/euare'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { userNamed } from './identity-demands'

const mostPairs = 50
const longestKey = 128
const longestValue = 1024

export const getUserInfo: Operation<GetUserInfoRequest, GetUserInfoResponse> = (tx, input) => {
  const { info = {} } = userNamed(tx, input.UserName)
  const wanted = input.InfoKey?.toLowerCase()
  const pairs = Object.entries(info).filter(([key]) => !wanted || key === wanted)
  return { Infos: pairs.map(([Key, Value]) => ({ Key, Value })) }
}

export const updateUserInfo: Operation<UpdateUserInfoRequest, object> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  if (!input.InfoKey) return refuse('InvalidName', 'Empty key name')
  const key = input.InfoKey.toLowerCase()
  const value = input.InfoValue ?? ''
  if (key.length > longestKey) refuse('ValidationError', `Invalid key name ${input.InfoKey}`)
  if (value.length > longestValue) refuse('ValidationError', `Invalid value of ${key}`)
  // From entries, where a key such as `__proto__` is one like all others.
  const others = Object.entries(user.info ?? {}).filter(([other]) => other !== key)
  if (value && others.length >= mostPairs) refuse('LimitExceeded', 'User info quota exceeded')
  const pairs = value ? [...others, [key, value] as const] : others
  tx.users.put({ ...user, info: Object.fromEntries(pairs) })
  return {}
}
