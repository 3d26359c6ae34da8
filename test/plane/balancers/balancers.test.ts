// SPDX-License-Identifier: BSD-2-Clause
// From the records of a cloud to what listens, and back: places, health, metrics.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { balancers } from '../../../src/plane/balancers/balancers'
import { BuiltInBalancing } from '../../../src/plane/balancers/built-in'
import { haveInstance } from '../../engine/ec2/instance'
import type { Cloud } from '../../support/cloud'
import { until } from '../../support/until'
import { type BalancedCloud, balancedCloud } from './balanced-cloud'
import { answeredBy, ask, needHaproxy, planOf, streamInstance } from './scene'

describe('Load balancers of a cloud', () => {
  let balanced: BalancedCloud
  let c: Cloud
  before(async function () {
    await needHaproxy(this)
  })
  beforeEach(async () => {
    balanced = await balancedCloud()
    c = balanced.cloud
  })
  afterEach(() => balanced.end())

  it('are answered by the instances that passed their check, and say where', async () => {
    const instance = await balanced.haveWeb()
    assert.equal(await answeredBy(balanced.addressOf('web')), instance)
    const place = balanced.placeOf('web')
    assert.deepEqual(place?.ports, [{ port: 80 }])
    assert.match(place?.by ?? '', /^HAProxy 2\.\d|^HAProxy 3/)
    const { InstanceStates } = await c
      .elb()
      .send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'web' }))
    assert.equal(InstanceStates?.[0]?.State, 'InService')
    // Another listener, and none at all.
    const { engine } = c
    await c.elb().send(
      new CreateLoadBalancerListenersCommand({
        LoadBalancerName: 'web',
        Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 81, InstancePort: 8888, InstanceProtocol: 'TCP' }],
      }),
    )
    await balanced.settle()
    assert.equal(await answeredBy(balanced.addressOf('web'), { port: 81 }), instance)
    const address = balanced.addressOf('web')
    await c.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'web' }))
    await balanced.settle()
    await assert.rejects(ask(address), { code: 'ECONNREFUSED' })
    assert.deepEqual(readdirSync(join(c.home, 'plane', 'balancers')), [])
    assert.equal(
      engine.read(tx => tx.balancerPlaces.first()),
      undefined,
    )
  })

  it('count what was asked of them, each minute', async () => {
    await balanced.haveWeb()
    for (let i = 0; i < 5; i++) await ask(balanced.addressOf('web'))
    await c.pass(60)
    await balanced.settle()
    const sum = async (MetricName: string): Promise<number | undefined> => {
      const { Datapoints = [] } = await c.cloudwatch().send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/ELB', MetricName, Period: 60, Statistics: ['Sum'] },
          Dimensions: [{ Name: 'LoadBalancerName', Value: 'web' }],
          StartTime: new Date(c.clock.now() - 600_000),
          EndTime: new Date(c.clock.now() + 60_000),
        }),
      )
      return Datapoints[0]?.Sum
    }
    assert.equal(await sum('RequestCount'), 5)
    assert.equal(await sum('HTTPCode_Backend_2XX'), 5)
    assert.equal(await sum('HTTPCode_ELB_5XX'), undefined)
  })

  it('are carried out by the built-in proxy where that is wanted', async () => {
    await balanced.stop()
    balanced.start('built in')
    const instance = await balanced.haveWeb()
    assert.equal(await answeredBy(balanced.addressOf('web')), instance)
    assert.equal(balanced.placeOf('web')?.by, new BuiltInBalancing({ tell: () => {} }).by)
  })

  it('are carried out by it also where the HAProxy that was asked for is none, and that is said', async () => {
    await balanced.stop()
    balanced.start('/bin/true')
    const instance = await balanced.haveWeb()
    assert.equal(await answeredBy(balanced.addressOf('web')), instance)
    assert.deepEqual(balanced.troubles, [
      '/bin/true is no HAProxy that could be started: load balancers are carried out by the small proxy that is built in',
    ])
  })

  it('have no place on record when they were deleted meanwhile, and no folder when that was while no server ran', async () => {
    await balanced.stop()
    const folder = join(c.home, 'plane', 'balancers')
    mkdirSync(join(folder, 'gone'), { recursive: true })
    const plan = planOf()
    const { engine, home } = c
    const around = { engine, home, endpoint: '', onBug: (error: unknown) => void c.bugs.push(error) }
    const part = balancers({ ...around, haproxy: 'built in', readPlans: () => [plan] })
    await part.settle()
    assert.equal((await ask(plan.address)).status, 503)
    assert.deepEqual(
      engine.read(tx => tx.balancerPlaces.list()),
      [],
    )
    assert.deepEqual(readdirSync(folder), [])
    await part.stop()
  })

  it('wait for nobody who does not answer his check, and hear of it later', async () => {
    const address = await balanced.haveWeb()
    let asked = 0
    const hangs = await streamInstance(8888, () => void asked++)
    const HealthCheck = {
      ...{ Target: 'HTTP:8888/', Interval: 5, Timeout: 4, HealthyThreshold: 2, UnhealthyThreshold: 2 },
    }
    await c.elb().send(new ConfigureHealthCheckCommand({ LoadBalancerName: 'web', HealthCheck }))
    const { groupIds } = c.engine.read(tx => tx.instances.must('i-00000001'))
    haveInstance(c, { id: 'i-00000002', privateIp: hangs, groupIds })
    const Instances = [{ InstanceId: 'i-00000002' }]
    await c.elb().send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName: 'web', Instances }))
    const troubleOf = (instanceId: string) =>
      c.engine.read(tx => tx.balancedInstances.get(`${c.accountId}/web`, instanceId))?.trouble
    await balanced.settle()
    assert.equal(troubleOf('i-00000002'), undefined)
    assert.equal(await answeredBy(balanced.addressOf('web')), address)
    await until(async () => {
      await balanced.settle()
      return troubleOf('i-00000002') !== undefined
    })
    assert.equal(troubleOf('i-00000002'), 'no answer within 4 seconds')
    // Once in all the looks that there were meanwhile, and again with the next interval.
    assert.equal(asked, 1)
    c.clock.advance(5)
    await balanced.settle()
    assert.equal(asked, 2)
  })
})
