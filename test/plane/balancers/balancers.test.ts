// SPDX-License-Identifier: BSD-2-Clause
// From the records of a cloud to what listens, and back: places, health, access logs, metrics.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListObjectsCommand,
} from '@aws-sdk/client-s3'
import { balancers } from '../../../src/plane/balancers/balancers'
import { BuiltInBalancing } from '../../../src/plane/balancers/built-in'
import { checks } from '../../../src/plane/balancers/checks'
import type { Part } from '../../../src/plane/part'
import { haveInstance } from '../../engine/ec2/instance'
import { makeBalancer } from '../../engine/elb/made'
import { type Cloud, cloud } from '../../support/cloud'
import { until } from '../../support/until'
import { answeredBy, ask, endAll, needHaproxy, streamInstance, webInstance } from './scene'

describe('Load balancers of a cloud', () => {
  let c: Cloud
  let parts: Part[]
  let troubles: string[]
  before(async function () {
    await needHaproxy(this)
  })
  beforeEach(async () => {
    // Another cloud has other addresses: nobody else who runs tests here has this one's.
    c = await cloud({ seed: `balancers of ${process.pid}` })
    start()
  })
  afterEach(async () => {
    await stop()
    await c.close()
    await endAll()
  })

  const start = (haproxy?: string): void => {
    const { engine, home } = c
    const onBug = (error: unknown): void => void c.bugs.push(error)
    troubles = []
    const onTrouble = (text: string): void => void troubles.push(text)
    const around = { engine, home, endpoint: '', haproxy, onBug, onTrouble }
    parts = [checks(around), balancers(around)]
  }
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0)) await part.stop()
  }
  const settle = async (): Promise<void> => {
    for (const part of parts) await part.settle()
  }
  const placeOf = (name: string) => c.engine.read(tx => tx.balancerPlaces.get(`${c.accountId}/${name}`))
  const addressOf = (name: string): string =>
    c.engine.read(tx => tx.loadBalancers.in(c.accountId).must(name)).address

  /** A balancer `web`, with one instance behind it that is well. */
  const haveWeb = async (): Promise<string> => {
    const { GroupId = '' } = await c
      .ec2()
      .send(new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }))
    await c.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 8888, ToPort: 8888, IpRanges: [{ CidrIp: '127.0.0.0/8' }] },
        ],
      }),
    )
    const address = await webInstance(8888)
    haveInstance(c, { id: 'i-00000001', privateIp: address, groupIds: [GroupId] })
    await makeBalancer(c, 'web')
    await c.elb().send(
      new ConfigureHealthCheckCommand({
        LoadBalancerName: 'web',
        HealthCheck: {
          ...{ Target: 'HTTP:8888/', Interval: 5, Timeout: 2, HealthyThreshold: 2, UnhealthyThreshold: 2 },
        },
      }),
    )
    await c.elb().send(
      new RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: 'web',
        Instances: [{ InstanceId: 'i-00000001' }],
      }),
    )
    await settle()
    return address
  }
  const haveLogs = async (): Promise<void> => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'logs' }))
    const AccessLog = { Enabled: true, S3BucketName: 'logs', S3BucketPrefix: 'a/b', EmitInterval: 5 }
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { AccessLog },
      }),
    )
    await settle()
  }
  const logObjects = async (): Promise<readonly string[]> => {
    const { Contents = [] } = await c.s3().send(new ListObjectsCommand({ Bucket: 'logs' }))
    return Contents.map(({ Key = '' }) => Key)
  }
  const logText = async (): Promise<string> => {
    const texts = (await logObjects()).map(async Key => {
      const { Body } = await c.s3().send(new GetObjectCommand({ Bucket: 'logs', Key }))
      return Body?.transformToString()
    })
    return (await Promise.all(texts)).join('')
  }

  it('are answered by the instances that passed their check, and say where', async () => {
    const instance = await haveWeb()
    assert.equal(await answeredBy(addressOf('web')), instance)
    const place = placeOf('web')
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
    await settle()
    assert.equal(await answeredBy(addressOf('web'), { port: 81 }), instance)
    const address = addressOf('web')
    await c.elb().send(new DeleteLoadBalancerCommand({ LoadBalancerName: 'web' }))
    await settle()
    await assert.rejects(ask(address), { code: 'ECONNREFUSED' })
    assert.deepEqual(readdirSync(join(c.home, 'plane', 'balancers')), [])
    assert.equal(
      engine.read(tx => tx.balancerPlaces.first()),
      undefined,
    )
  })

  it('write their access logs into the bucket, each interval, at a reload and when they stop', async () => {
    const instance = await haveWeb()
    await haveLogs()
    const address = addressOf('web')
    // Neither a tab nor a long request keeps out of the log.
    const headers = { Host: 'www.example.com', 'User-Agent': 'a "quoted"\\\tagent' }
    const long = `/long/${'a'.repeat(5000)}`
    await ask(address, { path: '/one?x=1', headers })
    await settle()
    assert.deepEqual(await logObjects(), [])
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { ConnectionSettings: { IdleTimeout: 61 } },
      }),
    )
    await settle()
    await ask(address, { path: '/two?{a|"b"}' })
    await ask(address, { path: long, headers: { 'User-Agent': 'q'.repeat(2000) } })
    await c.pass(300)
    await settle()
    const [key, ...more] = await logObjects()
    assert.match(
      key ?? '',
      new RegExp(
        `^a/b/AWSLogs/${c.accountId}/elasticloadbalancing/eucalyptus/2014/02/16/${c.accountId}_elasticloadbalancing_eucalyptus_web_20140216T1218Z_${address}_[0-9a-f]{8}\\.log$`,
      ),
    )
    const lines = (await logText()).trimEnd().split('\n')
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z'
    const start = `^${time} web 127\\.0\\.0\\.1:\\d+ ${instance}:8888 [0-9.]+ [0-9.]+ [0-9.]+ 200 200 \\d+ \\d+`
    assert.match(
      lines.find(line => line.includes('/one')) ?? '',
      new RegExp(
        `${start} "GET http://www\\.example\\.com:80/one\\?x=1 HTTP/1\\.1" "a \\\\"quoted\\\\"\\\\\\\\#09agent" - -$`,
      ),
    )
    const two = lines.find(line => line.includes('/two')) ?? ''
    assert.match(two, new RegExp(`${start} "GET http://`))
    assert.ok(two.includes('/two?{a|\\"b\\"} HTTP/1.1" '), two)
    assert.ok(lines.some(line => line.includes(`${long} HTTP/1.1" "qq`)))
    assert.equal(lines.length, 3)
    // The one of each process is one object.
    assert.equal(more.length, 1)
    await ask(address, { path: '/three' })
    await stop()
    assert.match(await logText(), /\/three HTTP/)
    assert.equal(placeOf('web'), undefined)
  })

  it('go on where a server that was killed has left their logs', async () => {
    await haveWeb()
    await haveLogs()
    const folder = join(
      c.home,
      'plane',
      'balancers',
      c.engine.read(tx => tx.loadBalancers.in(c.accountId).must('web')).id,
    )
    await stop()
    const fields = [
      '1392552796.001',
      '127.0.0.1:1',
      '127.1.1.1:8888',
      '0',
      '0',
      '0',
      '1',
      '2',
      '200',
      '--',
      '1',
      '2',
    ]
    const line = [...fields, 'GET', '61', '/left', 'HTTP/1.1', '-', '-', '-', 'http-80'].join('\t')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'access-7.log'), `garbage\n${line}\n${line.slice(0, 50)}`)
    start()
    await settle()
    await c.pass(300)
    await settle()
    assert.equal(
      await logText(),
      '2014-02-16T12:13:16.001000Z web 127.0.0.1:1 127.1.1.1:8888 0.000000 0.001000 0.002000 200 200 1 2 "GET http://a:80/left HTTP/1.1" "-" - -\n',
    )
    assert.equal(existsSync(join(folder, 'access-7.log')), false)
  })

  it('keep what is logged while the disk is full, also when logs are switched off then', async () => {
    await haveWeb()
    await haveLogs()
    await ask(addressOf('web'), { path: '/kept' })
    const { blobs } = c.engine.around
    blobs.stage = () => {
      const staged = Object.getPrototypeOf(blobs).stage.call(blobs)
      symlinkSync('/dev/full', staged.path)
      return staged
    }
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { AccessLog: { Enabled: false } },
      }),
    )
    await settle()
    const told = readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
    assert.match(
      told,
      /WARN .* the access log of load balancer web cannot be written now: There is no space left/,
    )
    Reflect.deleteProperty(blobs, 'stage')
    await c.pass(60)
    await settle()
    assert.match(await logText(), /\/kept HTTP/)
    await c.pass(60)
    await settle()
    assert.equal((await logObjects()).length, 1)
    assert.deepEqual(c.bugs, [])
  })

  it('drop what is logged for a bucket that is gone, and say so', async () => {
    await haveWeb()
    await haveLogs()
    await ask(addressOf('web'))
    await c.s3().send(new DeleteBucketCommand({ Bucket: 'logs' }))
    await c.pass(300)
    await settle()
    const told = readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
    assert.match(
      told,
      /WARN .* the access log of load balancer web cannot be written to logs: The specified bucket/,
    )
    assert.deepEqual(c.bugs, [])
  })

  it('count what was asked of them, each minute', async () => {
    await haveWeb()
    for (let i = 0; i < 5; i++) await ask(addressOf('web'))
    await c.pass(60)
    await settle()
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
    await stop()
    start('built in')
    const instance = await haveWeb()
    assert.equal(await answeredBy(addressOf('web')), instance)
    assert.equal(placeOf('web')?.by, new BuiltInBalancing({ tell: () => {} }).by)
  })

  it('are carried out by it also where the HAProxy that was asked for is none, and that is said', async () => {
    await stop()
    start('/bin/true')
    const instance = await haveWeb()
    assert.equal(await answeredBy(addressOf('web')), instance)
    assert.deepEqual(troubles, [
      '/bin/true is no HAProxy that could be started: load balancers are carried out by the small proxy that is built in',
    ])
  })

  it('wait for nobody who does not answer his check, and hear of it later', async () => {
    const address = await haveWeb()
    const hangs = await streamInstance(8888, () => {})
    const { groupIds } = c.engine.read(tx => tx.instances.must('i-00000001'))
    haveInstance(c, { id: 'i-00000002', privateIp: hangs, groupIds })
    const Instances = [{ InstanceId: 'i-00000002' }]
    await c.elb().send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName: 'web', Instances }))
    const troubleOf = (instanceId: string) =>
      c.engine.read(tx => tx.balancedInstances.get(`${c.accountId}/web`, instanceId))?.trouble
    const started = performance.now()
    await settle()
    assert.ok(performance.now() - started < 1900)
    assert.equal(troubleOf('i-00000002'), undefined)
    assert.equal(await answeredBy(addressOf('web')), address)
    await until(async () => {
      await settle()
      return troubleOf('i-00000002') !== undefined
    })
    assert.equal(troubleOf('i-00000002'), 'no answer within 2 seconds')
  })
})
