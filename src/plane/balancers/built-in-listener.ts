// SPDX-License-Identifier: BSD-2-Clause
// What the built-in proxy's kinds of listeners share.
import type { Server, Socket } from 'node:net'
import type { SecureVersion, TlsOptions } from 'node:tls'
import type { BalancerPlan, PlannedListener, PlannedTarget } from '../../engine/elb/plan'
import type { Choosing } from './built-in-choice'
import type { BalancerCounts } from './counters'
import { type TlsVersion, versionsSpoken } from './tls-versions'

export interface ListenerContext {
  /** Plans change while a listener stays. */
  readonly now: () => { readonly plan: BalancerPlan; readonly listener: PlannedListener }
  readonly choosing: Choosing
  readonly counts: BalancerCounts
  /** What is to be cut when an instance is not there any more, until what this gives is called. */
  readonly serves: (target: PlannedTarget, socket: Socket) => () => void
}

export interface BuiltInListener {
  readonly server: Server
  readonly end?: () => void
}

const secureVersion = (version: TlsVersion): SecureVersion => (version === 'TLSv1.0' ? 'TLSv1' : version)

export const secureOptions = ({ certificate, tls }: PlannedListener): TlsOptions => {
  const { from = 'TLSv1.2', to = 'TLSv1.2' } = versionsSpoken(tls?.protocols ?? []) ?? {}
  const ciphers = tls && tls.ciphers.length > 0 ? [...tls.ciphers, '@SECLEVEL=0'].join(':') : undefined
  return {
    key: certificate?.privateKey,
    cert: [certificate?.body, certificate?.chain].filter(pem => pem !== undefined).join('\n'),
    minVersion: secureVersion(from),
    maxVersion: secureVersion(to),
    honorCipherOrder: tls?.isServersOrder ?? true,
    ...(ciphers !== undefined && { ciphers }),
  }
}
