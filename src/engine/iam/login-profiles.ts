// SPDX-License-Identifier: BSD-2-Clause
// Passwords of users: what the console and GetAccessToken ask for.
import type {
  ChangePasswordRequest,
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile,
  UpdateLoginProfileRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { userGiven } from './identity-demands'
import { grantedByRules, isWithinRules, lastingOf } from './password-rules'
import { hashPassword, isPassword } from './passwords'
import type { Password, User } from './schema'

const longestPassword = 128

export const isAllowedPassword = ({ name }: User, text: string | undefined): text is string =>
  text !== undefined && text !== '' && text !== name && text.length <= longestPassword

const checkRules = (tx: Tx, user: User, text: string): void => {
  if (!isWithinRules(tx, user, text)) {
    refuse('PasswordPolicyViolation', 'Password does not conform to the account password policy.', 400)
  }
}

export const withPassword = (tx: Tx, user: User, text: string, mustChange: boolean): User => {
  const password: Password = {
    ...hashPassword(tx, text),
    createdAt: tx.now,
    ...lastingOf(tx, user, text),
    ...(mustChange && { mustChange }),
  }
  return tx.users.in(user.account).put({ ...user, password })
}

export const createLoginProfile: Operation<CreateLoginProfileRequest, CreateLoginProfileResponse> = (
  tx,
  input,
) => {
  const user = userGiven(tx, input.UserName)
  if (user.password) refuse('EntityAlreadyExists', `User ${user.name} already has a login profile`)
  const { Password: text } = input
  if (!isAllowedPassword(user, text)) return refuse('ValidationError', 'Invalid password')
  checkRules(tx, user, text)
  return { LoginProfile: profileView(withPassword(tx, user, text, input.PasswordResetRequired === true)) }
}

export const getLoginProfile: Operation<GetLoginProfileRequest, GetLoginProfileResponse> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  if (!user.password) refuse('NoSuchEntity', `Can not find login profile for ${user.name}`)
  return { LoginProfile: profileView(user) }
}

export const updateLoginProfile: Operation<UpdateLoginProfileRequest, object> = (tx, input) => {
  const user = userGiven(tx, input.UserName)
  const { password } = user
  if (!password) return refuse('NoSuchEntity', `Cannot find Login Profile for User ${user.name}`)
  const { Password: text, PasswordResetRequired: reset } = input
  if (text === undefined && reset !== undefined) {
    tx.users.put({ ...user, password: { ...password, mustChange: reset } })
    return {}
  }
  // The text is the code: so the original had it.
  if (!isAllowedPassword(user, text)) return refuse('Invalid password', 'Invalid password', 400)
  checkRules(tx, user, text)
  withPassword(tx, user, text, reset === true)
  return {}
}

export const deleteLoginProfile: Operation<DeleteLoginProfileRequest, object> = (tx, input) => {
  const { password, ...user } = userGiven(tx, input.UserName)
  if (!password) refuse('NoSuchEntity', `Can not find login profile for ${user.name}`)
  tx.users.put(user)
  return {}
}

const refuseOthers = (): never =>
  refuse('InvalidUserType', 'Only IAM Users can change their own password', 400)

/** His own: roles have none, and nobody changes another's with his old one. */
export const onOwnPassword = (tx: Tx): readonly Demand[] => {
  const { caller } = tx
  if (!caller.userName || caller.isDelegated) refuseOthers()
  return grantedByRules(tx, [{ resource: caller.principalArn }])
}

export const changePassword: Operation<ChangePasswordRequest, object> = (tx, input) => {
  const user = tx.users.get(tx.caller.userName)
  if (!user || arnOf('user', user) !== tx.caller.principalArn) return refuseOthers()
  if (!user.password) refuse('NoSuchEntity', `Can not find login profile for ${user.name}`)
  if (!isPassword(user.password, input.OldPassword ?? '')) {
    refuse('AccessDenied', 'The old password was incorrect.', 403)
  }
  const { NewPassword: text } = input
  if (!isAllowedPassword(user, text)) return refuse('ValidationError', 'Invalid password')
  checkRules(tx, user, text)
  withPassword(tx, user, text, false)
  return {}
}

const profileView = ({ name, password, createdAt }: User): LoginProfile => ({
  UserName: name,
  CreateDate: new Date(password?.createdAt ?? createdAt),
  PasswordResetRequired: password?.mustChange === true,
})
