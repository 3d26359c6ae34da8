// SPDX-License-Identifier: BSD-2-Clause
// Ways around the conditions of policies: the same thing written otherwise, or asked for by another operation.
import assert from 'node:assert/strict'
import {
  BatchPutScheduledUpdateGroupActionCommand,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DescribeLaunchConfigurationsCommand,
  PutScheduledUpdateGroupActionCommand,
  type Tag,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { type Person, person, type Statement } from '../ec2/people'
import { groupOf, haveConfiguration, makeConfiguration, makeGroup, refused } from './made'

const denied = 'UnauthorizedOperation'
const unknown = 'ValidationError'

describe('conditions on Auto Scaling', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let image: string

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
    image = await haveConfiguration(c, alice)
    await makeGroup(alice, 'web', { Tags: [{ Key: 'tier', Value: 'live' }] })
  })
  afterEach(() => c.close())

  const allBut = (Condition: object): readonly Statement[] => [
    { Action: 'autoscaling:*' },
    { Effect: 'Deny', Action: 'autoscaling:*', Condition },
  ]
  const tag = (Key: string, Value?: string, ResourceId = 'web'): Tag => ({
    ...{ ResourceId, ResourceType: 'auto-scaling-group', Key },
    ...(Value !== undefined && { Value }),
  })
  const put = (...Tags: Tag[]) => carl.autoscaling().send(new CreateOrUpdateTagsCommand({ Tags }))
  const arnOf = async (name: string) => (await groupOf(alice, name))?.AutoScalingGroupARN ?? ''
  const tagsOf = async () => (await groupOf(alice, 'web'))?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`)

  it('see tags as they are written down, without the spaces around them', async () => {
    carl.may(...allBut({ StringEquals: { 'aws:RequestTag/owner': 'root' } }))
    for (const [key, value] of [
      ['owner', 'root'],
      [' owner', 'root'],
      ['owner\t', ' root '],
    ] as const) {
      await refused(put(tag(key, value)), unknown, 'Resource not found web')
      await refused(makeGroup(carl, 'new', { Tags: [{ Key: key, Value: value }] }), denied)
    }
    carl.may(...allBut({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } }))
    await refused(put(tag(' owner ', 'carl')), unknown)
    await put(tag(' other ', 'carl'))
    assert.deepEqual(await tagsOf(), ['other=carl', 'tier=live'])
  })

  it('see the tags that are to be deleted', async () => {
    carl.may(...allBut({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'tier' } }))
    const remove = (...Tags: Tag[]) => carl.autoscaling().send(new DeleteTagsCommand({ Tags }))
    await remove(tag('tier'))
    await remove(tag(' tier '), tag('other'))
    assert.deepEqual(await tagsOf(), ['tier=live'])
  })

  it('see all tags of a group together that is named in two ways', async () => {
    const arn = await arnOf('web')
    carl.may(...allBut({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'tier' } }))
    await refused(put(tag('a', '1'), tag('tier', 'x', arn)), unknown, 'Resource not found web')
    await put(tag('a', '1'), tag('b', '2', arn))
    assert.deepEqual(await tagsOf(), ['a=1', 'b=2', 'tier=live'])
  })

  it('see launch configurations by their names, and images by their ids', async () => {
    await makeConfiguration(alice, 'big', image)
    const { LaunchConfigurations: [big] = [] } = await alice
      .autoscaling()
      .send(new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: ['big'] }))
    carl.may(...allBut({ StringEquals: { 'autoscaling:LaunchConfigurationName': 'big' } }))
    for (const LaunchConfigurationName of ['big', big?.LaunchConfigurationARN ?? '']) {
      const about = { AutoScalingGroupName: 'web', LaunchConfigurationName }
      await refused(carl.autoscaling().send(new UpdateAutoScalingGroupCommand(about)), unknown)
      await refused(makeGroup(carl, 'new', { LaunchConfigurationName }), denied)
    }
    carl.may(...allBut({ StringEquals: { 'autoscaling:ImageId': image } }))
    for (const id of [image, image.toLowerCase(), image.toUpperCase()])
      await refused(makeConfiguration(carl, 'new', id), denied)
    carl.may(...allBut({ NumericGreaterThan: { 'autoscaling:SpotPrice': '1' } }))
    await refused(makeConfiguration(carl, 'new', image, { SpotPrice: '2.00' }), denied)
    await makeConfiguration(carl, 'new', image, { SpotPrice: '0.50' })
  })

  it('see the subnets that a group is asked for', async () => {
    carl.may(...allBut({ StringEquals: { 'autoscaling:VPCZoneIdentifiers': 'subnet-0000000a' } }))
    const about = { AutoScalingGroupName: 'web' }
    for (const VPCZoneIdentifier of ['subnet-0000000a', 'subnet-0000000b, SUBNET-0000000A']) {
      const places = { AvailabilityZones: undefined, VPCZoneIdentifier }
      await refused(makeGroup(carl, 'new', places), denied)
      const changed = { ...about, VPCZoneIdentifier }
      await refused(carl.autoscaling().send(new UpdateAutoScalingGroupCommand(changed)), unknown)
    }
    const elsewhere = { ...about, VPCZoneIdentifier: 'subnet-0000000b' }
    await refused(
      carl.autoscaling().send(new UpdateAutoScalingGroupCommand(elsewhere)),
      'ValidationError',
      'Invalid parameters [Invalid subnet(s): [subnet-0000000b]]',
    )
  })

  it('on sizes hold for scheduled actions as well', async () => {
    carl.may(...allBut({ NumericGreaterThan: { 'autoscaling:MaxSize': '3' } }))
    const action = (MaxSize: number, ScheduledActionName = 'a') => ({
      ...{ ScheduledActionName, Recurrence: `${MaxSize} * * * *`, MaxSize },
    })
    const AutoScalingGroupName = 'web'
    const client = carl.autoscaling()
    const plan = (size: number) =>
      client.send(new PutScheduledUpdateGroupActionCommand({ AutoScalingGroupName, ...action(size) }))
    const planAll = (...sizes: number[]) =>
      client.send(
        new BatchPutScheduledUpdateGroupActionCommand({
          AutoScalingGroupName,
          ScheduledUpdateGroupActions: sizes.map(size => action(size, `a${size}`)),
        }),
      )
    await refused(plan(4), unknown, 'Auto scaling group not found: web')
    await refused(planAll(2, 4), unknown, 'Auto scaling group not found: web')
    assert.equal(
      c.engine.read(tx => tx.scheduledActions.in(alice.accountId).first()),
      undefined,
    )
    await plan(3)
    await planAll(1, 2)
  })
})
