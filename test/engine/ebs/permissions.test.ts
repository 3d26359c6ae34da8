// SPDX-License-Identifier: BSD-2-Clause
// Every operation of the EBS direct APIs asks policies for the snapshots that it is about.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-ebs'
import { ebs as service } from '../../../src/engine/ebs'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { arnIn, type Person, person, type Statement } from '../ec2/people'
import { blockOf, sha256, start, written } from './direct'

type Commands = Readonly<Record<string, new (input: never) => unknown>>

interface Sent {
  send(command: never): Promise<object>
}

interface Needed {
  readonly Action: string
  readonly Resource: string
}

const send = async (who: Person, operation: string, input: object) => {
  const Command = (sdk as unknown as Commands)[`${operation}Command`]
  assert.ok(Command, operation)
  try {
    await (who.ebs() as unknown as Sent).send(new Command(input as never) as never)
    return { code: '', message: '', status: 200 }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0 }
  }
}

describe('a user of the EBS direct APIs', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let cases: readonly (readonly [string, object, readonly Needed[]])[]

  const records = (): string =>
    c.engine.read(tx =>
      JSON.stringify(
        [tx.snapshots, tx.directSnapshots, tx.directWrites, tx.snapshotBlocks].map(t => t.list()),
      ),
    )

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
    const arn = arnIn(alice.accountId)
    const first = await written(alice, { 0: blockOf(1) })
    const second = await written(alice, { 0: blockOf(2) }, { ParentSnapshotId: first })
    await c.settle()
    const open = await start(alice)
    const block = blockOf(3)
    const on = (operation: string, id: string): Needed => ({
      ...{ Action: `ebs:${operation}`, Resource: arn('snapshot', id) },
    })
    cases = [
      ['StartSnapshot', { VolumeSize: 1 }, [on('StartSnapshot', '*')]],
      [
        'StartSnapshot',
        { VolumeSize: 1, Tags: [{ Key: 'team', Value: 'red' }] },
        [on('StartSnapshot', '*'), { Action: 'ec2:CreateTags', Resource: arn('snapshot') }],
      ],
      [
        'PutSnapshotBlock',
        {
          ...{ SnapshotId: open, BlockIndex: 0, BlockData: block, DataLength: block.length },
          ...{ ChecksumAlgorithm: 'SHA256', Checksum: sha256(block).toString('base64') },
        },
        [on('PutSnapshotBlock', open)],
      ],
      ['CompleteSnapshot', { SnapshotId: open, ChangedBlocksCount: 1 }, [on('CompleteSnapshot', open)]],
      [
        'GetSnapshotBlock',
        { SnapshotId: first, BlockIndex: 0, BlockToken: 'x' },
        [on('GetSnapshotBlock', first)],
      ],
      ['ListSnapshotBlocks', { SnapshotId: first }, [on('ListSnapshotBlocks', first)]],
      [
        'ListChangedBlocks',
        { FirstSnapshotId: first, SecondSnapshotId: second },
        [on('ListChangedBlocks', first), on('ListChangedBlocks', second)],
      ],
    ]
  })
  after(() => c.close())

  it('has a case here for every operation that there is', () => {
    const had = cases.map(([operation]) => operation)
    assert.deepEqual(
      Object.keys(service.operations).filter(name => !had.includes(name)),
      [],
    )
  })

  it('may do nothing without a policy, nor on another snapshot, and changes nothing', async () => {
    const was = records()
    for (const [operation, input, needs] of cases) {
      carl.mayNothing()
      const { code, message, status } = await send(carl, operation, input)
      assert.deepEqual([operation, code, status], [operation, 'AccessDeniedException', 403])
      const said = `User: ${carl.keys.arn} is not authorized to perform: ebs:${operation} on resource: `
      assert.ok(message.startsWith(said), message)
      assert.match(message, /because no identity-based policy allows the ebs:\w+ action$/)
      for (const [index, need] of needs.entries()) {
        carl.may(...needs.with(index, { ...need, Resource: `${need.Resource}0` }))
        const { code } = await send(carl, operation, input)
        assert.deepEqual([operation, code], [operation, 'AccessDeniedException'])
      }
    }
    assert.equal(records(), was)
  })

  it('is told that something is denied to him', async () => {
    const statements: Statement[] = [{ Action: 'ebs:*' }, { Effect: 'Deny', Action: 'ebs:StartSnapshot' }]
    carl.may(...statements)
    const { message } = await send(carl, 'StartSnapshot', { VolumeSize: 1 })
    assert.match(message, /with an explicit deny$/)
  })

  it('may do what a policy allows on just these snapshots', async () => {
    for (const [operation, input, needs] of cases) {
      carl.may(...needs)
      const { code, message } = await send(carl, operation, input)
      assert.notEqual(code, 'AccessDeniedException', message)
    }
  })

  it('goes on from no snapshot that he may not read', async () => {
    const parent = await written(alice, { 0: blockOf(7) })
    const arn = arnIn(alice.accountId)
    const input = { VolumeSize: 1, ParentSnapshotId: parent }
    carl.may({ Action: 'ebs:*' }, { Effect: 'Deny', Action: 'ebs:*', Resource: arn('snapshot', parent) })
    assert.equal((await send(carl, 'StartSnapshot', input)).code, 'AccessDeniedException')
    const Condition = { StringLike: { 'ebs:ParentSnapshot': '*' } }
    carl.may({ Action: 'ebs:*' }, { Effect: 'Deny', Action: 'ebs:StartSnapshot', Condition })
    assert.equal((await send(carl, 'StartSnapshot', input)).code, 'AccessDeniedException')
    assert.equal((await send(carl, 'StartSnapshot', { VolumeSize: 1 })).code, '')
  })
})
