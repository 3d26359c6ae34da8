// SPDX-License-Identifier: BSD-2-Clause
// Temporary keys of users.
import type {
  GetFederationTokenRequest,
  GetFederationTokenResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts'
import type { GetAccessTokenRequest, GetImpersonationTokenRequest, TokenResponse } from '../../schemas/euare'
import type { Demand } from '../access'
import { refuse } from '../errors'
import { accountNamed, userCaller } from '../iam/callers'
import { usedCode } from '../iam/mfa-devices'
import type { Caller, Operation, Tx } from '../operation'
import { userSeconds } from './durations'
import { refusePassword, refuseTemporary, refuseUnsupported } from './refusals'
import { packedSize, sessionPolicies } from './session-policies'
import { credentialsView, issueSession, type SessionWish } from './sessions'

const hourSeconds = 3600
const daySeconds = 86_400

const ofUser = ({ account, userName, userId }: Caller, kind: SessionWish['kind']): SessionWish => ({
  account,
  kind,
  holderName: userName,
  holderId: userId,
})

/** When somebody came by his password, that is remembered. */
const noteSignIn = (tx: Tx): void => {
  const { isByPassword, userName } = tx.caller
  if (isByPassword) tx.users.put({ ...tx.users.must(userName), lastPasswordUse: tx.now })
}

const hasKey = (tx: Tx, { account, userName }: Caller): boolean =>
  tx.accessKeys.list().some(key => key.active && key.account === account && key.userName === userName)

export const getSessionToken: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = (tx, input) => {
  const { caller } = tx
  refuseTemporary(caller)
  const seconds = userSeconds(input.DurationSeconds, caller, hourSeconds)
  // Who comes by a password: the token stands for a key, which he must have.
  if (caller.isByPassword && !hasKey(tx, caller)) refuse('AccessDenied', 'Key not found for user', 403)
  const mfaSerial = usedCode(tx, input)
  noteSignIn(tx)
  const wish = { ...ofUser(caller, 'session'), ...(mfaSerial && { mfaSerial }) }
  return { Credentials: credentialsView(issueSession(tx, wish, seconds)) }
}

export const getAccessToken: Operation<GetAccessTokenRequest, TokenResponse> = (tx, input) => {
  const { caller } = tx
  if (!caller.isByPassword) refuse('AccessDenied', 'Invalid authentication', 403)
  const seconds = userSeconds(input.DurationSeconds, caller, daySeconds)
  noteSignIn(tx)
  return { Credentials: credentialsView(issueSession(tx, ofUser(caller, 'access'), seconds)) }
}

const impersonated = (tx: Tx, input: GetImpersonationTokenRequest): Caller => {
  const unknown = (): never => refuse('ValidationError', 'No such user')
  if (input.ImpersonatedUserId) {
    const user = tx.users.everywhere().find(({ id }) => id === input.ImpersonatedUserId) ?? unknown()
    return userCaller(tx, user.account, user.name)
  }
  const account = accountNamed(tx, input.AccountAlias ?? '') ?? unknown()
  const user = tx.users.in(account.id).get(input.UserName ?? '') ?? unknown()
  return userCaller(tx, account.id, user.name)
}

/** What the cloud's own services use to act for a user: its administrators may, too. */
export const getImpersonationToken: Operation<GetImpersonationTokenRequest, TokenResponse> = (tx, input) => {
  const { caller } = tx
  refusePassword(caller)
  // Sessions of the cloud's roles, and those of its federated users, are within policies: they must not become somebody who is above them.
  const isWithinPolicies = caller.session?.kind === 'role' || caller.session?.kind === 'federated'
  if (!caller.isCloudAdmin || isWithinPolicies) refuse('AccessDenied', 'Permission denied', 403)
  const user = impersonated(tx, input)
  tx.authorize({ resource: user.arn, owner: user.account })
  const seconds = userSeconds(input.DurationSeconds, user, daySeconds)
  return { Credentials: credentialsView(issueSession(tx, ofUser(user, 'access'), seconds)) }
}

const federatedArn = ({ account }: Caller, name: string): string =>
  `arn:aws:sts::${account}:federated-user/${name}`

export const onFederatedUser = (tx: Tx, { Name = '' }: GetFederationTokenRequest): Demand[] => [
  { resource: federatedArn(tx.caller, Name) },
]

/** A user who is known elsewhere may do what is allowed both to who vouches for him and by what comes with the request. */
export const getFederationToken: Operation<GetFederationTokenRequest, GetFederationTokenResponse> = (
  tx,
  input,
) => {
  const { caller } = tx
  refuseTemporary(caller)
  refusePassword(caller)
  refuseUnsupported(input, ['Tags'])
  const name = input.Name ?? ''
  if (!/^[\w+=,.@-]{2,32}$/.test(name)) refuse('ValidationError', 'Invalid name')
  const seconds = userSeconds(input.DurationSeconds, caller, hourSeconds)
  // Without any he may do nothing.
  const policies = sessionPolicies(tx, caller.account, input) ?? []
  const size = packedSize(input)
  const issued = issueSession(tx, { ...ofUser(caller, 'federated'), name, policies }, seconds)
  return {
    Credentials: credentialsView(issued),
    FederatedUser: { FederatedUserId: `${caller.account}:${name}`, Arn: federatedArn(caller, name) },
    ...(size === undefined ? {} : { PackedPolicySize: size }),
  }
}
