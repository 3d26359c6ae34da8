// SPDX-License-Identifier: BSD-2-Clause
// Users of Auto Scaling who are no administrators: what they may do is what policies say, thing by thing.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-auto-scaling'
import { autoscaling as service } from '../../../src/engine/autoscaling'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { type Person, person, type Statement } from '../ec2/people'
import {
  type Case,
  casesOf,
  haveThings,
  type ListCase,
  listsOf,
  type Things,
  wholeLists,
} from './permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Pick<Clients, 'autoscaling'>, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.autoscaling() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', message: '', status: 200, text: JSON.stringify(output) }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0, text: '' }
  }
}

const denied = 'UnauthorizedOperation'

/** The same thing under a name that nothing has. */
const other = (arn: string): string => `${arn}0`

describe('a user of Auto Scaling', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let things: Things
  let cases: readonly Case[]
  let lists: readonly ListCase[]

  /** All that Auto Scaling has on record, and the instances. */
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

  const leave = (operation: string, Resource: string, Effect: Statement['Effect'] = 'Allow'): Statement => ({
    ...{ Effect, Action: `autoscaling:${operation}`, Resource },
  })

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    things = await haveThings(c, alice)
    carl = person(c, alice, 'carl')
    cases = casesOf(things, alice.accountId)
    lists = listsOf(things)
  })
  after(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = new Set([...cases, ...lists].map(({ operation }) => operation).concat(wholeLists))
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !had.has(name)),
      [],
    )
  })

  it('may do nothing without a policy, is told so, and changes nothing', async () => {
    carl.mayNothing()
    const was = await records()
    const asked = [...cases, ...lists, ...wholeLists.map(operation => ({ operation, input: {} }))]
    for (const { operation, input } of asked) {
      const { code, message, status } = await send(carl, operation, input)
      assert.deepEqual([operation, code, status], [operation, denied, 403])
      assert.equal(message, 'Not authorized to perform this operation.')
    }
    assert.equal(await records(), was)
  })

  it('may do nothing when another action is allowed', async () => {
    carl.may({ Action: 'autoscaling:*Not' }, { Action: 'ec2:*' })
    const was = await records()
    for (const { operation, input } of [...cases, ...lists]) {
      assert.equal((await send(carl, operation, input)).code, denied, operation)
    }
    assert.equal(await records(), was)
  })

  it('is told that there is no such thing when his leave is for another, or it is denied him', async () => {
    const was = await records()
    for (const { operation, input, on, otherwise } of cases) {
      const withheld = [[leave(operation, other(on))], [leave(operation, '*'), leave(operation, on, 'Deny')]]
      for (const statements of withheld) {
        carl.may(...statements)
        const { code, message } = await send(carl, operation, input)
        const expected =
          otherwise === 'silence'
            ? ['', '']
            : otherwise === 'denied'
              ? [denied]
              : ['ValidationError', otherwise]
        assert.deepEqual([operation, ...[code, message].slice(0, expected.length)], [operation, ...expected])
      }
    }
    assert.equal(await records(), was)
  })

  it('sees of lists what a policy lets him see', async () => {
    for (const { operation, input, shows, by } of lists) {
      carl.may(leave(operation, by))
      const seen = await send(carl, operation, input)
      assert.ok(seen.text.includes(shows), `${operation}: ${seen.code} ${seen.text}`)
      for (const hiding of [
        [leave(operation, other(by))],
        [leave(operation, '*'), leave(operation, by, 'Deny')],
      ]) {
        carl.may(...hiding)
        const unseen = await send(carl, operation, input)
        assert.deepEqual([operation, unseen.code, unseen.text.includes(shows)], [operation, '', false])
      }
    }
  })

  it('sees the administrator of his account see everything', async () => {
    for (const { operation, input, shows } of lists) {
      assert.ok((await send(alice, operation, input)).text.includes(shows), operation)
    }
  })

  it('sees lists of words whatever they are allowed on', async () => {
    for (const operation of wholeLists) {
      carl.may(leave(operation, '*'))
      assert.equal((await send(carl, operation, {})).code, '', operation)
    }
  })

  it('goes by ARNs with wildcards, before and after a thing is there', async () => {
    const arn = (rest: string) => `arn:aws:autoscaling:*:*:${rest}`
    carl.may(
      leave('*', arn('autoScalingGroup:*:autoScalingGroupName/team-*')),
      leave('*', arn('scalingPolicy:*:autoScalingGroupName/team-*:policyName/*')),
    )
    const group = (name: string) => ({ AutoScalingGroupName: name })
    const sizes = { LaunchConfigurationName: 'lc', MinSize: 0, MaxSize: 0, AvailabilityZones: ['PARTI00'] }
    const policy = { PolicyName: 'p', AdjustmentType: 'ExactCapacity', ScalingAdjustment: 0 }
    const cases = [
      ['CreateAutoScalingGroup', sizes],
      ['UpdateAutoScalingGroup', { DefaultCooldown: 1 }],
      ['PutScalingPolicy', policy],
      ['PutScalingPolicy', policy],
      ['ExecutePolicy', { PolicyName: 'p' }],
      ['DeletePolicy', { PolicyName: 'p' }],
      ['DeleteAutoScalingGroup', {}],
    ] as const
    for (const [operation, input] of cases) {
      const { code, message } = await send(carl, operation, { ...group('team-a'), ...input })
      assert.deepEqual([operation, code, message], [operation, '', ''])
    }
    assert.equal((await send(carl, 'CreateAutoScalingGroup', { ...group('other'), ...sizes })).code, denied)
    assert.equal((await send(carl, 'PutScalingPolicy', { ...group('web'), ...policy })).code, denied)
  })

  it('goes by the tags of groups', async () => {
    const tagged = (Value: string): Statement => ({
      Action: ['autoscaling:UpdateAutoScalingGroup', 'autoscaling:DescribeAutoScalingGroups'],
      Condition: { StringEquals: { 'autoscaling:ResourceTag/tier': Value } },
    })
    const update = () => send(carl, 'UpdateAutoScalingGroup', { AutoScalingGroupName: 'web' })
    carl.may(tagged('data'))
    assert.equal((await update()).message, 'Auto scaling group not found: web')
    carl.may(tagged('web'))
    assert.equal((await update()).code, '')
    const { text } = await send(carl, 'DescribeAutoScalingGroups', {})
    assert.ok(text.includes(things.web) && !text.includes(things.spare))
  })

  it('goes by the sizes and the tags that are asked for', async () => {
    const small = { NumericLessThanEquals: { 'autoscaling:MaxSize': '3' } }
    const zones = { AvailabilityZones: ['PARTI00'], LaunchConfigurationName: 'lc' }
    const make = (name: string, MaxSize: number, Key = 'k') =>
      send(carl, 'CreateAutoScalingGroup', {
        ...{ AutoScalingGroupName: name, MinSize: 0, MaxSize, Tags: [{ Key, Value: 'v' }], ...zones },
      })
    carl.may({
      Action: 'autoscaling:CreateAutoScalingGroup',
      Condition: { ...small, StringEquals: { 'aws:RequestTag/k': 'v' } },
    })
    assert.equal((await make('large', 4)).code, denied)
    assert.equal((await make('untagged', 3, 'other')).code, denied)
    assert.equal((await make('small', 3)).code, '')
    carl.may({ Action: 'autoscaling:UpdateAutoScalingGroup', Condition: small })
    const update = (MaxSize: number) =>
      send(carl, 'UpdateAutoScalingGroup', { AutoScalingGroupName: 'small', MaxSize })
    assert.equal((await update(4)).message, 'Auto scaling group not found: small')
    assert.equal((await update(2)).code, '')
  })

  it('needs leave to pass the role of an instance profile, and to take an instance for a model', async () => {
    const [role, profile] = ['worker', 'worker']
    c.engine.write(tx => {
      const account = alice.accountId
      const about = { account, name: role, path: '/', createdAt: tx.now }
      tx.roles.in(account).put({ ...about, id: 'AROAAAAAAAAAAAAAAAAAA', trust: '{}' } as never)
      tx.instanceProfiles.in(account).put({ ...about, name: profile, id: 'AIPAAAAAAAAAAAAAAAAAA', role })
    })
    const lc = { ImageId: things.image, InstanceType: 'm1.small' }
    const withProfile = (name: string) =>
      send(carl, 'CreateLaunchConfiguration', {
        ...{ LaunchConfigurationName: name, ...lc, IamInstanceProfile: profile },
      })
    carl.may({ Action: 'autoscaling:*' })
    assert.equal((await withProfile('a')).code, denied)
    const passing = { Action: 'iam:PassRole', Resource: `arn:aws:iam::${alice.accountId}:role/${role}` }
    carl.may({ Action: 'autoscaling:*' }, passing)
    assert.equal((await withProfile('a')).code, '')
    const [instance] = things.instances
    const like = () =>
      send(carl, 'CreateLaunchConfiguration', { LaunchConfigurationName: 'b', InstanceId: instance })
    assert.equal((await like()).code, denied)
    carl.may({ Action: 'autoscaling:*' }, { Action: 'ec2:Describe*' })
    assert.equal((await like()).code, '')
  })

  it('may do what a policy allows on just the thing that it is about', async () => {
    for (const { operation, input, on, otherwise } of cases) {
      carl.may(leave(operation, on))
      const was = await records()
      const { code, message } = await send(carl, operation, input)
      assert.notEqual(code, denied, operation)
      assert.notEqual(message, otherwise, operation)
      if (otherwise === 'silence') assert.notEqual(await records(), was, operation)
    }
  })
})
