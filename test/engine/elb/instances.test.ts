// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DisableAvailabilityZonesForLoadBalancerCommand,
  EnableAvailabilityZonesForLoadBalancerCommand,
  type HealthCheck,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { instanceTerminated } from '../../../src/engine/ec2/instance-life'
import { register } from '../../../src/engine/elb/registrations'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { balancersOf, invalid, makeBalancer, refused, unknownBalancer } from './made'

const named = (...ids: readonly string[]) => ids.map(InstanceId => ({ InstanceId }))

describe('instances of load balancers', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancer(alice, 'lb')
    for (const id of ['i-0000000a', 'i-0000000b']) haveInstance(c, { id, account: alice.accountId })
  })
  afterEach(() => c.close())

  const registerWith = (LoadBalancerName: string, ...ids: string[]) =>
    alice
      .elb()
      .send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances: named(...ids) }))
  const take = (LoadBalancerName: string, ...ids: string[]) =>
    alice
      .elb()
      .send(new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances: named(...ids) }))
  const health = async (...ids: string[]) => {
    const input = { LoadBalancerName: 'lb', ...(ids.length > 0 && { Instances: named(...ids) }) }
    return (await alice.elb().send(new DescribeInstanceHealthCommand(input))).InstanceStates ?? []
  }
  const idsOf = async () => ((await balancersOf(alice, 'lb'))[0]?.Instances ?? []).map(one => one.InstanceId)
  const drains = (enabled: boolean) =>
    c.engine.write(tx => {
      const balancers = tx.loadBalancers.in(alice.accountId)
      const { attributes, ...rest } = balancers.must('lb')
      const draining = { enabled, timeoutSeconds: 100 }
      balancers.put({ ...rest, attributes: { ...attributes, draining } })
    })

  it('they are registered, each once, and all are told', async () => {
    assert.deepEqual((await registerWith('lb', 'i-0000000b')).Instances, named('i-0000000b'))
    const { Instances } = await registerWith('lb', 'I-0000000A', 'i-0000000b', 'i-0000000a')
    assert.deepEqual(Instances, named('i-0000000a', 'i-0000000b'))
    assert.deepEqual(await idsOf(), ['i-0000000a', 'i-0000000b'])
  })

  it('only those of the account that run', async () => {
    haveInstance(c, { id: 'i-0000000c', account: alice.accountId, state: 'stopped' })
    haveInstance(c, { id: 'i-0000000d' })
    for (const id of ['i-0000000c', 'i-0000000d', 'i-0000000e', 'xyz', '']) {
      const message = 'The specified EndPoint (instance) is not valid'
      await refused(registerWith('lb', 'i-0000000a', id), 'InvalidEndPoint', message)
    }
    assert.deepEqual(await idsOf(), [])
  })

  it('only those in its zones', async () => {
    haveInstance(c, { id: 'i-0000000c', account: alice.accountId, zone: 'PARTI01' })
    await invalid(
      registerWith('lb', 'i-0000000a', 'i-0000000c'),
      "Instance i-0000000c's availaibility zone is not enabled for the loadbalancer",
    )
    assert.deepEqual(await idsOf(), [])
  })

  it('only as many as a balancer may have', async () => {
    c.engine.write(tx => {
      const balancer = tx.loadBalancers.in(alice.accountId).must('lb')
      for (let index = 0; index < 1000; index++) register(tx, balancer, `i-1000${index + 1000}`)
    })
    await invalid(registerWith('lb', 'i-0000000a'), 'A load balancer can have 1000 registered instances')
  })

  it('one that is registered stays so while it does not run', async () => {
    await registerWith('lb', 'i-0000000a')
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-0000000a'), state: 'stopped' }))
    assert.deepEqual((await registerWith('lb', 'i-0000000a')).Instances, named('i-0000000a'))
    assert.deepEqual(await health(), [
      {
        ...{ InstanceId: 'i-0000000a', State: 'OutOfService', ReasonCode: 'Instance' },
        Description: 'Instance is in stopped state.',
      },
    ])
  })

  it('a balancer that is not there has none', async () => {
    await unknownBalancer(registerWith('other', 'i-0000000a'))
    await unknownBalancer(take('other', 'i-0000000a'))
    await unknownBalancer(alice.elb().send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'other' })))
    await unknownBalancer(c.elb().send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'lb' })))
  })

  it('they are taken out, and what is not registered is passed over', async () => {
    await registerWith('lb', 'i-0000000a', 'i-0000000b')
    assert.deepEqual((await take('lb', 'i-0000000a', 'i-0000000f')).Instances, named('i-0000000b'))
    assert.deepEqual((await take('lb', 'i-0000000a')).Instances, named('i-0000000b'))
  })

  it('what is under way may end where the balancer drains, and nobody is told of it', async () => {
    drains(true)
    await registerWith('lb', 'i-0000000a')
    assert.deepEqual((await take('lb', 'i-0000000a')).Instances, [])
    assert.deepEqual([await idsOf(), await health()], [[], []])
    const key = `${alice.accountId}/lb`
    const record = () => c.engine.read(tx => tx.balancedInstances.get(key, 'i-0000000a'))
    assert.equal(record()?.drainsUntil?.getTime(), c.clock.now() + 100_000)
    await c.pass(99)
    await take('lb', 'i-0000000a')
    assert.equal(record()?.drainsUntil?.getTime(), c.clock.now() + 1000)
    await c.pass(1)
    assert.equal(record(), undefined)
  })

  it('one that comes back meanwhile begins anew, and is not taken out by the time before', async () => {
    drains(true)
    await registerWith('lb', 'i-0000000a')
    await take('lb', 'i-0000000a')
    await c.pass(10)
    assert.deepEqual((await registerWith('lb', 'i-0000000a')).Instances, named('i-0000000a'))
    await c.pass(60)
    await take('lb', 'i-0000000a')
    await c.pass(60)
    const registered = () => c.engine.read(tx => tx.balancedInstances.list().length)
    assert.equal(registered(), 1)
    await c.pass(40)
    assert.equal(registered(), 0)
  })

  it('one that does not run has nothing under way', async () => {
    drains(true)
    await registerWith('lb', 'i-0000000a')
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-0000000a'), state: 'stopped' }))
    await take('lb', 'i-0000000a')
    assert.equal(
      c.engine.read(tx => tx.balancedInstances.list().length),
      0,
    )
  })

  it('those that are terminated are forgotten, and no others', async () => {
    await makeBalancer(alice, 'other')
    for (const name of ['lb', 'other']) await registerWith(name, 'i-0000000a', 'i-0000000b')
    await alice.ec2().send(new TerminateInstancesCommand({ InstanceIds: ['i-0000000a'] }))
    assert.deepEqual(await idsOf(), ['i-0000000a', 'i-0000000b'])
    c.engine.write(tx => instanceTerminated(tx, 'i-0000000a'))
    const left = c.engine.read(tx => tx.balancedInstances.list().map(one => one.instanceId))
    assert.deepEqual(left, ['i-0000000b', 'i-0000000b'])
  })

  it('their health is told in the order in which it is asked for, without those that are unknown', async () => {
    await registerWith('lb', 'i-0000000a', 'i-0000000b')
    const states = await health('i-0000000b', 'i-0000000f', 'i-0000000a')
    assert.deepEqual(
      states.map(one => one.InstanceId),
      ['i-0000000b', 'i-0000000a'],
    )
    assert.deepEqual(states[0], {
      ...{ InstanceId: 'i-0000000b', State: 'OutOfService', ReasonCode: 'ELB' },
      Description: 'Instance registration is still in progress.',
    })
  })

  it('a zone that is disabled takes its instances out of service, and brings them back', async () => {
    const zones = { LoadBalancerName: 'lb', AvailabilityZones: ['PARTI01'] }
    await alice.elb().send(new EnableAvailabilityZonesForLoadBalancerCommand(zones))
    haveInstance(c, { id: 'i-0000000c', account: alice.accountId, zone: 'PARTI01' })
    await registerWith('lb', 'i-0000000c')
    await alice.elb().send(new DisableAvailabilityZonesForLoadBalancerCommand(zones))
    const [state] = await health()
    assert.deepEqual(
      [state?.State, state?.ReasonCode, state?.Description],
      ['OutOfService', 'ELB', 'Zone disabled'],
    )
    await alice.elb().send(new EnableAvailabilityZonesForLoadBalancerCommand(zones))
    assert.equal((await health())[0]?.Description, 'Instance registration is still in progress.')
  })

  it('a balancer of the same name begins without any', async () => {
    await registerWith('lb', 'i-0000000a')
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    await alice.elb().send(
      new CreateLoadBalancerCommand({
        ...{ LoadBalancerName: 'lb', AvailabilityZones: ['PARTI00'] },
        Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstancePort: 80 }],
      }),
    )
    assert.deepEqual(await idsOf(), [])
  })
})

describe("checks of load balancers' instances", () => {
  let c: Cloud
  let alice: Clients
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancer(alice, 'lb')
  })
  after(() => c.close())

  const good = { Target: 'HTTP:80/', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 }
  const configure = async (check: Partial<HealthCheck>) => {
    const HealthCheck = { ...good, ...check }
    const input = { LoadBalancerName: 'lb', HealthCheck }
    return (await alice.elb().send(new ConfigureHealthCheckCommand(input))).HealthCheck
  }

  it('are configured as a whole, the protocol in upper case', async () => {
    assert.deepEqual(await configure({ Target: 'http:8888/status?x=1:2' }), {
      ...good,
      Target: 'HTTP:8888/status?x=1:2',
    })
    assert.equal((await balancersOf(alice, 'lb'))[0]?.HealthCheck?.Target, 'HTTP:8888/status?x=1:2')
    for (const Target of ['TCP:22', 'SSL:443', 'HTTPS:65535/', 'HTTP:1/a/b'])
      assert.equal((await configure({ Target }))?.Target, Target)
    assert.equal((await configure({ Timeout: 0 }))?.Timeout, 0)
  })

  const refusals: readonly [Partial<HealthCheck>, string][] = [
    [{ Interval: 4 }, 'Interval must be longer than 5 seconds'],
    [{ Interval: 121 }, 'Interval must be smaller than 120 seconds'],
    [{ HealthyThreshold: 1 }, 'Healthy thresholds must be larger than 2'],
    [{ HealthyThreshold: 11 }, 'Healthy thresholds must be smaller than 10'],
    [{ UnhealthyThreshold: 1 }, 'Unhealthy thresholds must be larger than 2'],
    [{ Timeout: -1 }, 'timeout must be > 0'],
    [{ Target: 'UDP:53' }, 'target must starts with one of HTTP, HTTPS, TCP, SSL'],
    [{ Target: '' }, 'target must starts with one of HTTP, HTTPS, TCP, SSL'],
    [{ Target: 'HTTP:80' }, 'Port and Path must be specified for HTTP'],
    [{ Target: 'HTTPS:/' }, 'Port and Path must be specified for HTTP'],
    [{ Target: 'HTTP' }, 'Port and Path must be specified for HTTP'],
    [{ Target: 'HTTP:0/' }, 'Invalid target specified'],
    [{ Target: 'HTTP:65536/' }, 'Invalid target specified'],
    [{ Target: 'HTTP:80/a b' }, 'Invalid target specified'],
    [{ Target: 'HTTP:80/\r\nHost: x' }, 'Invalid target specified'],
    [{ Target: `HTTP:80/${'a'.repeat(1024)}` }, 'Invalid target specified'],
    [{ Target: 'TCP:' }, 'Invalid target specified'],
    [{ Target: 'TCP:80/' }, 'Invalid target specified'],
    [{ Target: 'SSL:-1' }, 'Invalid target specified'],
  ]
  for (const [check, reason] of refusals) {
    it(`not with ${JSON.stringify(check).slice(0, 60)}`, () => invalid(configure(check), reason))
  }

  it('need each of their numbers', async () => {
    for (const member of Object.keys(good)) {
      await assert.rejects(configure({ [member]: undefined }), {
        name: /ValidationError|MissingParameter|InvalidConfiguration/,
      } as never)
    }
  })

  it('are for balancers that are there', () =>
    unknownBalancer(
      alice.elb().send(new ConfigureHealthCheckCommand({ LoadBalancerName: 'x', HealthCheck: good })),
    ))
})
