// SPDX-License-Identifier: BSD-2-Clause
// The token service.
//
// Missing: SAML, session tags, source identities, AssumeRoot, tokens for other services.
//
// Different on purpose
// - From AWS: roles are not chained (engine-iam-elb, part 2): who has a temporary key assumes no role with it.
// - From Eucalyptus: a role says itself how long its sessions may last; session policies and devices count; every temporary
//   key may ask who it is; identity tokens may be signed with RS256 and RS384 as well.
import {
  AssumeRole$,
  AssumeRoleWithWebIdentity$,
  DecodeAuthorizationMessage$,
  GetAccessKeyInfo$,
  GetCallerIdentity$,
  GetFederationToken$,
  GetSessionToken$,
} from '@aws-sdk/client-sts'
import { GetAccessToken$, GetImpersonationToken$ } from '../../schemas/euare'
import { operation, type Service } from '../operation'
import { assumeRole } from './assume-role'
import { decodeMessage, getAccessKeyInfo, getCallerIdentity } from './caller-identity'
import { keysAhead } from './provider-keys'
import { stsDenied } from './refusals'
import { sessionForgotten } from './sessions'
import {
  getAccessToken,
  getFederationToken,
  getImpersonationToken,
  getSessionToken,
  onFederatedUser,
} from './user-tokens'
import { assumeRoleWithWebIdentity } from './web-identity'

// These are named as if they only read.
const everyone = { access: 'everyone', reads: false } as const

export const sts: Service = {
  name: 'sts',
  denied: stsDenied,
  operations: {
    AssumeRole: operation(AssumeRole$, assumeRole, { access: 'inside' }),
    AssumeRoleWithWebIdentity: operation(AssumeRoleWithWebIdentity$, assumeRoleWithWebIdentity, {
      access: 'inside',
      unsigned: true,
      ahead: keysAhead,
    }),
    DecodeAuthorizationMessage: operation(DecodeAuthorizationMessage$, decodeMessage),
    GetAccessKeyInfo: operation(GetAccessKeyInfo$, getAccessKeyInfo, { access: () => [{ resource: '*' }] }),
    GetAccessToken: operation(GetAccessToken$, getAccessToken, everyone),
    GetCallerIdentity: operation(GetCallerIdentity$, getCallerIdentity, { access: 'everyone' }),
    GetFederationToken: operation(GetFederationToken$, getFederationToken, {
      access: onFederatedUser,
      reads: false,
    }),
    GetImpersonationToken: operation(GetImpersonationToken$, getImpersonationToken, {
      access: 'inside',
      reads: false,
    }),
    GetSessionToken: operation(GetSessionToken$, getSessionToken, everyone),
  },
  tasks: { 'session.forgotten': sessionForgotten },
}
