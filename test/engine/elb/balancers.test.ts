// SPDX-License-Identifier: BSD-2-Clause
// Load balancers: made, shown, deleted.
import assert from 'node:assert/strict'
import {
  DeleteLoadBalancerCommand,
  DescribeAccountLimitsCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { addressedOctet } from '../../../src/engine/ec2/address-pools'
import { instancesOf } from '../../../src/engine/elb/balancers'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { gate, person } from '../ec2/people'
import { balancersOf, haveCertificate, http, invalid, makeBalancer, refused } from './made'

describe('load balancers', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const remove = (LoadBalancerName: string, who: Pick<Clients, 'elb'> = alice) =>
    who.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName }))

  /** All that there is of balancers on record. */
  const records = () =>
    c.engine.read(tx => ({
      balancers: tx.loadBalancers.everywhere(),
      instances: tx.balancedInstances.list(),
      places: tx.balancerPlaces.list(),
      addresses: tx.balancerAddresses.list(),
      groups: tx.securityGroups.list(),
    }))

  it('one is shown with all that Eucalyptus and AWS show', async () => {
    const name = await makeBalancer(alice, 'console-lb', { AvailabilityZones: ['parti01', 'PARTI00'] })
    assert.equal(name, `console-lb-${alice.accountId}.lb.eucalyptus.internal`)
    const [shown, ...others] = await balancersOf(alice)
    assert.deepEqual(others, [])
    const { CanonicalHostedZoneNameID, SourceSecurityGroup, ...rest } = shown ?? {}
    assert.match(CanonicalHostedZoneNameID ?? '', /^Z[0-9A-F]{13}$/)
    const service = c.engine.read(tx =>
      tx.accounts.list().find(({ alias }) => alias === '(eucalyptus)loadbalancing'),
    )
    assert.deepEqual(SourceSecurityGroup, {
      OwnerAlias: service?.id,
      GroupName: `euca-internal-${alice.accountId}-console-lb`,
    })
    assert.deepEqual(rest, {
      LoadBalancerName: 'console-lb',
      DNSName: name,
      CanonicalHostedZoneName: name,
      ListenerDescriptions: [{ Listener: http, PolicyNames: [] }],
      Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
      BackendServerDescriptions: [],
      AvailabilityZones: ['PARTI00', 'PARTI01'],
      Subnets: [],
      Instances: [],
      HealthCheck: {
        ...{ Target: 'TCP:8888', Interval: 30, Timeout: 5, UnhealthyThreshold: 3, HealthyThreshold: 3 },
      },
      SecurityGroups: [],
      CreatedTime: new Date(c.clock.now()),
      Scheme: 'internet-facing',
    })
  })

  it('each has an address of its own, which is free again when it has gone', async () => {
    await makeBalancer(alice, 'one')
    await makeBalancer(alice, 'two')
    const network = c.engine.read(tx => `127.${addressedOctet(tx)}`)
    const addresses = () => records().balancers.map(({ name, address }) => [name, address])
    assert.deepEqual(addresses(), [
      ['one', `${network}.128.1`],
      ['two', `${network}.128.2`],
    ])
    await remove('one')
    await makeBalancer(alice, 'three')
    assert.deepEqual(addresses(), [
      ['three', `${network}.128.1`],
      ['two', `${network}.128.2`],
    ])
  })

  it('nothing is left of one that is deleted, and deleting it again is no error', async () => {
    const was = records()
    await makeBalancer(alice, 'lb')
    const key = `${alice.accountId}/lb`
    c.engine.write(tx => {
      const balancer = tx.loadBalancers.in(alice.accountId).must('lb')
      const instance = { balancer: key, registeredAt: tx.now, health: 'untold', contrary: 0 } as const
      tx.balancedInstances.put({ ...instance, instanceId: 'i-00000001' })
      tx.balancedInstances.put({ ...instance, instanceId: 'i-00000002', drainsUntil: tx.now })
      tx.balancerPlaces.put({ balancer: key, balancerId: balancer.id, at: tx.now, ports: [], by: 'nobody' })
    })
    assert.deepEqual(
      (await balancersOf(alice))[0]?.Instances,
      [{ InstanceId: 'i-00000001' }],
      'one that drains is registered no more',
    )
    assert.equal(c.engine.read(tx => instancesOf(tx, key)).length, 1)
    await remove('lb')
    assert.deepEqual(records(), was)
    await remove('lb')
    await remove('never-was')
    assert.deepEqual(await balancersOf(alice), [])
  })

  it('names are labels of hosts', async () => {
    for (const name of ['', 'a_b', 'a.b', '-a', 'a-', 'a'.repeat(33), 'ä', 'a b'])
      await invalid(makeBalancer(alice, name), 'Invalid character found in the loadbalancer name')
    for (const name of ['a', 'A-1', '1', 'b'.repeat(32)]) await makeBalancer(alice, name)
  })

  it('a name is had once in an account, whatever its case', async () => {
    await makeBalancer(alice, 'web')
    const was = records()
    for (const name of ['web', 'WEB'])
      await refused(
        makeBalancer(alice, name),
        'DuplicateAccessPointName',
        'LoadBalancer name already exists for this account. Please choose another name.',
      )
    assert.deepEqual(records(), was)
    await makeBalancer(await c.account('bob'), 'web')
  })

  it('zones have to be there, and one at least', async () => {
    await invalid(
      makeBalancer(alice, 'lb', { AvailabilityZones: ['PARTI00', 'PARTI02'] }),
      'No cluster named PARTI02 is available',
    )
    await refused(
      makeBalancer(alice, 'lb', { AvailabilityZones: [] }),
      'ValidationError',
      'Either AvailabilityZones or SubnetIds must be specified',
    )
  })

  it('something listens, as a request has to say', async () => {
    await refused(
      makeBalancer(alice, 'lb', { Listeners: [] }),
      'ValidationError',
      'Listeners cannot be empty',
    )
  })

  it('what is of a VPC is refused', async () => {
    await refused(makeBalancer(alice, 'lb', { Subnets: ['subnet-1'] }), 'SubnetNotFound', 'Invalid subnet(s)')
    await invalid(makeBalancer(alice, 'lb', { Scheme: 'open' }), 'Invalid scheme (open)')
    await invalid(
      makeBalancer(alice, 'lb', { Scheme: 'internal' }),
      'Scheme (internal) should not be specified for EC2-Classic platform',
    )
    await invalid(
      makeBalancer(alice, 'lb', { SecurityGroups: ['sg-00000001'] }),
      'Security groups should not be specified for EC2-Classic platform',
    )
    await makeBalancer(alice, 'lb', { Scheme: 'internet-facing' })
  })

  it('a refusal leaves nothing', async () => {
    const was = records()
    const certificate = haveCertificate(c, alice, 'cert')
    const https = { ...http, Protocol: 'HTTPS', LoadBalancerPort: 443 }
    await refused(
      makeBalancer(alice, 'lb', { Listeners: [http, { ...https, SSLCertificateId: `${certificate}x` }] }),
      'CertificateNotFoundException',
    )
    assert.deepEqual(records(), was)
  })

  it('lists are by names, and leave out those that are not there', async () => {
    for (const name of ['b', 'a', 'c']) await makeBalancer(alice, name)
    const names = async (...asked: string[]) =>
      (await balancersOf(alice, ...asked)).map(({ LoadBalancerName }) => LoadBalancerName)
    assert.deepEqual(await names(), ['a', 'b', 'c'])
    assert.deepEqual(await names('c', 'a', 'x'), ['a', 'c'])
    assert.deepEqual(await names('x'), [])
    assert.deepEqual(await names('B'), [])
  })

  it('pages have 1 to 400, and go on where they ended', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await makeBalancer(alice, name)
    const page = async (PageSize: number, Marker?: string) => {
      const { LoadBalancerDescriptions = [], NextMarker } = await alice
        .elb()
        .send(new DescribeLoadBalancersCommand({ PageSize, Marker }))
      return {
        names: LoadBalancerDescriptions.map(({ LoadBalancerName }) => LoadBalancerName).join(''),
        next: NextMarker,
      }
    }
    const first = await page(2)
    assert.equal(first.names, 'ab')
    await remove('c')
    const second = await page(2, first.next)
    assert.deepEqual(second, { names: 'de', next: undefined })
    assert.equal((await page(400)).names, 'abde')
    for (const [size, bound] of [
      [0, 'greater than or equal to 1'],
      [401, 'less than or equal to 400'],
    ] as const)
      await refused(
        page(size),
        'ValidationError',
        `1 validation error detected: Value '${size}' at 'pageSize' failed to satisfy constraint: Member must have value ${bound}`,
      )
    await refused(page(1, 'nothing'), 'ValidationError', 'Invalid Marker.')
  })

  it("the cloud's administrators see everybody's by `verbose`, and delete them by their names in the DNS", async () => {
    const dnsName = await makeBalancer(alice, 'Hers')
    await makeBalancer(c, 'ours')
    const names = async (who: Clients, ...asked: string[]) =>
      (await balancersOf(who, ...asked)).map(({ LoadBalancerName }) => LoadBalancerName).sort()
    assert.deepEqual(await names(c), ['ours'])
    assert.deepEqual(await names(c, 'verbose'), ['Hers', 'ours'])
    assert.deepEqual(await names(c, 'verbose', 'Hers'), ['Hers'])
    assert.deepEqual(await names(alice, 'verbose'), ['Hers'])
    await remove('Hers', c)
    const bob = await c.account('bob')
    await remove(dnsName, bob)
    await remove(dnsName, alice)
    assert.deepEqual(await names(alice), ['Hers'])
    await remove(dnsName.toUpperCase(), c)
    assert.deepEqual(await names(alice), [])
  })

  it('there are twenty at most, or as many as a policy says', async () => {
    const limits = async (who: Pick<Clients, 'elb'>) =>
      Object.fromEntries(
        ((await who.elb().send(new DescribeAccountLimitsCommand({}))).Limits ?? []).map(({ Name, Max }) => [
          Name,
          Max,
        ]),
      )
    assert.deepEqual(await limits(alice), {
      ...{ 'classic-load-balancers': '20', 'classic-listeners': '100' },
      'classic-registered-instances': '1000',
    })
    const text = 'The quota for the number of LoadBalancers has already been reached.'
    const carl = person(c, alice, 'carl')
    carl.may(
      { Action: 'elasticloadbalancing:*' },
      {
        ...{ Effect: 'Limit', Action: 'elasticloadbalancing:CreateLoadBalancer' },
        Condition: { NumericLessThanEquals: { 'elasticloadbalancing:quota-loadbalancernumber': '1' } },
      },
    )
    const his = { ...carl, accountId: alice.accountId, key: alice.key }
    await makeBalancer(alice, 'hers')
    await makeBalancer(his, 'his')
    await refused(makeBalancer(his, 'another'), 'TooManyAccessPoints', text)
    for (let count = 2; count < 20; count++) await makeBalancer(alice, `lb-${count}`)
    await refused(makeBalancer(alice, 'one-more'), 'TooManyAccessPoints', text)
    const bob = await c.account('bob')
    const gated = { NumericLessThanEquals: { 'elasticloadbalancing:quota-loadbalancernumber': '1' } }
    gate(c, bob, { Effect: 'Limit', Action: 'elasticloadbalancing:*', Condition: gated })
    assert.equal((await limits(bob))['classic-load-balancers'], '1')
    await makeBalancer(bob, 'one-more')
    await refused(makeBalancer(bob, 'another'), 'TooManyAccessPoints', text)
  })

  it('pages of limits have sizes, too', async () => {
    const { Limits, NextMarker } = await alice.elb().send(new DescribeAccountLimitsCommand({ PageSize: 2 }))
    assert.equal(Limits?.length, 2)
    const rest = await alice.elb().send(new DescribeAccountLimitsCommand({ Marker: NextMarker }))
    assert.deepEqual([rest.Limits?.length, rest.NextMarker], [1, undefined])
    await refused(alice.elb().send(new DescribeAccountLimitsCommand({ PageSize: 401 })), 'ValidationError')
  })
})
