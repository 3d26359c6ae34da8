// SPDX-License-Identifier: BSD-2-Clause
// What one account has of load balancing, another can neither see nor change: every operation is tried by a stranger, who
// names balancers by their names and by their names in the DNS.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-elastic-load-balancing'
import { elb as service } from '../../src/engine/elb'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import { http, makeBalancer } from './elb/made'
import { casesOf, haveThings, lists, type Things, wholeLists } from './elb/permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Clients, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.elb() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', text: JSON.stringify(output) }
  } catch (error) {
    return { code: (error as Error).name.replace(/Exception$/, ''), text: (error as Error).message }
  }
}

describe("another account's load balancers", () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let things: Things

  const records = (): string =>
    c.engine.read(tx =>
      JSON.stringify([
        tx.loadBalancers.everywhere(),
        tx.balancedInstances.list(),
        tx.balancerAddresses.list(),
        tx.securityGroups.list(),
        tx.serverCertificates.in(alice.accountId).list(),
      ]),
    )

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    things = await haveThings(c, alice)
  })
  after(() => c.close())

  /** The request with names of the DNS in the place of names. */
  const byDnsName = (input: object): object => {
    const dnsName = (name: unknown) => `${name}-${alice.accountId}.lb.eucalyptus.internal`
    const member = (key: string, value: unknown): unknown =>
      key === 'LoadBalancerName'
        ? dnsName(value)
        : key === 'LoadBalancerNames'
          ? (value as string[]).map(dnsName)
          : value
    return JSON.parse(JSON.stringify(input, member))
  }

  it('are neither changed nor named to him', async () => {
    const was = records()
    for (const { operation, input, refused } of casesOf(things).filter(({ on }) => on !== 'new')) {
      for (const asked of [input, byDnsName(input)]) {
        const { code } = await send(bob, operation, asked)
        // What is not there need not be deleted; groups are looked at before the balancer.
        const expected =
          operation === 'DeleteLoadBalancer'
            ? ''
            : refused === 'InvalidSecurityGroup'
              ? refused
              : 'AccessPointNotFound'
        assert.equal(code, expected, `${operation} ${JSON.stringify(asked)}`)
      }
    }
    assert.equal(records(), was)
  })

  it('are in none of his lists', async () => {
    const was = records()
    const secrets = [alice.accountId, ...things.instances, 'tier']
    for (const { operation, input } of lists) {
      for (const asked of [input, byDnsName(input), { LoadBalancerNames: ['verbose'] }]) {
        const { text } = await send(bob, operation, asked)
        const asking = JSON.stringify(asked)
        const seen = secrets.filter(secret => text.includes(secret) && !asking.includes(secret))
        assert.deepEqual([operation, seen], [operation, []])
      }
    }
    assert.equal(records(), was)
  })

  it('lend him neither certificate nor instance nor name', async () => {
    await makeBalancer(bob, 'web')
    const was = records()
    const his = { LoadBalancerName: 'web' }
    const https = {
      ...{ ...http, Protocol: 'HTTPS', LoadBalancerPort: 443, SSLCertificateId: things.certificate },
    }
    const attempts = [
      ['CreateLoadBalancerListeners', { Listeners: [https] }, 'CertificateNotFound'],
      [
        'CreateLoadBalancer',
        { LoadBalancerName: 'his', Listeners: [https], AvailabilityZones: ['PARTI00'] },
        'CertificateNotFound',
      ],
      [
        'RegisterInstancesWithLoadBalancer',
        { Instances: [{ InstanceId: things.instances[1] }] },
        'InvalidEndPoint',
      ],
    ] as const
    for (const [operation, input, expected] of attempts)
      assert.equal((await send(bob, operation, { ...his, ...input })).code, expected, operation)
    assert.equal(records(), was)
    assert.equal((await send(bob, 'DeleteLoadBalancer', his)).code, '')
    assert.ok((await send(alice, 'DescribeLoadBalancers', {})).text.includes('"LoadBalancerName":"web"'))
  })

  it('have no operation that is not tried here', () => {
    const tried = new Set<string>([
      ...[...casesOf(things), ...lists].map(({ operation }) => operation),
      ...wholeLists,
    ])
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !tried.has(name)),
      [],
    )
  })
})
