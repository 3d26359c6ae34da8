// SPDX-License-Identifier: BSD-2-Clause
// Attributes of load balancers.
import assert from 'node:assert/strict'
import {
  type AccessLog,
  DescribeLoadBalancerAttributesCommand,
  type LoadBalancerAttributes,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { invalid, makeBalancer, refused, unknownBalancer } from './made'

const byDefault: LoadBalancerAttributes = {
  CrossZoneLoadBalancing: { Enabled: false },
  AccessLog: { Enabled: false },
  ConnectionDraining: { Enabled: false, Timeout: 300 },
  ConnectionSettings: { IdleTimeout: 60 },
  AdditionalAttributes: [],
}

describe('attributes of load balancers', () => {
  let c: Cloud
  let alice: Clients
  let dnsName: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    dnsName = await makeBalancer(alice, 'lb')
  })
  afterEach(() => c.close())

  const modify = async (LoadBalancerAttributes: LoadBalancerAttributes, LoadBalancerName = 'lb') =>
    alice.elb().send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes }))
  const shown = async (LoadBalancerName = 'lb', who: Pick<Clients, 'elb'> = alice) =>
    (await who.elb().send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName })))
      .LoadBalancerAttributes

  it('have defaults, and are changed one by one', async () => {
    assert.deepEqual(await shown(), byDefault)
    const { LoadBalancerName, LoadBalancerAttributes } = await modify({
      CrossZoneLoadBalancing: { Enabled: true },
    })
    assert.equal(LoadBalancerName, 'lb')
    const crossing = { ...byDefault, CrossZoneLoadBalancing: { Enabled: true } }
    assert.deepEqual(LoadBalancerAttributes, crossing)
    await modify({ ConnectionSettings: { IdleTimeout: 4000 } })
    await modify({ ConnectionDraining: { Enabled: true, Timeout: 1 } })
    await modify({ ConnectionDraining: { Enabled: false } })
    assert.deepEqual(await shown(), {
      ...crossing,
      ConnectionSettings: { IdleTimeout: 4000 },
      ConnectionDraining: { Enabled: false, Timeout: 1 },
    })
  })

  it('numbers have their ranges', async () => {
    const fault = (value: number, path: string, bound: string) =>
      `1 validation error detected: Value '${value}' at 'loadBalancerAttributes.${path}' failed to satisfy constraint: Member must have value ${bound}`
    for (const [IdleTimeout, bound] of [
      [0, 'greater than or equal to 1'],
      [4001, 'less than or equal to 4000'],
    ] as const)
      await refused(
        modify({ ConnectionSettings: { IdleTimeout } }),
        'ValidationError',
        fault(IdleTimeout, 'connectionSettings.idleTimeout', bound),
      )
    for (const [Timeout, bound] of [
      [0, 'greater than or equal to 1'],
      [3601, 'less than or equal to 3600'],
    ] as const)
      await refused(
        modify({ ConnectionDraining: { Enabled: true, Timeout } }),
        'ValidationError',
        fault(Timeout, 'connectionDraining.timeout', bound),
      )
    assert.deepEqual(await shown(), byDefault)
  })

  it('logs go into a bucket of the account, every 5 to 60 minutes', async () => {
    await alice.s3().send(new CreateBucketCommand({ Bucket: 'logs' }))
    await (await c.account('bob')).s3().send(new CreateBucketCommand({ Bucket: 'bobs' }))
    const log = (more: Partial<AccessLog>) =>
      modify({ AccessLog: { Enabled: true, S3BucketName: 'logs', ...more } })
    for (const S3BucketName of ['bobs', 'none', ''])
      await invalid(log({ S3BucketName }), `S3Bucket: ${S3BucketName} does not exist`)
    for (const EmitInterval of [4, 61])
      await invalid(log({ EmitInterval }), "Access log's emit interval must be between 5 and 60 minutes")
    for (const S3BucketPrefix of ['a\nb', 'ä', 'a'.repeat(513)])
      await invalid(log({ S3BucketPrefix }), 'Invalid characters in bucket prefix text string')
    assert.deepEqual(await shown(), byDefault)
    await log({})
    assert.deepEqual((await shown())?.AccessLog, { Enabled: true, S3BucketName: 'logs', EmitInterval: 60 })
    await log({ EmitInterval: 5, S3BucketPrefix: 'web/lb' })
    const logs = { S3BucketName: 'logs', EmitInterval: 5, S3BucketPrefix: 'web/lb' }
    assert.deepEqual((await shown())?.AccessLog, { Enabled: true, ...logs })
    await modify({ AccessLog: { Enabled: false } })
    assert.deepEqual((await shown())?.AccessLog, { Enabled: false })
  })

  it('others of AWS are kept and shown when they are known', async () => {
    const Key = 'elb.http.desyncmitigationmode'
    await modify({ AdditionalAttributes: [{ Key, Value: 'monitor' }] })
    await modify({ CrossZoneLoadBalancing: { Enabled: true } })
    assert.deepEqual((await shown())?.AdditionalAttributes, [{ Key, Value: 'monitor' }])
    await refused(
      modify({ AdditionalAttributes: [{ Key, Value: 'lax' }] }),
      'ValidationError',
      `Value 'lax' of attribute ${Key} must be one of: monitor, defensive, strictest`,
    )
    for (const Key of ['elb.other', 'constructor'])
      await refused(
        modify({ AdditionalAttributes: [{ Key, Value: 'x' }] }),
        'LoadBalancerAttributeNotFound',
        'The specified load balancer attribute does not exist.',
      )
  })

  it('are of balancers that are there; who looks may say where they are in the DNS', async () => {
    await unknownBalancer(shown('other'))
    const crossing = { CrossZoneLoadBalancing: { Enabled: true } }
    await unknownBalancer(modify(crossing, 'other'))
    await unknownBalancer(modify(crossing, dnsName))
    assert.deepEqual(await shown(dnsName), byDefault)
    assert.deepEqual(await shown(dnsName, c), byDefault)
    await unknownBalancer(shown(dnsName, await c.account('bob')))
    await unknownBalancer(shown(`x${dnsName}`, c))
  })
})
