// SPDX-License-Identifier: BSD-2-Clause
// Requests that nobody means well by: every operation with what its members should not hold. Whatever comes of it, it is an
// answer or a refusal.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { autoscaling as service } from '../../../src/engine/autoscaling'
import { inputOf } from '../../../src/schemas/shapes'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { anything, dice } from '../../support/random-input'
import { makeConfiguration, makeGroup, refused } from './made'
import { haveThings } from './permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const four = '\u{1F418}'
const texts = (known: readonly string[]): readonly string[] => [
  ...known,
  ...['', ' ', 'a', 'a/b', 'a:b', 'verbose', '*', '..', '\u00e9', four.repeat(255), 'x'.repeat(3000)],
  ...['__proto__', 'constructor', 'a\nb', 'a\tb', '<&>"', '0', '-1', 'true', 'aws:x'],
  ...['arn:', 'arn:aws:autoscaling::000000000000:autoScalingGroup:x:autoScalingGroupName/web', 'i-00000000'],
]
describe('hostile requests to Auto Scaling', () => {
  let c: Cloud
  let alice: Clients
  let words: readonly string[]

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    const { image, policy, instances, web, spare, spareConfiguration } = await haveThings(c, alice)
    words = texts([
      ...['web', 'spare', 'lc', 'grow', 'nightly', 'PARTI00', 'm1.small', 'EC2', 'auto-scaling-group'],
      ...[image, policy, web, spare, spareConfiguration, ...instances],
    ])
  })
  after(() => c.close())

  it('are answered or refused', async () => {
    const commands = sdk as unknown as Record<string, new (input: never) => unknown>
    const codes = new Set<string>()
    for (const [operation, { schema }] of Object.entries(service.operations)) {
      const roll = dice(operation)
      const Command = commands[`${operation}Command`]
      assert.ok(Command, operation)
      for (let round = 0; round < 15; round++) {
        const input = anything(inputOf(schema), roll, words)
        try {
          await (alice.autoscaling() as unknown as Sent).send(new Command(input as never) as never)
        } catch (error) {
          const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
          const isCooling = name === 'InternalFailure' && (error as Error).message === 'Group is in cooldown'
          const status = $metadata?.httpStatusCode ?? 0
          assert.ok(
            isCooling || (status >= 400 && status < 500),
            `${operation} ${JSON.stringify(input)}: ${status} ${(error as Error).stack}`,
          )
          codes.add(name)
        }
      }
    }
    await c.pass(60)
    assert.deepEqual(c.bugs, [])
    assert.ok(codes.has('ValidationError'))
  })

  it('may have the longest names that there are', async () => {
    const tooLong = four.repeat(128)
    await refused(makeGroup(alice, tooLong), 'ValidationError')
    // Three bytes each.
    const long = '\u20ac'.repeat(255)
    const client = alice.autoscaling()
    const image = c.engine.read(tx => tx.launchConfigurations.in(alice.accountId).must('lc').imageId)
    await makeConfiguration(alice, long, image)
    await makeGroup(alice, long, { LaunchConfigurationName: long })
    const about = { AutoScalingGroupName: long }
    await client.send(
      new sdk.PutScalingPolicyCommand({
        ...{ ...about, PolicyName: long, AdjustmentType: 'ExactCapacity', ScalingAdjustment: 0 },
      }),
    )
    await client.send(
      new sdk.PutScheduledUpdateGroupActionCommand({
        ...{ ...about, ScheduledActionName: long, Recurrence: '0 0 * * *', MinSize: 0 },
      }),
    )
    await client.send(new sdk.EnableMetricsCollectionCommand({ ...about, Granularity: '1Minute' }))
    const key = four.repeat(32)
    await client.send(
      new sdk.CreateOrUpdateTagsCommand({
        Tags: [{ ResourceId: long, ResourceType: 'auto-scaling-group', Key: key, Value: key }],
      }),
    )
    await c.pass(180)
    const { AutoScalingGroups: groups = [] } = await client.send(
      new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [long] }),
    )
    assert.equal(groups[0]?.AutoScalingGroupARN?.endsWith(`/${long}`), true)
    await client.send(new sdk.DeleteAutoScalingGroupCommand(about))
    await client.send(new sdk.DeleteLaunchConfigurationCommand({ LaunchConfigurationName: long }))
    assert.deepEqual(c.bugs, [])
  })
})
