// SPDX-License-Identifier: BSD-2-Clause
// What everybody who looks at load balancers goes by: their keys, their instances, their names in the DNS.
import { oncePer } from '../../schemas/once-per'
import { addressedOctet } from '../ec2/address-pools'
import type { Tx } from '../operation'
import { accessPointNotFound } from './refusals'
import type { BalancedInstance, LoadBalancer } from './schema'

/** Names a balancer for tasks and its instances: the account and the name. */
export const balancerKey = ({ account, name }: Pick<LoadBalancer, 'account' | 'name'>): string =>
  `${account}/${name}`

export const balancerOfKey = (tx: Tx, key: string): LoadBalancer | undefined => {
  const slash = key.indexOf('/')
  return tx.loadBalancers.in(key.slice(0, slash)).get(key.slice(slash + 1))
}

export const putBalancer = (tx: Tx, balancer: LoadBalancer): LoadBalancer =>
  tx.loadBalancers.in(balancer.account).put(balancer)

/** The zone of this cloud's names for load balancers: `services.loadbalancing.dns_subdomain` below the cloud's own. */
export const balancerDomain = 'lb.eucalyptus.internal'

/** `console-lb-123456789012.lb.eucalyptus.internal`; engine-iam-elb, part 3 §3. */
export const dnsNameOf = ({
  account,
  name,
  scheme,
}: Pick<LoadBalancer, 'account' | 'name' | 'scheme'>): string =>
  `${scheme === 'internal' ? 'internal-' : ''}${name}-${account}.${balancerDomain}`

const byBalancer = oncePer((all: readonly BalancedInstance[]) => {
  const index = new Map<string, BalancedInstance[]>()
  for (const one of all) {
    const found = index.get(one.balancer)
    if (found) found.push(one)
    else index.set(one.balancer, [one])
  }
  return index
})

const none: readonly BalancedInstance[] = []

/**
 * `everyInstanceOf` for all balancers: a look-up to be taken once, by who writes to none of them. The data plane asks many
 * times a second, when hardly ever one has changed.
 */
export const balancedIndex = (tx: Tx): ((key: string) => readonly BalancedInstance[]) => {
  const index = byBalancer(tx.balancedInstances.list())
  return key => index.get(key) ?? none
}

/** The instances of a balancer, those too that are on their way out. */
export const everyInstanceOf = (tx: Tx, key: string): readonly BalancedInstance[] => [
  ...tx.balancedInstances.scan({ under: [key] }),
]

/** Whether an instance is registered, and not on its way out. */
export const isRegistered = ({ drainsUntil }: BalancedInstance): boolean => drainsUntil === undefined

/** The instances that are registered with a balancer. */
export const instancesOf = (tx: Tx, key: string): readonly BalancedInstance[] =>
  everyInstanceOf(tx, key).filter(isRegistered)

/** A free address for a balancer. Refused with InternalFailure when all are taken. */
export const freeBalancerAddress = (tx: Tx, key: string): string => {
  const network = `127.${addressedOctet(tx)}`
  for (let index = 0; index < 127 * 254; index++) {
    const ip = `${network}.${128 + Math.floor(index / 254)}.${(index % 254) + 1}`
    if (tx.balancerAddresses.get(ip)) continue
    tx.balancerAddresses.put({ ip, balancer: key })
    return ip
  }
  throw new Error('every address for load balancers is taken')
}

/** The balancer of this name in the caller's account. AccessPointNotFound when there is none. */
export const mustBalancer = (tx: Tx, name: string | undefined): LoadBalancer =>
  tx.loadBalancers.must(name ?? '')

const byDnsName = oncePer(
  (all: readonly LoadBalancer[]) =>
    new Map(all.map(balancer => [dnsNameOf(balancer).toLowerCase(), balancer])),
)

/** The balancer of this name in the DNS, in whatever account. */
export const balancerByDnsName = (tx: Tx, dnsName: string): LoadBalancer | undefined =>
  byDnsName(tx.loadBalancers.everywhere()).get(dnsName.toLowerCase())

/**
 * The balancer that an operation which only shows has been given: by its name, or by its name in the DNS, which finds the
 * caller's own, and a cloud administrator everybody's.
 */
export const shownBalancer = (tx: Tx, name = ''): LoadBalancer | undefined => {
  const own = tx.loadBalancers.get(name)
  if (own || !name.includes('.')) return own
  const found = balancerByDnsName(tx, name)
  return found && (found.account === tx.caller.account || tx.caller.isCloudAdmin) ? found : undefined
}

/** As `shownBalancer`. AccessPointNotFound when there is none. */
export const mustShownBalancer = (tx: Tx, name: string | undefined): LoadBalancer =>
  shownBalancer(tx, name) ?? accessPointNotFound()
