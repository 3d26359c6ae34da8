// SPDX-License-Identifier: BSD-2-Clause
// Every operation is tried by a stranger and by nobody, and all records are compared before and after.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-ebs'
import { ebs } from '../../../src/engine/ebs'
import { tables } from '../../../src/engine/store/tables'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { blockOf, list, put, refusedAs, sha256, start, written } from './direct'

type Commands = Readonly<Record<string, new (input: object) => never>>

describe('blocks of snapshots that are another account’s', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let inputs: readonly object[]
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
    const whole = await written(alice, { 0: blockOf(1) })
    const { Blocks = [] } = await list(alice, whole)
    const begun = await start(alice, { ClientToken: 'hers' })
    await put(alice, begun, 0, blockOf(2))
    await c.settle()
    const BlockData = blockOf(3)
    inputs = [whole, begun].map(id => ({
      ...{ SnapshotId: id, FirstSnapshotId: id, SecondSnapshotId: id, ParentSnapshotId: id },
      ...{ VolumeSize: 1, ChangedBlocksCount: 1, BlockIndex: 0, BlockToken: Blocks[0]?.BlockToken },
      ...{ BlockData, DataLength: BlockData.length, ChecksumAlgorithm: 'SHA256' },
      Checksum: sha256(BlockData).toString('base64'),
    }))
  })
  after(() => c.close())

  const records = () =>
    c.engine.read(tx =>
      JSON.stringify(
        Object.entries(tables).map(([name, spec]) => {
          // Which tables there are, is known to the compiler one by one only.
          const table = (tx as unknown as Record<string, typeof tx.blobs>)[name]
          return spec.scope === 'cloud' ? [...(table?.scan() ?? [])] : table?.everywhere()
        }),
      ),
    )

  for (const name of Object.keys(ebs.operations))
    it(`are as unknown to ${name} as what never was`, async () => {
      const was = records()
      const Command = (sdk as unknown as Commands)[`${name}Command`] ?? assert.fail(name)
      for (const input of inputs)
        await refusedAs(bob.ebs().send(new Command(input)), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
      assert.equal(records(), was)
    })

  it('are not begun again by their client token', async () => {
    const [, begun] = c.engine.read(tx => tx.snapshots.list().map(({ id }) => id))
    assert.notEqual(await start(bob, { ClientToken: 'hers' }), begun)
  })

  it('are nothing that is told of without a signature, or by a key that is switched off', async () => {
    const request = { method: 'GET', path: '/services/ebs/snapshots/snap-00000000/blocks', query: '' }
    const { status, headers, body } = await c.engine.handle({ ...request, headers: { host: 'cloud.test' } })
    assert.deepEqual([status, headers['x-amzn-errortype']], [403, 'MissingAuthenticationTokenException'])
    assert.equal(body, '{"Message":"Missing Authentication Token"}')
    c.engine.write(tx => tx.accessKeys.put({ ...bob.key, active: false }))
    await refusedAs(list(bob, 'snap-00000000'), 'UnrecognizedClientException')
  })

  it('are at no other address', async () => {
    for (const path of [
      '/services/ebs',
      '/services/ebs/',
      '/services/ebs/volumes',
      '/services/EBS/snapshots',
    ]) {
      const answer = await c.engine.handle({
        method: 'GET',
        path,
        query: '',
        headers: { host: 'cloud.test' },
      })
      assert.deepEqual(
        [answer.status, answer.headers['x-amzn-errortype']],
        [404, 'UnknownOperationException'],
      )
    }
  })
})
