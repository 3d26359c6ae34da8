// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'
import { accessPointNotFound } from './refusals'

export type Protocol = 'HTTP' | 'HTTPS' | 'TCP' | 'SSL'

export interface Listener {
  readonly port: number
  readonly protocol: Protocol
  readonly instancePort: number
  readonly instanceProtocol: Protocol
  /** ARN of a server certificate, which may be gone by now. */
  readonly certificateArn?: string
  /** Names of the balancer's policies, in the order in which they were set. */
  readonly policyNames: readonly string[]
}

/** All in seconds and counts, as ConfigureHealthCheck has them. */
export interface HealthCheck {
  /** `HTTP:8888/`: the protocol in upper case. */
  readonly target: string
  readonly interval: number
  readonly timeout: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

export interface BalancerPolicy {
  readonly name: string
  /** `LBCookieStickinessPolicyType` and so on. */
  readonly typeName: string
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
}

export interface BackendPolicies {
  readonly instancePort: number
  readonly policyNames: readonly string[]
}

export interface AccessLogs {
  readonly enabled: boolean
  readonly bucket?: string
  readonly prefix?: string
  /** Minutes: 5 to 60. */
  readonly interval: number
}

export interface BalancerAttributes {
  readonly crossZone: boolean
  readonly idleSeconds: number
  readonly accessLogs: AccessLogs
  readonly draining: { readonly enabled: boolean; readonly timeoutSeconds: number }
  /** What is kept and shown, and changes nothing: `elb.http.desyncmitigationmode`. */
  readonly others?: Readonly<Record<string, string>>
}

export interface LoadBalancer {
  /** Owner, 12 digits. */
  readonly account: string
  readonly name: string
  /** 32 hex digits: another one of the same name has another. */
  readonly id: string
  readonly createdAt: Date
  readonly createdBy?: string
  readonly scheme: 'internet-facing' | 'internal'
  /** Zones that it is in, in alphabetical order. */
  readonly zones: readonly string[]
  readonly subnets: readonly string[]
  readonly vpcId?: string
  /** In a VPC, what it has in each of its subnets. */
  readonly interfaceIds?: readonly string[]
  /** Of its VPC, by id. Never empty there. */
  readonly groupIds: readonly string[]
  /**
   * Of the group that stands for it in rules, which belongs to the account `(eucalyptus)loadbalancing`. In a VPC its own
   * groups stand for it as well, and are what is shown.
   */
  readonly sourceGroupId: string
  /** Where it listens: in 127/8. It keeps it as long as it is there. */
  readonly address: string
  readonly listeners: readonly Listener[]
  readonly healthCheck?: HealthCheck
  readonly policies: readonly BalancerPolicy[]
  readonly backendPolicies: readonly BackendPolicies[]
  readonly attributes: BalancerAttributes
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** An instance that is registered with a balancer, and what was found out about it. */
export interface BalancedInstance {
  /** `account/name` of the balancer. */
  readonly balancer: string
  readonly instanceId: string
  readonly registeredAt: Date
  /** `untold`: no check has ended yet. */
  readonly health: 'untold' | 'passing' | 'failing'
  /** How many checks in a row said the contrary of `health`. */
  readonly contrary: number
  /** A check has ended well since it was registered. */
  readonly hasPassed?: true
  readonly checkedAt?: Date
  /** What the last failed check met with, for people. */
  readonly trouble?: string
  /** It was deregistered, and what is under way may go on until then. Nobody is told of it. */
  readonly drainsUntil?: Date
}

/** What the data plane has to say of a balancer. */
export interface BalancerPlace {
  /** `account/name` of the balancer. */
  readonly balancer: string
  /** Id of the balancer that this is about. */
  readonly balancerId: string
  readonly at: Date
  readonly ports: readonly {
    /** The listener's. */
    readonly port: number
    /** Where it is answered instead, where that port could not be had; absent with `trouble` where nowhere. */
    readonly mapped?: number
    readonly trouble?: string
  }[]
  /** What does the work: `haproxy 2.6.12`, `built in`. */
  readonly by: string
}

export const elbTables = {
  loadBalancers: table<LoadBalancer>({
    scope: 'account',
    key: balancer => balancer.name,
    missing: accessPointNotFound,
  }),
  balancedInstances: table<BalancedInstance>({
    scope: 'cloud',
    key: ({ balancer, instanceId }) => [balancer, instanceId],
  }),
  balancerPlaces: table<BalancerPlace>({ scope: 'cloud', key: ({ balancer }) => balancer }),
  /** Addresses of balancers, so that each is given once. */
  balancerAddresses: table<{ readonly ip: string; readonly balancer: string }>({
    scope: 'cloud',
    key: ({ ip }) => ip,
  }),
}
