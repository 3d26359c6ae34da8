// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  DeleteLoadBalancerCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import {
  afterCheck,
  type CheckResult,
  dueChecks,
  type Health,
  recordChecks,
} from '../../../src/engine/elb/health'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'
import { makeBalancer } from './made'

describe('what a check makes of an instance', () => {
  const thresholds = { healthyThreshold: 3, unhealthyThreshold: 2 }
  const fresh: Health = { health: 'untold', contrary: 0 }
  const after = (results: string): Health =>
    [...results].reduce((health, one) => afterCheck(health, one === '+', thresholds), fresh)

  const cases: readonly [string, Health['health']][] = [
    ['+', 'passing'],
    ['-', 'untold'],
    ['--', 'failing'],
    ['--+', 'passing'],
    ['-+', 'passing'],
    ['+-', 'passing'],
    ['+--', 'failing'],
    ['+-+-', 'passing'],
    ['+--++', 'failing'],
    ['+--+++', 'passing'],
    ['+--++-++', 'failing'],
  ]
  for (const [results, health] of cases) {
    it(`${results} is ${health}`, () => assert.equal(after(results).health, health))
  }

  /** The last moment that decided: the first success, or so many of a kind in a row. */
  const model = (results: string, healthy: number, unhealthy: number): Health['health'] => {
    for (let end = results.length; end > 0; end--) {
      const kind = results[end - 1] ?? ''
      const run = end - (results.slice(0, end).search(kind === '+' ? /\+*$/ : /-*$/) ?? 0)
      if (kind === '+' && (run >= healthy || results.indexOf('+') === end - 1)) return 'passing'
      if (kind === '-' && run >= unhealthy) return 'failing'
    }
    return 'untold'
  }

  it('it is what a look at the whole history says', () => {
    let state = 20140216
    const draw = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return (state >> 8) % limit
    }
    for (let round = 0; round < 3000; round++) {
      const check = { healthyThreshold: 2 + draw(9), unhealthyThreshold: 2 + draw(9) }
      let results = ''
      let kind = '+'
      while (results.length < 40) {
        if (draw(3) === 0) kind = kind === '+' ? '-' : '+'
        results += kind
      }
      let health = fresh
      for (let index = 0; index < results.length; index++) {
        health = afterCheck(health, results[index] === '+', check)
        const expected = model(results.slice(0, index + 1), check.healthyThreshold, check.unhealthyThreshold)
        assert.equal(health.health, expected, `${results.slice(0, index + 1)} ${JSON.stringify(check)}`)
      }
    }
  })
})

describe('health checks', () => {
  let c: Cloud
  let alice: Clients
  let group: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await makeBalancer(alice, 'lb')
    const made = { GroupName: 'web', Description: 'web' }
    group = (await alice.ec2().send(new CreateSecurityGroupCommand(made))).GroupId ?? ''
    await alice.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        ...{ GroupName: 'web', IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, CidrIp: '127.0.0.0/8' },
      }),
    )
    have('i-0000000a')
    await register('i-0000000a')
    await configure(10)
  })
  afterEach(() => c.close())

  const have = (id: string, more: object = {}) =>
    haveInstance(c, { id, account: alice.accountId, groupIds: [group], ...more })
  const configure = (Interval: number, Target = 'HTTP:8888/up') =>
    alice.elb().send(
      new ConfigureHealthCheckCommand({
        LoadBalancerName: 'lb',
        HealthCheck: { Target, Interval, Timeout: 4, UnhealthyThreshold: 2, HealthyThreshold: 2 },
      }),
    )
  const of = (...ids: string[]) => ({
    LoadBalancerName: 'lb',
    Instances: ids.map(InstanceId => ({ InstanceId })),
  })
  const register = (...ids: string[]) =>
    alice.elb().send(new RegisterInstancesWithLoadBalancerCommand(of(...ids)))
  const due = () => c.engine.read(dueChecks)
  const results = (trouble?: string): CheckResult[] =>
    due().due.map(one => ({ ...one, ...(trouble !== undefined && { trouble }) }))
  const record = (checks: readonly CheckResult[]) => c.engine.write(tx => recordChecks(tx, checks))
  const health = async (): Promise<string[]> => {
    const input = { LoadBalancerName: 'lb' }
    const { InstanceStates = [] } = await alice.elb().send(new DescribeInstanceHealthCommand(input))
    return InstanceStates.map(({ InstanceId, State, ReasonCode, Description }) =>
      [InstanceId, State, ReasonCode, Description].join(' ').trim(),
    )
  }

  it('are due at once, and then each interval of the engine', () => {
    const balancer = c.engine.read(tx => tx.loadBalancers.in(alice.accountId).must('lb'))
    assert.deepEqual(due(), {
      due: [
        {
          ...{ balancer: `${alice.accountId}/lb`, balancerId: balancer.id, instanceId: 'i-0000000a' },
          registeredAt: new Date(c.clock.now()),
          check: { protocol: 'HTTP', port: 8888, path: '/up', timeoutSeconds: 4 },
          ...{ from: balancer.address, to: '127.110.0.1' },
        },
      ],
    })
    record(results())
    assert.deepEqual(due(), { due: [], next: c.clock.now() + 10_000 })
    c.clock.advance(9.999)
    assert.equal(due().due.length, 0)
    c.clock.advance(0.001)
    assert.equal(due().due.length, 1)
    // Whoever turns the clock back is not without checks until it has caught up.
    record(results())
    c.clock.advance(-3600)
    assert.equal(due().due.length, 1)
  })

  it('bring an instance into service with the first that goes well, and out of it after so many that do not', async () => {
    record(results('connection refused'))
    assert.deepEqual(await health(), [
      'i-0000000a OutOfService ELB Instance registration is still in progress.',
    ])
    const failed =
      'i-0000000a OutOfService Instance Instance has failed at least the UnhealthyThreshold number of health checks consecutively.'
    c.clock.advance(10)
    record(results('connection refused'))
    assert.deepEqual(await health(), [failed])
    c.clock.advance(10)
    record(results())
    assert.deepEqual(await health(), ['i-0000000a InService'])
    const trouble = () =>
      c.engine.read(tx => tx.balancedInstances.must(`${alice.accountId}/lb`, 'i-0000000a').trouble)
    assert.equal(trouble(), undefined)
    c.clock.advance(10)
    record(results('status 500'))
    assert.deepEqual(await health(), ['i-0000000a InService'])
    assert.equal(trouble(), 'status 500')
    c.clock.advance(10)
    record(results('x'.repeat(1000)))
    assert.deepEqual(await health(), [failed])
    assert.equal(
      c.engine.read(tx => tx.balancedInstances.list()[0]?.trouble?.length),
      200,
    )
  })

  it('that nobody makes any more leave it unknown how an instance is', async () => {
    const unknown =
      'i-0000000a Unknown ELB Internal error: ELB VMs are not reachable. Contact administrator if problem continues'
    record(results())
    c.clock.advance(49)
    assert.deepEqual(await health(), ['i-0000000a InService'])
    c.clock.advance(1)
    assert.deepEqual(await health(), [unknown])
    record(results())
    assert.deepEqual(await health(), ['i-0000000a InService'])
    // Short intervals do not make it impatient.
    await configure(5)
    c.clock.advance(49)
    assert.deepEqual(await health(), ['i-0000000a InService'])
    c.clock.advance(1)
    assert.deepEqual(await health(), [unknown])
  })

  it('need not be tried where it is known how they end', async () => {
    have('i-0000000b', { groupIds: [] })
    have('i-0000000c')
    have('i-0000000d')
    await register('i-0000000b', 'i-0000000c', 'i-0000000d')
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must('i-0000000c'), state: 'stopped' }))
    c.engine.write(tx => tx.instances.delete('i-0000000d'))
    assert.deepEqual(
      due().due.map(({ to, foreseen }) => to ?? foreseen),
      [
        '127.110.0.1',
        "the instance's security groups do not let the load balancer reach port 8888",
        'the instance is stopped',
        'the instance is not there any more',
      ],
    )
    await configure(10, 'TCP:22')
    assert.match(due().due[0]?.foreseen ?? '', /reach port 22$/)
  })

  it('are not made of what drains', async () => {
    c.engine.write(tx => {
      const balancers = tx.loadBalancers.in(alice.accountId)
      const { attributes, ...rest } = balancers.must('lb')
      balancers.put({
        ...rest,
        attributes: { ...attributes, draining: { enabled: true, timeoutSeconds: 60 } },
      })
    })
    const late = results()
    await alice.elb().send(new DeregisterInstancesFromLoadBalancerCommand(of('i-0000000a')))
    assert.deepEqual(due(), { due: [] })
    record(late)
    assert.equal(
      c.engine.read(tx => tx.balancedInstances.list()[0]?.checkedAt),
      undefined,
    )
  })

  it('say nothing of an instance that was registered anew meanwhile, or taken out', async () => {
    const late = results()
    await alice.elb().send(new DeregisterInstancesFromLoadBalancerCommand(of('i-0000000a')))
    record(late)
    assert.deepEqual(
      c.engine.read(tx => tx.balancedInstances.list()),
      [],
    )
    c.clock.advance(1)
    await register('i-0000000a')
    record(late)
    assert.deepEqual(await health(), [
      'i-0000000a OutOfService ELB Instance registration is still in progress.',
    ])
  })

  it('say nothing of another balancer of the same name', async () => {
    const late = results()
    await alice.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'lb' }))
    record(late)
    await makeBalancer(alice, 'lb')
    await register('i-0000000a')
    record(late)
    assert.deepEqual(await health(), [
      'i-0000000a OutOfService ELB Instance registration is still in progress.',
    ])
  })

  it('are none without instances, and none of a balancer that has nothing to ask', async () => {
    await alice.elb().send(new DeregisterInstancesFromLoadBalancerCommand(of('i-0000000a')))
    assert.deepEqual(due(), { due: [] })
    await makeBalancer(alice, 'other')
    c.engine.write(tx => {
      const balancers = tx.loadBalancers.in(alice.accountId)
      const { healthCheck: _, ...rest } = balancers.must('lb')
      balancers.put(rest)
    })
    await register('i-0000000a')
    assert.deepEqual(due(), { due: [] })
  })

  it('are told to the group that made the instance when they turn its health, and only then', () => {
    c.engine.write(tx => {
      tx.instances.put({ ...tx.instances.must('i-0000000a'), scalingGroup: `${alice.accountId}/web` })
    })
    const planned = () =>
      c.engine.read(tx => tx.due.list().filter(({ task }) => task === 'autoscaling.instance-changed').length)
    record(results())
    assert.equal(planned(), 1)
    c.clock.advance(10)
    record(results())
    c.clock.advance(10)
    record(results('gone'))
    assert.equal(planned(), 1)
    c.clock.advance(10)
    record(results('gone'))
    assert.equal(planned(), 2)
  })

  it('are counted in the metrics of the balancer and of each of its zones', async () => {
    have('i-0000000b', { groupIds: [] })
    await register('i-0000000b')
    record(due().due.map(({ foreseen, ...one }) => (foreseen ? { ...one, trouble: foreseen } : one)))
    const average = async (MetricName: string, zone?: string) => {
      const { Datapoints } = await alice.cloudwatch().send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/ELB', MetricName, Period: 60, Statistics: ['Average'] },
          ...{ StartTime: new Date(c.clock.now() - 60_000), EndTime: new Date(c.clock.now() + 60_000) },
          Dimensions: [
            { Name: 'LoadBalancerName', Value: 'lb' },
            ...(zone ? [{ Name: 'AvailabilityZone', Value: zone }] : []),
          ],
        }),
      )
      return Datapoints?.map(point => [point.Average, point.Unit])
    }
    assert.deepEqual(await average('HealthyHostCount'), [[1, 'Count']])
    assert.deepEqual(await average('UnHealthyHostCount', 'PARTI00'), [[1, 'Count']])
    assert.deepEqual(await average('HealthyHostCount', 'PARTI01'), [])
  })
})
