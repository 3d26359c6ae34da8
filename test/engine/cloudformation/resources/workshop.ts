// SPDX-License-Identifier: BSD-2-Clause
// Resources without a stack: each type is made, changed and removed as stacks do it, each step in a transaction of its own and
// by the real operations of the services.
import { resourceTypeNamed } from '../../../../src/engine/cloudformation/resources'
import type {
  Made,
  Progress,
  ResourceType,
  Work,
} from '../../../../src/engine/cloudformation/resources/contracts'
import type { Stack } from '../../../../src/engine/cloudformation/schema'
import { workFor } from '../../../../src/engine/cloudformation/stacks/work'
import { checkedProperties } from '../../../../src/engine/cloudformation/template'
import type { EvaluatedObject } from '../../../../src/engine/cloudformation/template/contracts'
import type { Clients, Cloud } from '../../../support/cloud'

export interface Resource {
  readonly type: ResourceType
  readonly logicalId: string
  readonly properties: EvaluatedObject
  readonly name: string | undefined
  readonly made: Made
}

export interface WorkshopOptions {
  readonly who?: Clients
  readonly userName?: string
  readonly tags?: Stack['tags']
  /** Creation policies ask for signals. */
  readonly waitsForSignals?: boolean
}

const stackOf = (c: Cloud, { who = c, userName = 'admin', tags = [] }: WorkshopOptions): Stack => ({
  ...{ account: who.accountId, id: '11111111-2222-3333-4444-555555555555', name: 'console', tags },
  ...{ createdAt: new Date(c.clock.now()), status: 'CREATE_IN_PROGRESS', parameters: '[]', outputs: '[]' },
  ...{ template: 0, notificationArns: [], capabilities: [], onFailure: 'ROLLBACK', generation: 1 },
  ...{ endpoint: 'http://cloud.test:8773', orderedAt: new Date(c.clock.now()) },
  order: { account: who.accountId, userName },
})

// More than what any step takes here.
const mostSteps = 60

export const typeNamed = (name: string): ResourceType => {
  const type = resourceTypeNamed(name)
  if (!type) throw new Error(`no type ${name}`)
  return type
}

export const workshop = (c: Cloud, options: WorkshopOptions = {}) => {
  const stack = stackOf(c, options)

  const step = <T>(about: { logicalId: string; name?: string | undefined }, run: (work: Work) => T): T =>
    c.engine.write(tx => {
      const work = workFor(tx, stack, about)
      return run(Object.assign(work, { waitsForSignals: options.waitsForSignals ?? false }))
    })

  /** Time passes until it is complete. */
  const finished = async (look: () => Progress): Promise<Made | undefined> => {
    for (let count = 0; count < mostSteps; count++) {
      const progress = look()
      if (progress.is === 'complete') return progress.made
      await c.pass(progress.seconds ?? 2)
    }
    throw new Error('it was never complete')
  }

  const begin = (logicalId: string, typeName: string, given: EvaluatedObject): Resource => {
    const type = typeNamed(typeName)
    const properties = checkedProperties(type, given)
    type.check?.(properties)
    let name: string | undefined
    const made = step({ logicalId }, work => {
      const made = type.create(work, properties)
      name = (work as { drawn?: string }).drawn
      return made
    })
    return { type, logicalId, properties, name, made }
  }

  return {
    stack,
    step,
    begin,
    /** Make it, and wait until it is complete. */
    make: async (logicalId: string, typeName: string, given: EvaluatedObject = {}): Promise<Resource> => {
      const resource = begin(logicalId, typeName, given)
      const { type, properties, made } = resource
      const ready = type.created
        ? await finished(() => step(resource, work => type.created?.(work, made, properties) as Progress))
        : undefined
      return { ...resource, made: ready ?? made }
    },
    /** Ask once how far it is. */
    look: (resource: Resource): Progress =>
      step(
        resource,
        work =>
          resource.type.created?.(work, resource.made, resource.properties) ?? { is: 'complete' as const },
      ),
    mustReplace: (resource: Resource, given: EvaluatedObject): boolean => {
      const { type, made, properties } = resource
      const wanted = checkedProperties(type, given)
      return step(resource, work => type.mustReplace?.(work, made, wanted, properties) ?? false)
    },
    change: async (resource: Resource, given: EvaluatedObject): Promise<Resource> => {
      const { type, properties: before } = resource
      const properties = checkedProperties(type, given)
      const made = step(resource, work => {
        if (!type.update) throw new Error(`${type.name} is never changed`)
        return type.update(work, resource.made, properties, before)
      })
      const ready = type.updated
        ? await finished(() => step(resource, work => type.updated?.(work, made, properties) as Progress))
        : undefined
      return { ...resource, properties, made: ready ?? made }
    },
    remove: (resource: Resource) =>
      finished(() => step(resource, work => resource.type.remove(work, resource.made, resource.properties))),
    snapshot: (resource: Resource) =>
      finished(() =>
        step(
          resource,
          work =>
            resource.type.snapshot?.(work, resource.made, resource.properties) ?? { is: 'complete' as const },
        ),
      ),
  }
}
export type Workshop = ReturnType<typeof workshop>

/** All that a stack might leave behind, by table: what is still there of each. */
export const everything = (c: Cloud): Readonly<Record<string, readonly string[]>> =>
  c.engine.read(tx => {
    const accounts = tx.accounts.list().map(({ id }) => id)
    const inAll = <R>(list: (account: string) => readonly R[], name: (record: R) => string) =>
      accounts
        .flatMap(account => list(account))
        .map(name)
        .sort()
    const id = ({ id }: { readonly id: string }) => id
    const name = ({ name }: { readonly name: string }) => name
    return {
      accessKeys: tx.accessKeys.list().map(id).sort(),
      addresses: tx.addresses.list().map(({ ip, kind }) => `${kind} ${ip}`),
      alarms: inAll(account => tx.alarms.in(account).list(), name),
      balancers: inAll(account => tx.loadBalancers.in(account).list(), name),
      buckets: tx.buckets.list().map(name),
      groups: inAll(account => tx.groups.in(account).list(), name),
      heldPolicies: inAll(
        account => tx.heldPolicies.in(account).list(),
        ({ holder }) => holder,
      ),
      instances: tx.instances
        .list()
        .filter(({ state }) => state !== 'terminated')
        .map(id),
      keyPairs: inAll(account => tx.keyPairs.in(account).list(), name),
      launchConfigurations: inAll(account => tx.launchConfigurations.in(account).list(), name),
      managedPolicies: inAll(account => tx.managedPolicies.in(account).list(), name),
      networks: [
        ...[tx.vpcs, tx.subnets, tx.dhcpOptions, tx.internetGateways, tx.routeTables, tx.networkAcls],
        ...[tx.networkInterfaces, tx.natGateways, tx.customerGateways, tx.vpnGateways, tx.vpnConnections],
        tx.vpcPeeringConnections,
      ]
        .flatMap(table => table.list() as readonly { readonly id: string; readonly state?: string }[])
        .filter(({ state }) => !['deleted', 'failed'].includes(state ?? ''))
        .map(id),
      profiles: inAll(account => tx.instanceProfiles.in(account).list(), name),
      roles: inAll(account => tx.roles.in(account).list(), name),
      scalingGroups: inAll(account => tx.scalingGroups.in(account).list(), name),
      scalingPolicies: inAll(account => tx.scalingPolicies.in(account).list(), name),
      scheduledActions: inAll(account => tx.scheduledActions.in(account).list(), name),
      securityGroups: tx.securityGroups.list().map(id).sort(),
      tags: inAll(
        account => tx.tags.in(account).list(),
        ({ resourceId, key }) => `${resourceId} ${key}`,
      )
        // What ended is shown for a while, with its tags.
        .filter(tag => !/^(i|vol|nat|cgw|vgw|vpn|pcx)-/.test(tag)),
      users: inAll(account => tx.users.in(account).list(), name),
      volumes: tx.volumes
        .list()
        .filter(({ state }) => state !== 'deleted')
        .map(id),
    }
  })
