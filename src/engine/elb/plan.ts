// SPDX-License-Identifier: BSD-2-Clause
// What the data plane has to bring about: read from the records, and nothing else. Whoever carries it out compares it with
// what it did last, so that it does not matter which process changed a record, nor how often.
import { hostAddress } from '../ec2/instance-network-views'
import { clientsOf, letsIn, type OpenPort, opennessKey, openPorts } from '../ec2/reachability'
import type { Instance } from '../ec2/schema/instances'
import type { Tx } from '../operation'
import { balancedIndex, balancerKey, dnsNameOf } from './balancers'
import { certificateOf } from './certificates'
import { type CheckTarget, targetOf } from './health-targets'
import { backendsOf, stickinessOf, tlsOf } from './plan-policies'
import { isTls } from './protocols'
import type { AccessLogs, BalancedInstance, Listener, LoadBalancer, Protocol } from './schema'

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
  /** In a VPC: the only blocks that clients may come from, by the balancer's groups; absent: they come from everywhere. */
  readonly clients?: readonly string[]
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
   * registered, and nothing goes to it, as it fails its checks, none has ended yet, or its zone is disabled.
   */
  readonly state: 'serves' | 'drains' | 'rests'
  /** Instance ports, of listeners and of the check, that the groups of the instance let this balancer reach. */
  readonly ports: readonly number[]
  /**
   * How much comes to it compared with others, 1 to 100. Absent where all that serve have the same. Without cross-zone
   * balancing each zone has the same share, however many instances it has, as with AWS, whose balancers have a node in
   * each zone and spread requests evenly over these.
   */
  readonly weight?: number
}

export interface PlannedCheck extends CheckTarget {
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
  /** Running ones only: what an instance had that is stopped may be another's address by now. */
  readonly targets: readonly PlannedTarget[]
  readonly check?: PlannedCheck
}

// ---- listeners ---------------------------------------------------------------------------------------------------

const certified = (
  tx: Tx,
  { account }: LoadBalancer,
  { certificateArn }: Listener,
): Pick<PlannedListener, 'certificate'> => {
  const found = certificateArn === undefined ? undefined : certificateOf(tx, account, certificateArn)
  if (!found) return {}
  const { body, chain, privateKey } = found
  return { certificate: { body, privateKey, ...(chain !== undefined && { chain }) } }
}

const plannedListener = (tx: Tx, balancer: LoadBalancer, listener: Listener): PlannedListener => {
  const { port, protocol, instancePort, instanceProtocol } = listener
  const stickiness = stickinessOf(balancer, listener)
  const clients = clientsOf(tx, balancer, port)
  return {
    port,
    protocol,
    instancePort,
    instanceProtocol,
    ...(isTls(protocol) && { ...certified(tx, balancer, listener), tls: tlsOf(balancer, listener) }),
    ...(clients && { clients }),
    ...(stickiness && { stickiness }),
  }
}

// ---- targets -----------------------------------------------------------------------------------------------------

/** What plans of one moment have in common, looked up once for all of them. */
interface Looked {
  readonly registered: (key: string) => readonly BalancedInstance[]
  readonly open: (instance: Instance) => readonly OpenPort[]
}

const lookedUp = (tx: Tx): Looked => ({ registered: balancedIndex(tx), open: openPortsOnce(tx) })

/** `openPorts`, worked out once for all instances for which it is the same. */
const openPortsOnce = (tx: Tx): ((instance: Instance) => readonly OpenPort[]) => {
  const known = new Map<string, readonly OpenPort[]>()
  return instance => {
    const key = opennessKey(tx, instance)
    const found = known.get(key) ?? openPorts(tx, instance)
    known.set(key, found)
    return found
  }
}

const portsOf = (balancer: LoadBalancer): readonly number[] => {
  const ports = balancer.listeners.map(({ instancePort }) => instancePort)
  if (balancer.healthCheck) ports.push(targetOf(balancer.healthCheck).port)
  return [...new Set(ports)]
}

const stateOf = (
  { zones }: LoadBalancer,
  { health, drainsUntil }: BalancedInstance,
  { zone }: Instance,
): PlannedTarget['state'] => {
  if (drainsUntil) return 'drains'
  return health === 'passing' && zones.includes(zone) ? 'serves' : 'rests'
}

type Unweighted = Omit<PlannedTarget, 'weight'>

const targetsOf = (tx: Tx, balancer: LoadBalancer, looked: Looked): readonly Unweighted[] => {
  const ports = portsOf(balancer)
  const targets: Unweighted[] = []
  for (const one of looked.registered(balancerKey(balancer))) {
    const instance = tx.instances.get(one.instanceId)
    if (instance?.state !== 'running') continue
    // Its task may be late; what is over is over.
    if (one.drainsUntil && one.drainsUntil <= tx.now) continue
    const letIn = looked.open(instance)
    targets.push({
      instanceId: instance.id,
      address: hostAddress(instance),
      zone: instance.zone,
      state: stateOf(balancer, one, instance),
      ports: ports.filter(port => letsIn(letIn, balancer.address, port)),
    })
  }
  return targets
}

/** Each zone that has somebody to serve gets the same share. */
const weighted = (targets: readonly Unweighted[]): readonly PlannedTarget[] => {
  const counts = new Map<string, number>()
  for (const { zone, state } of targets) {
    if (state === 'serves') counts.set(zone, (counts.get(zone) ?? 0) + 1)
  }
  const fewest = Math.min(...counts.values())
  if ([...counts.values()].every(count => count === fewest)) return targets
  return targets.map(target => {
    const weight = Math.max(1, Math.round((100 * fewest) / (counts.get(target.zone) ?? fewest)))
    return { ...target, weight }
  })
}

// ---- plans -------------------------------------------------------------------------------------------------------

/** What a balancer's checks ask. A time-out of no time at all, which may be configured, could never be met. */
export const plannedCheck = ({ healthCheck }: LoadBalancer): PlannedCheck | undefined =>
  healthCheck && { ...targetOf(healthCheck), timeoutSeconds: Math.max(1, healthCheck.timeout) }

const planWith = (tx: Tx, balancer: LoadBalancer, looked: Looked): BalancerPlan => {
  const { account, name, id, address, attributes } = balancer
  const targets = targetsOf(tx, balancer, looked)
  const check = plannedCheck(balancer)
  return {
    key: balancerKey(balancer),
    id,
    account,
    name,
    dnsName: dnsNameOf(balancer),
    address,
    idleSeconds: attributes.idleSeconds,
    accessLogs: attributes.accessLogs,
    listeners: balancer.listeners.map(listener => plannedListener(tx, balancer, listener)),
    backends: backendsOf(balancer),
    targets: attributes.crossZone ? targets : weighted(targets),
    ...(check && { check }),
  }
}

/** Every balancer of the cloud. */
export const balancerPlans = (tx: Tx): readonly BalancerPlan[] => {
  const looked = lookedUp(tx)
  return tx.loadBalancers.everywhere().map(balancer => planWith(tx, balancer, looked))
}

export const planOf = (tx: Tx, balancer: LoadBalancer): BalancerPlan => planWith(tx, balancer, lookedUp(tx))
