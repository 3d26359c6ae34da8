// SPDX-License-Identifier: BSD-2-Clause
// The console's stack, as records: what it makes, that it scales, and goes away clean. And volumes, of which a snapshot is taken
// before they go.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateStackCommand } from '@aws-sdk/client-cloudformation'
import { CreateKeyPairCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing'
import { type Cloud, cloud } from '../../../support/cloud'
import {
  boot,
  converge,
  elapse,
  haveImage,
  haveRoom,
  imageId,
  liveInstances,
  update as scale,
} from '../../autoscaling/machines'
import { haveCertificate } from '../../elb/made'
import { create, eventsOf, remove, resourcesNow, stackNow, statusOf, templateOf } from './made'

const TemplateBody = readFileSync(join(__dirname, '../../../../examples/console-stack.template.yaml'), 'utf8')

describe('the stack of the console', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    haveRoom(c)
  })
  afterEach(() => c.close())

  const parameters = (more: Readonly<Record<string, string>> = {}) =>
    Object.entries({
      ...{ KeyName: 'mine', ImageId: imageId, CloudIP: '127.0.0.1', CookieKey: 'x'.repeat(32) },
      SSLCertArn: haveCertificate(c, c, 'page'),
      ...more,
    }).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }))

  it('is made in the order of what refers to what, scales, and leaves nothing', async () => {
    await c.ec2().send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    const id = await create(c, {}, { TemplateBody, Parameters: parameters() })
    assert.deepEqual(
      (await eventsOf(c)).filter(event => event.endsWith('CREATE_COMPLETE')),
      ['ConsoleELB', 'ConsoleSecurityGroup', 'ConsoleLaunchConfig', 'ConsoleScalingGroup', 'web'].map(
        name => `${name} CREATE_COMPLETE`,
      ),
    )
    const { Outputs: outputs = [] } = await stackNow(c)
    const { LoadBalancerDescriptions: balancers = [] } = await c
      .elb()
      .send(new DescribeLoadBalancersCommand({}))
    assert.equal(outputs[0]?.OutputValue, `https://${balancers[0]?.DNSName}`)
    await converge(c)
    const { ConsoleScalingGroup: group } = await resourcesNow(c)
    assert.equal(liveInstances(c.engine).length, 1)
    const [instance] = liveInstances(c.engine)
    const tags = c.engine.read(tx => tx.tags.everywhere().filter(tag => tag.resourceId === instance?.id))
    assert.ok(tags.some(tag => tag.key === 'aws:cloudformation:stack-name' && tag.value === 'web'))
    await scale(c, { DesiredCapacity: 3 }, group?.id)
    await converge(c)
    assert.equal(liveInstances(c.engine).length, 3)
    await assert.rejects(scale(c, { DesiredCapacity: 4 }, group?.id))
    await remove(c)
    await elapse(c, 900)
    boot(c.engine)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.equal(liveInstances(c.engine).length, 0)
    const left = c.engine.read(tx =>
      [tx.scalingGroups, tx.launchConfigurations, tx.loadBalancers].map(table => table.everywhere().length),
    )
    assert.deepEqual(left, [0, 0, 0])
  })

  it('is taken back when the image is none, and fails by a key pair that is none', async () => {
    await create(c, {}, { TemplateBody, Parameters: parameters() })
    assert.ok(
      (await eventsOf(c)).some(event => /KeyName does not exist: must be the name of a key/.test(event)),
    )
    assert.equal(await statusOf(c), 'ROLLBACK_COMPLETE')
    await remove(c)
    await c.ec2().send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    await create(c, {}, { TemplateBody, Parameters: parameters({ ImageId: 'emi-99999999' }) })
    await elapse(c, 60)
    assert.equal(await statusOf(c), 'ROLLBACK_COMPLETE')
    assert.equal(
      c.engine.read(tx => tx.loadBalancers.everywhere().length),
      0,
    )
    await remove(c)
    await assert.rejects(
      create(c, {}, { TemplateBody, Parameters: parameters({ SSHLocation: 'anywhere!' }) }),
      /must be a CIDR block of the form/,
    )
  })
})

describe('a volume of a stack', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('is waited for, also when nobody was there to make it for a day', async () => {
    const Data = { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: 'PARTI00', Size: '1' } }
    await c
      .cloudformation()
      .send(new CreateStackCommand({ StackName: 'web', TemplateBody: templateOf({ Data }) }))
    // The stack is looked after, and the jobs of the volume are not.
    await c.engine.drain()
    assert.equal((await resourcesNow(c)).Data?.status, 'CREATE_IN_PROGRESS')
    c.clock.advance(24 * 3600)
    await c.engine.drain()
    await c.pass(30)
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
  })

  it('is kept as a snapshot, if its deletion policy says so', async () => {
    const Data = {
      ...{ Type: 'AWS::EC2::Volume', DeletionPolicy: 'Snapshot' },
      Properties: { AvailabilityZone: 'PARTI00', Size: '1' },
    }
    const id = await create(c, { Data })
    await c.pass(30)
    assert.equal(await statusOf(c), 'CREATE_COMPLETE')
    await remove(c)
    await c.pass(60)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    const { Snapshots = [] } = await c.ec2().send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    assert.deepEqual(
      Snapshots.map(({ State, VolumeSize }) => [State, VolumeSize]),
      [['completed', 1]],
    )
    assert.ok(c.engine.read(tx => tx.volumes.list().every(({ state }) => state === 'deleted')))
  })
})
