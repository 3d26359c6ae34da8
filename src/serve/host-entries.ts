// SPDX-License-Identifier: BSD-2-Clause
// What the cloud of a folder has at addresses in 127/8: load balancers, and instances that answer.
import { guestPlans } from '../engine/ec2/guest-plan'
import { networks } from '../engine/ec2/instance-network-views'
import { balancerKey, dnsNameOf } from '../engine/elb/balancers'
import type { LoadBalancer } from '../engine/elb/schema'
import type { Tx } from '../engine/operation'
import { knownGuests } from '../plane/guests/place'
import { servers } from './claim'

export interface HostPort {
  readonly port: number
  /** Where it is answered instead. */
  readonly mapped?: number
  readonly trouble?: string
}

export interface HostEntry {
  readonly kind: 'balancer' | 'instance'
  /** The balancer's name, the instance's id. */
  readonly id: string
  readonly address: string
  /** In the DNS; the first is the one that people are told. */
  readonly names: readonly string[]
  readonly ports: readonly HostPort[]
  /** What answers there; absent while nothing does. */
  readonly by?: string
}

const balancerEntry = (tx: Tx, balancer: LoadBalancer, isServed: boolean): HostEntry => {
  const place = tx.balancerPlaces.get(balancerKey(balancer))
  const here = place?.balancerId === balancer.id && isServed ? place : undefined
  return {
    kind: 'balancer',
    id: balancer.name,
    address: balancer.address,
    names: [dnsNameOf(balancer)],
    ports: here?.ports ?? balancer.listeners.map(({ port }) => ({ port })),
    ...(here && { by: here.by }),
  }
}

/** Of all accounts: balancers by name, then instances by id. */
export const hostEntries = (tx: Tx, home: string): readonly HostEntry[] => {
  const isServed = servers(home).length > 0
  const balancers = tx.loadBalancers
    .everywhere()
    .map(balancer => balancerEntry(tx, balancer, isServed))
    .sort((a, b) => (`${a.names[0]}` < `${b.names[0]}` ? -1 : 1))
  const guests = new Map(knownGuests(home).map(guest => [guest.instanceId, guest]))
  const networkOf = networks(tx)
  const instances = guestPlans(tx)
    .map(({ instanceId, address, forwards }): HostEntry => {
      const network = networkOf(tx.instances.must(instanceId))
      const guest = guests.get(instanceId)
      const names = [network.publicDnsName, network.privateDnsName].filter(name => name !== undefined)
      return {
        ...{ kind: 'instance', id: instanceId, address, names: [...new Set(names)] },
        ports: guest?.isOn ? guest.ports : forwards.map(({ port }) => ({ port })),
        ...(guest?.isOn && { by: `pid ${guest.process.pid}` }),
      }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return [...balancers, ...instances]
}
