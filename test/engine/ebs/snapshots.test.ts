// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { CompleteSnapshotCommand, type CompleteSnapshotCommandInput } from '@aws-sdk/client-ebs'
import { blockBytes, placeBlocks } from '../../../src/engine/bytes/blocks'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { blockOf, complete, contentsOf, get, list, put, refusedAs, sha256, start, written } from './direct'

const validation = 'ValidationException'

describe('a snapshot that is written block by block', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const recordOf = (id: string) => c.engine.read(tx => tx.snapshots.get(id))
  const end = (input: CompleteSnapshotCommandInput) => c.ebs().send(new CompleteSnapshotCommand(input))
  /** How many blocks are kept, how many files, and what is known of writing. */
  const kept = () =>
    c.engine.read(tx => [
      [...tx.blocks.scan()].length,
      [...tx.blobs.scan()].length,
      [...tx.directSnapshots.scan()].length + [...tx.directWrites.scan()].length,
    ])

  it('has what was written, once each, whatever the order', async () => {
    const id = await start(c)
    await put(c, id, 2047, blockOf(3))
    await put(c, id, 0, blockOf(1))
    const { Checksum, ChecksumAlgorithm, $metadata } = await put(c, id, 7, blockOf(3))
    assert.deepEqual(
      [Checksum, ChecksumAlgorithm, $metadata.httpStatusCode],
      [sha256(blockOf(3)).toString('base64'), 'SHA256', 201],
    )
    await put(c, id, 7, blockOf(4))
    const done = await complete(c, id, 3)
    assert.deepEqual([done.Status, done.$metadata.httpStatusCode], ['completed', 202])
    assert.deepEqual(await contentsOf(c, id), { 0: blockOf(1), 7: blockOf(4), 2047: blockOf(3) })
    const { state, progress, completedAt } = recordOf(id) ?? {}
    assert.deepEqual([state, progress, completedAt], ['completed', 100, new Date(c.clock.now())])
    await c.settle()
    assert.deepEqual(kept(), [3, 3, 0])
  })

  it('keeps no zeros, and counts them as written', async () => {
    const id = await start(c)
    await put(c, id, 1, blockOf(1))
    await put(c, id, 2, blockOf(0))
    await put(c, id, 1, blockOf(0))
    assert.equal((await complete(c, id, 2)).Status, 'completed')
    assert.deepEqual(await contentsOf(c, id), {})
  })

  it('may be as empty as its volume', async () => {
    const id = await start(c)
    assert.equal((await complete(c, id, 0)).Status, 'completed')
  })

  it('takes many blocks at a time, and those that are wrong do the others no harm', async () => {
    const id = await start(c)
    const indexes = Array.from({ length: 40 }, (_, index) => index)
    const results = await Promise.allSettled(
      indexes.map(index =>
        index % 10 === 3
          ? put(c, id, 5000 + index, blockOf(1))
          : put(c, id, index, blockOf(1 + (index % 4)), { Progress: index }),
      ),
    )
    assert.deepEqual(
      indexes.filter(index => results[index]?.status === 'rejected'),
      [3, 13, 23, 33],
    )
    assert.equal((await complete(c, id, 36)).Status, 'completed')
    const found = await contentsOf(c, id)
    for (const index of indexes.filter(one => one % 10 !== 3))
      assert.ok(found[index]?.equals(blockOf(1 + (index % 4))), `block ${index}`)
    assert.equal(Object.keys(found).length, 36)
    await c.settle()
    assert.deepEqual(kept(), [4, 4, 0])
    assertNoOrphans(c.engine, c.home)
  })

  it('shows the progress that its writer told', async () => {
    const id = await start(c)
    await put(c, id, 0, blockOf(1), { Progress: 40 })
    assert.equal(recordOf(id)?.progress, 40)
    await put(c, id, 1, blockOf(1))
    assert.equal(recordOf(id)?.progress, 40)
    for (const Progress of [-1, 101])
      await refusedAs(put(c, id, 0, blockOf(1), { Progress }), validation, 'INVALID_PARAMETER_VALUE')
  })

  it('has the blocks of its parent where nothing was written', async () => {
    const parent = await written(c, { 0: blockOf(1), 1: blockOf(2), 2: blockOf(3), 9: blockOf(9) })
    const id = await start(c, { ParentSnapshotId: parent, VolumeSize: 2 })
    await put(c, id, 1, blockOf(22))
    await put(c, id, 2, blockOf(0))
    await put(c, id, 4000, blockOf(4))
    assert.equal((await complete(c, id, 3)).Status, 'pending')
    await refusedAs(put(c, id, 5, blockOf(5)), validation, 'INVALID_SNAPSHOT_ID', /not pending/)
    assert.equal((await complete(c, id, 3)).Status, 'pending')
    await c.settle()
    assert.equal((await complete(c, id, 3)).Status, 'completed')
    assert.deepEqual(await contentsOf(c, id), {
      0: blockOf(1),
      1: blockOf(22),
      4000: blockOf(4),
      9: blockOf(9),
    })
    assert.equal(recordOf(id)?.parentId, parent)
    assert.deepEqual(kept(), [6, 6, 0])
  })

  it('has them too when they came before what is written, and when the parent is more than a portion', async () => {
    const parent = await written(c, { 0: blockOf(1) })
    const places = Array.from({ length: 300 }, (_, index) => index)
    const hash = sha256(blockOf(1)).toString('hex')
    c.engine.write(tx =>
      placeBlocks(
        tx,
        parent,
        places.map(index => ({ index, hash })),
      ),
    )
    const id = await start(c, { ParentSnapshotId: parent })
    await c.settle()
    await put(c, id, 299, blockOf(3))
    await put(c, id, 0, blockOf(0))
    assert.equal((await complete(c, id, 2)).Status, 'completed')
    const { Blocks } = await list(c, id)
    assert.deepEqual(
      Blocks?.map(({ BlockIndex }) => BlockIndex),
      places.slice(1),
    )
    assert.deepEqual(await get(c, id, 299, Blocks?.at(-1)?.BlockToken), blockOf(3))
    assert.deepEqual(await get(c, id, 298, Blocks?.at(-2)?.BlockToken), blockOf(1))
  })

  it('has them when the parent is deleted meanwhile', async () => {
    const { removeSnapshot } = await import('../../../src/engine/ec2/volume-life')
    const parent = await written(c, { 0: blockOf(1), 1: blockOf(2) })
    await c.settle()
    const id = await start(c, { ParentSnapshotId: parent })
    c.engine.write(tx => {
      // The jobs in this order: the one that lets go of the parent's blocks first.
      for (const job of tx.jobs.list()) tx.jobs.delete(job.id)
      removeSnapshot(tx, tx.snapshots.must(parent))
      tx.start('snapshot.inherit', id)
    })
    await complete(c, id, 0)
    await c.pass(60)
    assert.deepEqual(await contentsOf(c, id), { 0: blockOf(1), 1: blockOf(2) })
    assert.equal(
      c.engine.read(
        tx =>
          tx.snapshotBlocks
            .scan({ under: [parent] })
            [Symbol.iterator]()
            .next().done,
      ),
      true,
    )
  })

  it('takes whole blocks only, within its volume, with their checksum', async () => {
    const id = await start(c)
    const refused = (call: Promise<unknown>, message: RegExp, reason = 'INVALID_BLOCK') =>
      refusedAs(call, validation, reason, message)
    await refused(put(c, id, 2048, blockOf(1)), /beyond/)
    await refused(put(c, id, -1, blockOf(1)), /beyond/)
    await refused(put(c, id, 0, blockOf(1).subarray(1)), /524287 bytes were received/)
    await refused(put(c, id, 0, blockOf(1), { DataLength: 512 }), /not 512/)
    await refused(put(c, id, 0, blockOf(1), { Checksum: sha256(blockOf(2)).toString('base64') }), /checksum/)
    await refused(
      put(c, id, 0, blockOf(1), { ChecksumAlgorithm: 'MD5' as never }),
      /SHA256/,
      'INVALID_PARAMETER_VALUE',
    )
    await refusedAs(put(c, id, 0, Buffer.alloc(blockBytes + 1)), 'RequestEntityTooLargeException')
    await refusedAs(put(c, 'snap-00000000', 0, blockOf(1)), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await refused(put(c, 'snap-x', 0, blockOf(1)), /not valid/, 'INVALID_SNAPSHOT_ID')
    assert.deepEqual(kept(), [0, 0, 1])
    assertNoOrphans(c.engine, c.home)
  })

  it('is complete only when what was written is what its writer counts and sums', async () => {
    const id = await start(c)
    const blocks = [blockOf(1), blockOf(0), blockOf(3)]
    for (const [index, block] of blocks.entries()) await put(c, id, index * 10, block)
    const linear = createHash('sha256')
      .update(Buffer.concat(blocks.map(sha256)))
      .digest('base64')
    const right: CompleteSnapshotCommandInput = {
      SnapshotId: id,
      ChangedBlocksCount: 3,
      Checksum: linear,
      ChecksumAlgorithm: 'SHA256',
      ChecksumAggregationMethod: 'LINEAR',
    }
    const reason = 'INVALID_PARAMETER_VALUE'
    for (const ChangedBlocksCount of [2, 4])
      await refusedAs(end({ ...right, ChangedBlocksCount }), validation, reason, /3 blocks/)
    const wrong = sha256(blockOf(1)).toString('base64')
    await refusedAs(end({ ...right, Checksum: wrong }), validation, reason, /checksum/)
    await refusedAs(end({ ...right, ChecksumAlgorithm: undefined }), validation, reason, /SHA256/)
    await refusedAs(end({ ...right, ChecksumAggregationMethod: undefined }), validation, reason, /LINEAR/)
    assert.equal((await end(right)).Status, 'completed')
    assert.equal((await end(right)).Status, 'completed')
    await refusedAs(put(c, id, 0, blockOf(1)), validation, 'INVALID_SNAPSHOT_ID', /not pending/)
  })

  it('is given up when nobody has written to it, or completed it, in time', async () => {
    const id = await start(c, { Timeout: 10 })
    await c.pass(599)
    await put(c, id, 0, blockOf(1))
    await c.pass(599)
    assert.equal(recordOf(id)?.state, 'pending')
    await c.pass(2)
    assert.deepEqual([recordOf(id)?.state, recordOf(id)?.progress], ['error', 0])
    assert.match(recordOf(id)?.message ?? '', /10 minutes/)
    await refusedAs(put(c, id, 0, blockOf(1)), validation, 'INVALID_SNAPSHOT_ID')
    await refusedAs(complete(c, id, 1), validation, 'INVALID_SNAPSHOT_ID')
    await c.pass(60)
    assert.deepEqual(kept(), [0, 0, 0])
  })

  it('has an hour if nothing else was said, and all the time once it is complete', async () => {
    const id = await start(c)
    const done = await written(c, {})
    await c.pass(3599)
    assert.equal(recordOf(id)?.state, 'pending')
    await c.pass(2)
    assert.deepEqual([recordOf(id)?.state, recordOf(done)?.state], ['error', 'completed'])
  })

  it('leaves nothing behind when it is deleted while it is written', async () => {
    const { removeSnapshot } = await import('../../../src/engine/ec2/volume-life')
    const parent = await written(c, { 5: blockOf(5) })
    const id = await start(c, { ParentSnapshotId: parent })
    await put(c, id, 0, blockOf(1))
    c.engine.write(tx => removeSnapshot(tx, tx.snapshots.must(id)))
    await refusedAs(put(c, id, 1, blockOf(2)), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await c.pass(60)
    assert.deepEqual(kept(), [1, 1, 0])
    assertNoOrphans(c.engine, c.home)
    assert.deepEqual(await contentsOf(c, parent), { 5: blockOf(5) })
  })

  it('is nobody else’s to write', async () => {
    const hers = await start(alice)
    const bob = await c.account('bob')
    await refusedAs(put(bob, hers, 0, blockOf(1)), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await refusedAs(complete(bob, hers, 0), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(hers), isPublic: true }))
    await refusedAs(put(bob, hers, 0, blockOf(1)), 'AccessDeniedException', 'UNAUTHORIZED_ACCOUNT')
    await refusedAs(complete(bob, hers, 0), 'AccessDeniedException', 'UNAUTHORIZED_ACCOUNT')
  })

  it('is none that is being taken of a volume', async () => {
    const id = await start(c)
    c.engine.write(tx => {
      const { direct: _, ...snapshot } = tx.snapshots.must(id)
      tx.snapshots.put({ ...snapshot, volumeId: 'vol-00000001' })
    })
    await refusedAs(put(c, id, 0, blockOf(1)), validation, 'INVALID_SNAPSHOT_ID', /StartSnapshot/)
    await refusedAs(complete(c, id, 0), validation, 'INVALID_SNAPSHOT_ID', /StartSnapshot/)
  })
})
