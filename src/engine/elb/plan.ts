// SPDX-License-Identifier: BSD-2-Clause
// What the data plane has to bring about: read from the records, and nothing else. Whoever carries it out compares it with
// what it did last, so that it does not matter which process changed a record, nor how often.
import type { Tx } from '../operation'
import type { AccessLogs, LoadBalancer, Protocol } from './schema'

export interface PlannedListener {
  readonly port: number
  readonly protocol: Protocol
  readonly instancePort: number
  readonly instanceProtocol: Protocol
  /** PEM of all three, of listeners that speak TLS; absent where the certificate is gone, so that it cannot answer. */
  readonly certificate?: { readonly body: string; readonly chain?: string; readonly privateKey: string }
  /** Of listeners that speak TLS: `TLSv1.2` and so on, and OpenSSL's names of ciphers in order. */
  readonly tls?: {
    readonly protocols: readonly string[]
    readonly ciphers: readonly string[]
    readonly isServersOrder: boolean
  }
  readonly stickiness?:
    | { readonly kind: 'balancer'; readonly seconds?: number }
    | { readonly kind: 'application'; readonly cookie: string }
}

export interface PlannedBackend {
  readonly instancePort: number
  readonly proxyProtocol: boolean
  /** PEM public keys, one of which the instance's certificate must have; empty: any. */
  readonly publicKeys: readonly string[]
}

export interface PlannedTarget {
  readonly instanceId: string
  readonly address: string
  readonly zone: string
  /**
   * `serves`: new requests go to it. `drains`: none but those of its cookies, and what is under way may end. `rests`:
   * registered, and nothing goes to it.
   */
  readonly state: 'serves' | 'drains' | 'rests'
  /** Instance ports that the groups of the instance let this balancer reach. */
  readonly ports: readonly number[]
}

export interface PlannedCheck {
  readonly protocol: Protocol
  readonly port: number
  /** Of HTTP and HTTPS. */
  readonly path?: string
  readonly timeoutSeconds: number
}

export interface BalancerPlan {
  /** `account/name` */
  readonly key: string
  readonly id: string
  readonly account: string
  readonly name: string
  readonly dnsName: string
  readonly address: string
  readonly idleSeconds: number
  readonly accessLogs: AccessLogs
  readonly listeners: readonly PlannedListener[]
  readonly backends: readonly PlannedBackend[]
  readonly targets: readonly PlannedTarget[]
  readonly check?: PlannedCheck
}

/** Every balancer of the cloud. */
export const balancerPlans = (_tx: Tx): readonly BalancerPlan[] => []

export const planOf = (_tx: Tx, _balancer: LoadBalancer): BalancerPlan => {
  throw new Error('not yet')
}
