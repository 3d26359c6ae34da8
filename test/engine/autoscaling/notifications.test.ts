// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DeleteNotificationConfigurationCommand,
  DescribeNotificationConfigurationsCommand,
  type DescribeNotificationConfigurationsCommandInput,
  PutNotificationConfigurationCommand,
} from '@aws-sdk/client-auto-scaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'
import { haveGroup as havePlainGroup, theGroup } from './group-record'
import {
  activitiesOf,
  converge,
  haveConfiguration,
  haveGroup,
  haveImage,
  imageId,
  liveInstances,
  update,
} from './machines'

const topic = 'arn:aws:sns:us-east-1:123456789012:scaling'
const launch = 'autoscaling:EC2_INSTANCE_LAUNCH'
const terminate = 'autoscaling:EC2_INSTANCE_TERMINATE'
const failedLaunch = 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR'
const test = 'autoscaling:TEST_NOTIFICATION'

const put = (who: Clients, NotificationTypes: string[], TopicARN = topic, AutoScalingGroupName = 'web') =>
  who
    .autoscaling()
    .send(new PutNotificationConfigurationCommand({ AutoScalingGroupName, TopicARN, NotificationTypes }))

const told = (c: Cloud, account = c.accountId) =>
  c.engine
    .read(tx => tx.notifications.in(account).list())
    .map(one => ({ topic: one.topic, subject: one.subject, message: JSON.parse(one.message) }))

describe('notifications of groups', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    havePlainGroup(c)
  })
  afterEach(() => c.close())

  const describe = (input: DescribeNotificationConfigurationsCommandInput = {}, who: Clients = c) =>
    who.autoscaling().send(new DescribeNotificationConfigurationsCommand(input))
  const rows = async (input: DescribeNotificationConfigurationsCommandInput = {}, who: Clients = c) =>
    ((await describe(input, who)).NotificationConfigurations ?? []).map(
      ({ AutoScalingGroupName, TopicARN, NotificationType }) => [
        AutoScalingGroupName,
        TopicARN,
        NotificationType,
      ],
    )
  const remove = (TopicARN: string, AutoScalingGroupName = 'web') =>
    c.autoscaling().send(new DeleteNotificationConfigurationCommand({ AutoScalingGroupName, TopicARN }))

  it('are listed in a row for each type, and put anew for a topic', async () => {
    await put(c, [terminate, launch])
    await put(c, [launch], 'https://example.com/hook?x=1')
    assert.deepEqual(await rows(), [
      ['web', topic, launch],
      ['web', topic, terminate],
      ['web', 'https://example.com/hook?x=1', launch],
    ])
    await put(c, [failedLaunch, failedLaunch])
    assert.deepEqual(await rows(), [
      ['web', 'https://example.com/hook?x=1', launch],
      ['web', topic, failedLaunch],
    ])
    await remove('https://example.com/hook?x=1')
    assert.deepEqual(await rows(), [['web', topic, failedLaunch]])
    await remove('https://example.com/hook?x=1')
  })

  it('are listed by group and page by page, the account’s own only', async () => {
    havePlainGroup(c, { name: 'db', id: '22222222-2222-4222-8222-222222222222' })
    await put(c, [launch, terminate])
    await put(c, [launch], topic, 'db')
    assert.equal((await rows()).length, 3)
    assert.deepEqual(await rows({ AutoScalingGroupNames: ['db', 'none'] }), [['db', topic, launch]])
    const first = await describe({ MaxRecords: 2 })
    assert.equal(first.NotificationConfigurations?.length, 2)
    const rest = await rows({ MaxRecords: 2, NextToken: first.NextToken })
    assert.deepEqual(rest, [['web', topic, terminate]])
    await refused(describe({ NextToken: 'x' }), 'InvalidNextToken')
    const alice = await c.account('alice')
    assert.deepEqual(await rows({}, alice), [])
    havePlainGroup(c, { name: 'hers', account: alice.accountId })
    await put(alice, [launch], topic, 'hers')
    assert.equal((await rows({ AutoScalingGroupNames: ['verbose'] })).length, 4)
    assert.equal((await rows({ AutoScalingGroupNames: ['verbose'] }, alice)).length, 1)
  })

  it('a topic that is configured is sent a test', async () => {
    await put(c, [launch])
    const [{ message, subject, ...rest } = assert.fail()] = told(c)
    assert.deepEqual(rest, { topic })
    assert.equal(subject, 'Auto Scaling: test notification for group "web"')
    assert.match(message.RequestId, /^[-0-9a-f]{36}$/)
    assert.deepEqual(message, {
      AccountId: c.accountId,
      RequestId: message.RequestId,
      AutoScalingGroupARN: `arn:aws:autoscaling::${c.accountId}:autoScalingGroup:${theGroup(c).id}:autoScalingGroupName/web`,
      AutoScalingGroupName: 'web',
      Service: 'AWS Auto Scaling',
      Event: test,
      Time: '2014-02-16T12:13:16.000Z',
    })
  })

  it('have a subject of one line, whatever the group is called', async () => {
    const name = 'web"\nNOTIFICATION\t\u009b2J'
    c.engine.write(tx => tx.scalingGroups.put({ ...theGroup(c), name }))
    await put(c, [launch], topic, name)
    const [{ subject } = {}] = told(c)
    assert.equal(subject, 'Auto Scaling: test notification for group "web" NOTIFICATION 2J"')
  })

  it('are refused with what cannot be', async () => {
    await refused(put(c, ['launch']), 'ValidationError', '"launch" is not a valid Notification Type')
    await refused(put(c, []), 'ValidationError', 'NotificationTypes is required')
    const none = 'Auto scaling group not found: none'
    await refused(put(c, [launch], topic, 'none'), 'ValidationError', none)
    await refused(remove(topic, 'none'), 'ValidationError', none)
    const odd = ['scaling', 'arn:aws:sqs:us-east-1:123456789012:scaling', 'ftp://example.com/', 'http://']
    const secret = ['http://user:secret@example.com/', 'http://exa mple.com/', `http://a/${'x'.repeat(250)}`]
    odd.push('http://example.com/\u001b[2J', 'http://example.com/\u009b2J', 'http://example.com/\u2028')
    for (const wrong of [...odd, ...secret])
      await refused(put(c, [launch], wrong), 'ValidationError', 'Invalid parameter: TopicArn')
    for (let index = 0; index < 10; index++) await put(c, [launch], `${topic}-${index}`)
    await refused(put(c, [launch]), 'LimitExceededFault', "can't have more than 10 topics")
    await put(c, [terminate], `${topic}-9`)
    assert.equal(told(c).length, 11)
  })
})

describe('what becomes of instances', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
    await haveConfiguration(c)
    await haveGroup(c)
  })
  afterEach(() => c.close())

  it('is told in AWS’ words to those who asked for it', async () => {
    await put(c, [launch, terminate])
    await put(c, [failedLaunch], `${topic}-trouble`)
    await update(c, { MinSize: 1 })
    await converge(c)
    const [instance] = liveInstances(c.engine)
    await update(c, { MinSize: 0, DesiredCapacity: 0 })
    await converge(c)
    const [first, second, ...rest] = told(c).slice(2)
    assert.deepEqual(rest, [])
    assert.equal(first?.topic, topic)
    assert.equal(first?.subject, 'Auto Scaling: launch for group "web"')
    assert.equal(second?.subject, 'Auto Scaling: termination for group "web"')
    const [activity] = await activitiesOf(c)
    assert.deepEqual(first?.message, {
      AccountId: c.accountId,
      RequestId: activity?.ActivityId,
      AutoScalingGroupARN: first?.message.AutoScalingGroupARN,
      AutoScalingGroupName: 'web',
      Service: 'AWS Auto Scaling',
      Event: launch,
      Time: activity?.EndTime?.toISOString(),
      Progress: 100,
      Description: `Launching a new EC2 instance: ${instance?.id}`,
      EndTime: activity?.EndTime?.toISOString(),
      ActivityId: activity?.ActivityId,
      StartTime: activity?.StartTime?.toISOString(),
      EC2InstanceId: instance?.id,
      StatusCode: 'Successful',
      StatusMessage: '',
      Details: JSON.parse(activity?.Details ?? '{}'),
      Cause: activity?.Cause,
    })
    assert.equal(second?.message.Event, terminate)
    assert.equal(second?.message.EC2InstanceId, instance?.id)
  })

  it('is told when it fails', async () => {
    await put(c, [failedLaunch])
    c.engine.write(tx => tx.images.delete(imageId))
    await update(c, { MinSize: 1 })
    await converge(c, 1)
    const last = told(c).at(-1)
    assert.equal(last?.subject, 'Auto Scaling: failed launch for group "web"')
    assert.equal(last?.message.StatusCode, 'Failed')
    assert.match(last?.message.StatusMessage, /./)
  })
})
