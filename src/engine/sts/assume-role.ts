// SPDX-License-Identifier: BSD-2-Clause
// A role is assumed: whoever it trusts is given a temporary key that stands for it.
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts'
import type { Demand } from '../access'
import { Authority } from '../authority'
import { refuse } from '../errors'
import { arnOf } from '../iam/arns'
import { accountNamed } from '../iam/callers'
import { trustOf } from '../iam/instance-credentials'
import { usedCode } from '../iam/mfa-devices'
import type { Role } from '../iam/schema'
import type { Operation, Tx } from '../operation'
import type { Decision, Principal } from '../policy/contracts'
import { decide } from '../policy/decide'
import { judge } from '../policy/judge'
import { secondsWithin } from './durations'
import { refusePassword, refuseTemporary, refuseUnsupported, stsDenied } from './refusals'
import { packedSize, sessionPolicies } from './session-policies'
import { credentialsView, issueSession, type SessionWish } from './sessions'

const usualRoleSeconds = 3600

/** `arn:aws:iam::<account>:role/<path><name>`: the account by its number or its alias. */
export const roleOfArn = (tx: Tx, arn: string | undefined): Role => {
  const invalid = (): never => refuse('InvalidParameterValue', `Invalid role: ${arn ?? ''}`)
  const [, alias = '', rest = ''] = /^arn:aws:iam::([^:]+):role(\/.+)$/.exec(arn ?? '') ?? []
  const account = accountNamed(tx, alias) ?? invalid()
  const role = tx.roles.in(account.id).get(rest.slice(rest.lastIndexOf('/') + 1)) ?? invalid()
  return `${role.path}${role.name}` === rest ? role : invalid()
}

export const checkSessionName = (name: string | undefined): string =>
  name !== undefined && /^[\w+=,.@-]{2,64}$/.test(name)
    ? name
    : refuse('ValidationError', 'Invalid role session name')

export const roleSeconds = (asked: number | undefined, role: Role): number =>
  secondsWithin(asked ?? usualRoleSeconds, role.maxSessionSeconds ?? usualRoleSeconds)

export interface RoleSession {
  readonly role: Role
  readonly name: string
  readonly seconds: number
  readonly policies: readonly string[] | undefined
  readonly more?: Pick<SessionWish, 'context' | 'mfaSerial'>
}

/** What both ways of assuming a role answer. */
export const issueRoleSession = (tx: Tx, { role, name, seconds, policies, more }: RoleSession) => ({
  Credentials: credentialsView(
    issueSession(
      tx,
      {
        account: role.account,
        kind: 'role',
        holderName: role.name,
        holderId: role.id,
        name,
        ...(policies && { policies }),
        ...more,
      },
      seconds,
    ),
  ),
  AssumedRoleUser: {
    AssumedRoleId: `${role.id}:${name}`,
    Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${name}`,
  },
})

/**
 * Whether a role may be assumed. It must trust the caller, always; and what policies the caller has must allow it, unless
 * the role is of his own account and trusts himself, rather than the account, which leaves it to its administrators.
 */
const decideAssumption = (tx: Tx, role: Role, demand: Demand): Decision => {
  const authority = new Authority(tx, tx.request, 'sts:AssumeRole')
  const { standing } = authority
  if (standing.isUnbound) return { allowed: true, reason: 'administrator', by: [] }
  const question = authority.questionOf(demand)
  const trust = trustOf(role)
  const trusts = (principals: readonly Principal[]) => judge([trust], question, principals)
  const verdict = trusts(standing.principals)
  if (verdict.effect === 'deny') return { allowed: false, reason: 'explicit-deny', by: verdict.by }
  const isOwn = role.account === tx.caller.account
  if (verdict.effect !== 'allow') {
    return { allowed: false, reason: isOwn ? 'implicit-deny' : 'other-account', by: [] }
  }
  const himself = [tx.caller.arn, tx.caller.principalArn, tx.caller.userId]
  const isNamed = trusts(standing.principals.filter(({ id }) => himself.includes(id))).effect === 'allow'
  return isOwn && isNamed ? decide(standing, question, { policy: trust }) : decide(standing, question)
}

export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = (tx, input) => {
  refuseTemporary(tx.caller)
  refusePassword(tx.caller)
  refuseUnsupported(input, ['Tags', 'TransitiveTagKeys', 'SourceIdentity', 'ProvidedContexts'])
  const name = checkSessionName(input.RoleSessionName)
  const role = roleOfArn(tx, input.RoleArn)
  const mfaSerial = usedCode(tx, input)
  const demand: Demand = {
    action: 'sts:AssumeRole',
    resource: arnOf('role', role),
    owner: role.account,
    context: {
      'sts:externalid': input.ExternalId,
      'sts:rolesessionname': name,
      'aws:multifactorauthpresent': mfaSerial ? 'true' : undefined,
      'aws:multifactorauthage': mfaSerial ? '0' : undefined,
    },
  }
  const decision = decideAssumption(tx, role, demand)
  if (!decision.allowed) stsDenied(tx, demand, decision)
  const seconds = roleSeconds(input.DurationSeconds, role)
  const policies = sessionPolicies(tx, role.account, input)
  const size = packedSize(input)
  return {
    ...issueRoleSession(tx, { role, name, seconds, policies, ...(mfaSerial && { more: { mfaSerial } }) }),
    ...(size === undefined ? {} : { PackedPolicySize: size }),
  }
}
