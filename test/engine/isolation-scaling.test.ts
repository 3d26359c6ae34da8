// SPDX-License-Identifier: BSD-2-Clause
// What one account has of Auto Scaling, another can neither see nor change: every operation is tried by a stranger, who
// names things by their names and by their ARNs.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { autoscaling as service } from '../../src/engine/autoscaling'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import { haveConfiguration } from './autoscaling/made'
import { casesOf, haveThings, listsOf, type Things, wholeLists } from './autoscaling/permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Clients, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.autoscaling() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', text: JSON.stringify(output) }
  } catch (error) {
    return { code: (error as Error).name, text: (error as Error).message }
  }
}

describe("another account's groups", () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let things: Things

  const records = async (): Promise<string> => {
    await c.settle()
    return c.engine.read(tx =>
      JSON.stringify([
        ...[tx.launchConfigurations, tx.scalingGroups, tx.scalingPolicies, tx.scheduledActions].map(table =>
          table.in(alice.accountId).list(),
        ),
        ...[tx.scalingInstances.list(), tx.scalingActivities.in(alice.accountId).list()],
        tx.instances.list(),
      ]),
    )
  }

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    things = await haveThings(c, alice)
    await haveConfiguration(c, bob)
  })
  after(() => c.close())

  /** The request with ARNs in the place of names. */
  const byArn = (input: object): object => {
    const arns: Readonly<Record<string, string>> = {
      ...{ web: things.web, spare: things.spare, grow: things.policy },
    }
    const name = (key: string, value: unknown): unknown =>
      key === 'LaunchConfigurationName' && value === 'spare'
        ? things.spareConfiguration
        : (arns[String(value)] ?? value)
    return JSON.parse(JSON.stringify(input, name))
  }

  const made = ['CreateAutoScalingGroup', 'CreateLaunchConfiguration']

  it('are neither changed nor named to him', async () => {
    const was = await records()
    const cases = casesOf(things, alice.accountId).filter(({ operation }) => !made.includes(operation))
    for (const { operation, input, otherwise } of cases) {
      for (const asked of [input, byArn(input)]) {
        const { code } = await send(bob, operation, asked)
        assert.equal(
          code,
          otherwise === 'silence' ? '' : 'ValidationError',
          `${operation} ${JSON.stringify(asked)}`,
        )
      }
    }
    assert.equal(await records(), was)
  })

  it('are in none of his lists', async () => {
    const was = await records()
    const secrets = [alice.accountId, ...things.instances, things.image, 'nightly', 'hers', 'tier']
    for (const { operation, input } of listsOf(things)) {
      const verbose = {
        ...{ AutoScalingGroupNames: ['verbose'], InstanceIds: ['verbose'], PolicyNames: ['verbose'] },
        ...{ LaunchConfigurationNames: ['verbose'], ActivityIds: ['verbose'] },
      }
      for (const asked of [input, byArn(input), { ...input, ...verbose }]) {
        const { text } = await send(bob, operation, asked)
        const asking = JSON.stringify(asked)
        const seen = secrets.filter(secret => text.includes(secret) && !asking.includes(secret))
        assert.deepEqual([operation, seen], [operation, []])
      }
    }
    assert.equal(await records(), was)
  })

  it('lend him nothing that he makes his own of', async () => {
    const group = { AutoScalingGroupName: 'his', MinSize: 0, MaxSize: 0, AvailabilityZones: ['PARTI00'] }
    const [instance] = things.instances
    const refusals = await Promise.all([
      send(bob, 'CreateAutoScalingGroup', { ...group, LaunchConfigurationName: things.spareConfiguration }),
      send(bob, 'CreateLaunchConfiguration', {
        ...{ LaunchConfigurationName: 'his', ImageId: things.image, InstanceType: 'm1.small' },
      }),
      send(bob, 'CreateLaunchConfiguration', { LaunchConfigurationName: 'his', InstanceId: instance }),
    ])
    assert.deepEqual(
      refusals.map(({ code }) => code),
      ['ValidationError', 'ValidationError', 'ValidationError'],
    )
    assert.equal(
      (await send(bob, 'CreateAutoScalingGroup', { ...group, LaunchConfigurationName: 'lc' })).code,
      '',
    )
    const was = await records()
    for (const operation of ['AttachInstances', 'DetachInstances']) {
      const taken = { AutoScalingGroupName: 'his', InstanceIds: [instance] }
      const { code } = await send(bob, operation, { ...taken, ShouldDecrementDesiredCapacity: true })
      assert.equal(code, 'ValidationError', operation)
    }
    const protect = { AutoScalingGroupName: 'his', InstanceIds: [instance], ProtectedFromScaleIn: true }
    await send(bob, 'SetInstanceProtection', protect)
    assert.equal(await records(), was)
  })

  it('have no operation that is not tried here', () => {
    const tried = new Set([
      ...[...casesOf(things, ''), ...listsOf(things)].map(({ operation }) => operation),
      ...wholeLists,
    ])
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !tried.has(name)),
      [],
    )
  })
})
