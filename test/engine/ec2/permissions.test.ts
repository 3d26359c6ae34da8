// SPDX-License-Identifier: BSD-2-Clause
// Every operation of EC2 asks policies: for each thing that it is about, and for nothing else.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-ec2'
import { ec2 as service } from '../../../src/engine/ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { arnIn, type Person, person, type Statement } from './people'
import { type Case, casesOf, type ListCase, listsOf, type Needed, ofAdministrators } from './permission-cases'
import { haveThings } from './permission-things'

type Commands = Readonly<Record<string, new (input: never) => unknown>>

interface Sent {
  send(command: never): Promise<object>
}

const send = async (who: { ec2(): sdk.EC2Client }, operation: string, input: object) => {
  const Command = (sdk as unknown as Commands)[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    const output = await (who.ec2() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', message: '', status: 200, text: JSON.stringify(output) }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0, text: '' }
  }
}

const denied = 'UnauthorizedOperation'
const words = 'You are not authorized to perform this operation.'

/** Leave for each of these and nothing else. */
const leaves = (operation: string, needs: readonly Needed[]): Statement[] =>
  needs.map(need =>
    typeof need === 'string'
      ? { Action: `ec2:${operation}`, Resource: need }
      : { Action: need.action, Resource: need.on },
  )

/** The same thing under a name that nothing has. */
const other = (arn: string): string => (arn === '*' ? `${arnIn('')('nothing', 'else')}` : `${arn}0`)

const elsewhere = (need: Needed): Needed =>
  typeof need === 'string' ? other(need) : { ...need, on: other(need.on) }

/** Whether leave to make any of a kind is leave for this thing as well. */
const isCovered = (needs: readonly Needed[], need: Needed): boolean =>
  needs.some(
    wide => wide !== need && `${wide}`.endsWith('/*') && `${need}`.startsWith(`${wide}`.slice(0, -1)),
  )

describe('a user of EC2', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let cases: readonly Case[]
  let lists: readonly ListCase[]

  /** All that EC2 has on record. */
  const records = (): string =>
    c.engine.read(tx =>
      JSON.stringify([
        ...[tx.images, tx.instances, tx.volumes, tx.snapshots, tx.addresses, tx.securityGroups].map(table =>
          table.list(),
        ),
        ...[tx.bundleTasks, tx.conversions, tx.jobs].map(table => table.list()),
        ...[tx.keyPairs, tx.tags].map(table => table.in(alice.accountId).list()),
      ]),
    )

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    const things = await haveThings(c, alice)
    await alice.ec2().send(new sdk.ModifyVolumeCommand({ VolumeId: things.volume, Size: 2 }))
    await c.settle()
    carl = person(c, alice, 'carl')
    cases = casesOf(things, alice.accountId)
    lists = listsOf(things, alice.accountId)
  })
  after(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = new Set([...cases, ...lists].map(({ operation }) => operation).concat(ofAdministrators))
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !had.has(name)),
      [],
    )
  })

  it('may do nothing without a policy, and changes nothing', async () => {
    carl.mayNothing()
    const was = records()
    for (const { operation, input } of [...cases, ...lists]) {
      for (const more of [{}, { DryRun: true }]) {
        const { code, message, status } = await send(carl, operation, { ...input, ...more })
        assert.deepEqual([operation, code, status], [operation, denied, 403])
        const isRead = /^(Describe|Get)/.test(operation)
        const expected = isRead
          ? /^You are not [\w ]+\.$/
          : /\. Encoded authorization failure message: [\w-]+$/
        assert.match(message, expected, operation)
        assert.ok(message.startsWith(words))
      }
    }
    assert.equal(records(), was)
  })

  it('may do what a policy allows on just the things that it is about', async () => {
    for (const { operation, input, needs } of cases) {
      carl.may(...leaves(operation, needs))
      const { code, message } = await send(carl, operation, { ...input, DryRun: true })
      assert.notEqual(code, denied, `${operation} ${JSON.stringify(input)}: ${message}`)
    }
  })

  it('may not when any one of these things is another', async () => {
    const was = records()
    for (const { operation, input, needs } of cases) {
      for (const [index, need] of needs.entries()) {
        if (isCovered(needs, need)) continue
        carl.may(...leaves(operation, needs.with(index, elsewhere(need))))
        for (const more of [{}, { DryRun: true }]) {
          const { code } = await send(carl, operation, { ...input, ...more })
          assert.equal(code, denied, `${operation} without ${JSON.stringify(need)}`)
        }
      }
    }
    assert.equal(records(), was)
  })

  it('may not when another action is allowed, or this one denied', async () => {
    for (const { operation, input, needs } of cases) {
      carl.may({ Action: `ec2:${operation}Not` })
      assert.equal((await send(carl, operation, { ...input, DryRun: true })).code, denied, operation)
      const [first = '*'] = needs
      carl.may({ Action: 'ec2:*' }, { Effect: 'Deny', Action: `ec2:${operation}`, Resource: first as string })
      assert.equal((await send(carl, operation, { ...input, DryRun: true })).code, denied, operation)
    }
  })

  it('sees of lists what a policy lets him see', async () => {
    for (const { operation, input, shows, by } of lists) {
      carl.may({ Action: `ec2:${operation}`, Resource: by })
      const seen = await send(carl, operation, input)
      assert.ok(seen.text.includes(shows), `${operation}: ${seen.code} ${seen.text}`)
      carl.may({ Action: `ec2:${operation}`, Resource: other(by) })
      const unseen = await send(carl, operation, input)
      assert.deepEqual([operation, unseen.code, unseen.text.includes(shows)], [operation, '', false])
      carl.may({ Action: `ec2:${operation}` }, { Effect: 'Deny', Action: `ec2:${operation}`, Resource: by })
      const hidden = await send(carl, operation, input)
      assert.deepEqual([operation, hidden.code, hidden.text.includes(shows)], [operation, '', false])
    }
  })

  it('is told that what he may not see is not there', async () => {
    for (const { operation, named, unknown, by, shows } of lists) {
      if (!named) continue
      carl.may({ Action: `ec2:${operation}`, Resource: by })
      const seen = await send(carl, operation, named)
      assert.ok(seen.text.includes(shows), `${operation}: ${seen.code} ${seen.text}`)
      carl.may({ Action: `ec2:${operation}`, Resource: other(by) })
      const { code } = await send(carl, operation, named)
      assert.deepEqual([operation, code], [operation, unknown])
    }
  })

  it('sees the administrator of his account see everything', async () => {
    for (const { operation, input, shows } of lists) {
      assert.ok((await send(alice, operation, input)).text.includes(shows), operation)
    }
  })
})
