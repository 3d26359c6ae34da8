// SPDX-License-Identifier: BSD-2-Clause
// Users of stacks who are no administrators, and other accounts: what they may do is what policies say, stack by stack.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { cloudformation as service } from '../../../../src/engine/cloudformation'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { type Person, person, type Statement } from '../../ec2/people'
import { type Case, casesOf, haveStacks, lists, ofTemplates, type Stacks } from './permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

const send = async (who: Pick<Clients, 'cloudformation'>, operation: string, input: object) => {
  const commands = sdk as unknown as Record<string, new (input: never) => unknown>
  const Command = commands[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.cloudformation() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', message: '', status: 200, text: JSON.stringify(output) }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0, text: '' }
  }
}

describe('a user of CloudFormation', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let carl: Person
  let stacks: Stacks
  let cases: readonly Case[]

  const records = async (): Promise<string> => {
    await c.settle()
    return c.engine.read(tx =>
      JSON.stringify(
        [tx.stacks, tx.stackNames, tx.stackTemplates, tx.stackEvents, tx.stackSignals].map(table =>
          table.in(alice.accountId).list(),
        ),
      ),
    )
  }

  const leave = (operation: string, Resource: string, Effect: Statement['Effect'] = 'Allow'): Statement => ({
    ...{ Effect, Action: `cloudformation:${operation}`, Resource },
  })
  const others: Statement = { Action: ['ec2:*'] }
  const other = (arn: string): string => `${arn}0`

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    stacks = await haveStacks(c, alice)
    carl = person(c, alice, 'carl')
    cases = casesOf(stacks, alice.accountId)
  })
  after(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = new Set([...lists, ...[...cases, ...ofTemplates].map(({ operation }) => operation)])
    assert.deepEqual(Object.keys(service.operations).sort(), [...had].sort())
  })

  it('may do nothing without a policy, is told so, and changes nothing', async () => {
    carl.mayNothing()
    const was = await records()
    const asked = [...cases, ...ofTemplates, ...lists.map(operation => ({ operation, input: {} }))]
    for (const { operation, input } of asked) {
      const { code, message, status } = await send(carl, operation, input)
      assert.deepEqual([operation, code, status], [operation, 'AccessDenied', 403])
      assert.equal(message, 'You are not authorized to perform this operation.')
    }
    assert.equal(await records(), was)
  })

  it('is refused what he has leave for on another stack, or is denied on this one', async () => {
    const was = await records()
    for (const { operation, input, on } of cases) {
      for (const statements of [
        [leave(operation, other(on))],
        [leave(operation, '*'), leave(operation, on, 'Deny')],
      ]) {
        carl.may(...statements)
        const { code, message } = await send(carl, operation, input)
        assert.deepEqual([operation, code, message], [operation, 'AccessDenied', 'Not authorized.'])
      }
    }
    assert.equal(await records(), was)
  })

  it('sees of lists what a policy lets him see', async () => {
    for (const operation of lists) {
      carl.may(leave(operation, stacks.web))
      const { text } = await send(carl, operation, {})
      assert.deepEqual([text.includes(stacks.web), text.includes(stacks.slow)], [true, false])
    }
  })

  it('of another account neither sees nor changes anything, by name or by id', async () => {
    const was = await records()
    for (const { operation, input, strangers } of cases) {
      if (strangers === 'made') continue
      const { StackName } = input as { StackName: keyof Stacks }
      for (const name of [StackName, stacks[StackName]]) {
        const { code, message, text } = await send(bob, operation, { ...input, StackName: name })
        assert.equal(code, strangers === 'silence' ? '' : 'ValidationError', `${operation} ${message}`)
        if (code) assert.match(message, /does not exist$/)
        assert.ok(!text.includes(alice.accountId), operation)
      }
    }
    for (const operation of lists) {
      assert.ok(!(await send(bob, operation, {})).text.includes(alice.accountId), operation)
    }
    assert.equal(await records(), was)
  })

  it('may not pass over a policy of a stack that he may not set', async () => {
    const policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' }],
    })
    const input = { StackName: 'web', UsePreviousTemplate: true, Tags: [{ Key: 'k', Value: 'other' }] }
    for (const name of ['StackPolicyBody', 'StackPolicyDuringUpdateBody']) {
      carl.may(leave('UpdateStack', '*'))
      const { code } = await send(carl, 'UpdateStack', { ...input, [name]: policy })
      assert.equal(code, 'AccessDenied', name)
      // It is looked at, and wrong for another reason.
      carl.may(leave('UpdateStack', '*'), leave('SetStackPolicy', stacks.web))
      const { message } = await send(carl, 'UpdateStack', { ...input, [name]: '{}' })
      assert.match(message, /stack policy|can not be updated|does not exist/, name)
    }
  })

  it('may do everything with exactly its own action on exactly its own stack', async () => {
    for (const { operation, input, on, shows = '', otherwise } of cases) {
      carl.may(leave(operation, on), others)
      const { code, message, text } = await send(carl, operation, input)
      if (otherwise) assert.match(message, otherwise)
      else assert.deepEqual([operation, code, message], [operation, '', ''])
      assert.ok(text.includes(shows), `${operation}: ${text}`)
      await c.settle()
    }
    for (const { operation, input } of ofTemplates) {
      carl.may(leave(operation, '*'))
      const { code, message } = await send(carl, operation, input)
      assert.deepEqual([operation, code, message], [operation, '', ''])
    }
  })

  it('is held to conditions on tags and on where templates are', async () => {
    const create = (StackName: string, Key: string) =>
      send(carl, 'CreateStack', {
        ...{ StackName, TemplateBody: '{}', Tags: [{ Key, Value: 'v' }] },
      })
    carl.may({
      ...{ Action: 'cloudformation:CreateStack' },
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
    })
    assert.equal((await create('tagged', 'team')).code, 'ValidationError')
    assert.equal((await create('tagged', 'other')).code, 'AccessDenied')
    carl.may({
      ...{ Action: 'cloudformation:CreateStack' },
      Condition: { StringLike: { 'cloudformation:TemplateUrl': 'https://s3.here/*' } },
    })
    const at = async (TemplateURL: string) =>
      (await send(carl, 'CreateStack', { StackName: 'web2', TemplateURL })).code
    assert.equal(await at('https://s3.here/b/k'), 'ValidationError')
    assert.equal(await at('https://s3.there/b/k'), 'AccessDenied')
    carl.may({
      ...{ Action: 'cloudformation:DescribeStacks' },
      Condition: { StringEquals: { 'aws:ResourceTag/k': 'none' } },
    })
    assert.ok(!(await send(carl, 'DescribeStacks', {})).text.includes(stacks.slow))
  })
})
