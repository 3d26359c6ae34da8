// SPDX-License-Identifier: BSD-2-Clause
// A role for somebody whom an identity provider of the role's account vouches for. He has no key: the request is not
// signed, the token that the provider gave him is his credential.
import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts'
import { Authority } from '../authority'
import { refuse } from '../errors'
import { arnOf } from '../iam/arns'
import { trustOf } from '../iam/instance-credentials'
import type { OidcProvider, Role } from '../iam/schema'
import type { Operation, Tx } from '../operation'
import { judge } from '../policy/judge'
import { checkSessionName, issueRoleSession, roleOfArn, roleSeconds } from './assume-role'
import { checkSignature, checkTimes, type IdentityToken, readToken } from './json-web-tokens'
import { refuseUnsupported } from './refusals'
import { packedSize, sessionPolicies } from './session-policies'

const longestToken = 20_000

export interface ProvenIdentity {
  readonly text: string
  readonly token: IdentityToken
  readonly role: Role
  readonly provider: OidcProvider
  readonly audience: string
}

/** All that can be known without the provider's keys. Called before they are fetched, and again in the transaction. */
export const identityGiven = (tx: Tx, input: AssumeRoleWithWebIdentityRequest): ProvenIdentity => {
  if (tx.caller.kind !== 'anonymous' && tx.caller.kind !== 'system') {
    refuse('AccessDenied', 'Credentials not acceptable for action', 403)
  }
  checkSessionName(input.RoleSessionName)
  const text = input.WebIdentityToken ?? ''
  if (text.length < 4 || text.length > longestToken) refuse('ValidationError', 'Token invalid')
  const role = roleOfArn(tx, input.RoleArn)
  const token = readToken(text)
  checkTimes(token, tx.now)
  const url = /^https:\/\/(.+?)\/?$/.exec(token.issuer)?.[1] ?? ''
  const provider =
    tx.oidcProviders.in(role.account).get(url) ??
    refuse('InvalidIdentityToken', `No OpenIDConnect provider found in your account for ${token.issuer}`)
  const audience =
    token.audiences.find(one => provider.clientIds.includes(one)) ??
    refuse('InvalidIdentityToken', 'Incorrect token audience')
  return { text, token, role, provider, audience }
}

const checkTrust = (tx: Tx, role: Role, providerArn: string, context: Record<string, string>): void => {
  const question = new Authority(tx, tx.request, 'sts:AssumeRoleWithWebIdentity').questionOf({
    resource: arnOf('role', role),
    owner: role.account,
    context,
  })
  const principals = [{ type: 'Federated', id: providerArn }] as const
  if (judge([trustOf(role)], question, principals).effect !== 'allow') {
    refuse('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
  }
}

/** `keySet` is what the provider's address gave before this transaction; see provider-keys.ts. */
export interface WithKeySet {
  readonly keySet?: string
  /** The provider that it is of. */
  readonly keySetUrl?: string
}

export const assumeRoleWithWebIdentity: Operation<
  AssumeRoleWithWebIdentityRequest & WithKeySet,
  AssumeRoleWithWebIdentityResponse
> = (tx, input) => {
  refuseUnsupported(input, ['ProviderId'])
  const { text, token, role, provider, audience } = identityGiven(tx, input)
  const isItsOwn = input.keySet !== undefined && input.keySetUrl === provider.url
  if (!isItsOwn) refuse('IDPCommunicationError', 'Error discovering OIDC provider configuration')
  checkSignature(text, input.keySet ?? '')
  const providerArn = `arn:aws:iam::${role.account}:oidc-provider/${provider.url}`
  const claims = { [`${provider.url}:aud`]: audience, [`${provider.url}:sub`]: token.subject }
  const context = { 'aws:federatedprovider': providerArn, ...claims }
  checkTrust(tx, role, providerArn, { ...context, 'sts:rolesessionname': input.RoleSessionName ?? '' })
  const size = packedSize(input)
  const lowered = Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    ...issueRoleSession(tx, {
      role,
      name: input.RoleSessionName ?? '',
      seconds: roleSeconds(input.DurationSeconds, role),
      policies: sessionPolicies(tx, role.account, input),
      more: { context: lowered },
    }),
    Provider: providerArn,
    Audience: audience,
    SubjectFromWebIdentityToken: token.subject,
    ...(size === undefined ? {} : { PackedPolicySize: size }),
  }
}
