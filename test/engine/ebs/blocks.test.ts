// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdir, open } from 'node:fs/promises'
import {
  GetSnapshotBlockCommand,
  ListChangedBlocksCommand,
  type ListChangedBlocksCommandInput,
  ListSnapshotBlocksCommand,
  type ListSnapshotBlocksCommandInput,
} from '@aws-sdk/client-ebs'
import { blockBytes, placeBlocks } from '../../../src/engine/bytes/blocks'
import type { Snapshot } from '../../../src/engine/ec2/schema/volumes'
import { volumeFile, volumesFolder } from '../../../src/engine/node/volume-files'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { blockOf, complete, contentsOf, get, list, put, refusedAs, sha256, start, written } from './direct'

const validation = 'ValidationException'
const week = 7 * 24 * 3600

describe('blocks of a snapshot', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const page = (SnapshotId: string, input: Partial<ListSnapshotBlocksCommandInput> = {}, who: Clients = c) =>
    who.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId, ...input }))
  const changes = (
    FirstSnapshotId: string | undefined,
    SecondSnapshotId: string,
    input: Partial<ListChangedBlocksCommandInput> = {},
  ) => c.ebs().send(new ListChangedBlocksCommand({ FirstSnapshotId, SecondSnapshotId, ...input }))
  const read = (SnapshotId: string, BlockIndex: number, BlockToken: string) =>
    c.ebs().send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }))
  const change = (id: string, what: Partial<Snapshot>) =>
    c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(id), ...what }))
  /** A snapshot with the same block at many places. */
  const long = async (places: number): Promise<string> => {
    const id = await written(c, { 0: blockOf(1) })
    const hash = sha256(blockOf(1)).toString('hex')
    const blocks = Array.from({ length: places }, (_, index) => ({ index: index * 2, hash }))
    c.engine.write(tx => placeBlocks(tx, id, blocks))
    return id
  }

  it('are those of the volume that it was taken of', async () => {
    const volumeId = 'vol-00000001'
    await mkdir(volumesFolder(c.home), { recursive: true })
    const file = await open(volumeFile(c.home, volumeId), 'w')
    const places: Record<number, Buffer> = { 0: blockOf(7), 3: blockOf(8), 2047: blockOf(7) }
    await file.truncate(2 ** 30)
    for (const [index, bytes] of Object.entries(places))
      await file.write(bytes, 0, blockBytes, Number(index) * blockBytes)
    await file.utimes(new Date(0), new Date(0))
    await file.close()
    const id = await start(c)
    c.engine.write(tx => {
      const { direct: _, ...snapshot } = tx.snapshots.must(id)
      tx.snapshots.put({ ...snapshot, volumeId })
      tx.start('snapshot.take', id)
    })
    await c.pass(10)
    const found = await contentsOf(c, id)
    assert.deepEqual(Object.keys(found), Object.keys(places))
    const volume = await open(volumeFile(c.home, volumeId), 'r')
    // There is nothing in it beside these blocks.
    assert.ok((await volume.stat()).blocks * 512 < 4 * blockBytes)
    for (const [index, bytes] of Object.entries(found)) {
      const { buffer } = await volume.read(
        Buffer.alloc(blockBytes),
        0,
        blockBytes,
        Number(index) * blockBytes,
      )
      assert.equal(sha256(bytes).toString('hex'), sha256(buffer).toString('hex'), `block ${index}`)
    }
    await volume.close()
  })

  it('are listed in order, with tokens that hold for a week', async () => {
    const id = await written(c, { 9: blockOf(1), 2: blockOf(2) }, { VolumeSize: 3 })
    const { Blocks = [], $metadata: _, ...rest } = await list(c, id)
    assert.deepEqual(
      Blocks.map(({ BlockIndex }) => BlockIndex),
      [2, 9],
    )
    const ExpiryTime = new Date(c.clock.now() + week * 1000)
    assert.deepEqual(rest, { VolumeSize: 3, BlockSize: 524288, ExpiryTime })
    for (const { BlockToken } of Blocks) assert.match(BlockToken ?? '', /^[A-Za-z0-9+/=]{1,256}$/)
    const token = Blocks[0]?.BlockToken ?? ''
    await c.pass(week)
    assert.deepEqual(await get(c, id, 2, token), blockOf(2))
    await c.pass(1)
    await refusedAs(read(id, 2, token), validation, 'INVALID_BLOCK_TOKEN', /expired/)
  })

  it('come by a token of that very block, made by this cloud', async () => {
    const id = await written(c, { 2: blockOf(2), 9: blockOf(1) })
    const other = await written(c, { 2: blockOf(5) })
    const token = (await list(c, id)).Blocks?.[0]?.BlockToken ?? ''
    const foreign = await cloud({ seed: 'another' })
    const theirs = await written(foreign, { 2: blockOf(2) })
    const theirToken = (await list(foreign, theirs)).Blocks?.[0]?.BlockToken ?? ''
    await foreign.close()
    const bytes = Buffer.from(token, 'base64')
    bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3)
    const refused = (snapshot: string, index: number, text: string) =>
      refusedAs(read(snapshot, index, text), validation, 'INVALID_BLOCK_TOKEN')
    await refused(id, 9, token)
    await refused(other, 2, token)
    await refused(id, 2, theirToken)
    await refused(id, 2, bytes.toString('base64'))
    await refused(id, 2, `${token}=`)
    await refused(id, 2, 'x')
    const { NextToken = '' } = await page(await long(101), { MaxResults: 100 })
    await refused(id, 200, NextToken)
    await refusedAs(read('snap-00000000', 2, token), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await refusedAs(read('snap', 2, token), validation, 'INVALID_SNAPSHOT_ID')
  })

  it('are listed by pages, from wherever one likes', async () => {
    const id = await long(250)
    const seen: (number | undefined)[] = []
    let NextToken: string | undefined
    const sizes: number[] = []
    do {
      // Where to begin is what the token says.
      const answer = await page(id, { MaxResults: 100, NextToken, StartingBlockIndex: NextToken ? 0 : 1 })
      seen.push(...(answer.Blocks ?? []).map(({ BlockIndex }) => BlockIndex))
      sizes.push(answer.Blocks?.length ?? 0)
      NextToken = answer.NextToken
    } while (NextToken)
    assert.deepEqual(sizes, [100, 100, 49])
    assert.deepEqual(
      seen,
      Array.from({ length: 249 }, (_, index) => 2 + index * 2),
    )
    assert.equal((await page(id)).Blocks?.length, 250)
    assert.equal((await page(id, { StartingBlockIndex: 499 })).Blocks?.length, 0)
    // Fewer than a hundred are a hundred.
    assert.equal((await page(id, { MaxResults: 5 })).Blocks?.length, 100)
  })

  it('are not listed for tokens and numbers that are none', async () => {
    const id = await long(101)
    const { NextToken = '' } = await page(id, { MaxResults: 100 })
    const other = await long(101)
    const reason = 'INVALID_PAGE_TOKEN'
    await refusedAs(page(other, { NextToken }), validation, reason)
    await refusedAs(page(id, { NextToken: 'AAAA' }), validation, reason)
    await refusedAs(changes(id, id, { NextToken }), validation, reason)
    for (const MaxResults of [0, -1, 10_001])
      await refusedAs(page(id, { MaxResults }), validation, 'INVALID_PARAMETER_VALUE', /MaxResults/)
    await refusedAs(page(id, { StartingBlockIndex: -1 }), validation, 'INVALID_PARAMETER_VALUE', /negative/)
    await refusedAs(page('snap-00000000'), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await refusedAs(page('i-00000000'), validation, 'INVALID_SNAPSHOT_ID')
    await c.pass(week + 1)
    await refusedAs(page(id, { NextToken }), validation, reason, /expired/)
  })

  it('cannot be read before they are all there', async () => {
    const id = await start(c)
    const reason = 'INVALID_SNAPSHOT_ID'
    await refusedAs(page(id), validation, reason, /not completed/)
    await refusedAs(changes(id, id), validation, reason)
    await refusedAs(read(id, 0, 'AAAA'), validation, reason)
  })

  it('are compared with those of a snapshot of the same lineage', async () => {
    const first = await written(c, { 0: blockOf(1), 1: blockOf(2), 2: blockOf(3), 5: blockOf(5) })
    const id = await start(c, { ParentSnapshotId: first })
    await put(c, id, 1, blockOf(22))
    await put(c, id, 2, blockOf(0))
    await put(c, id, 5, blockOf(5))
    await put(c, id, 7, blockOf(7))
    await complete(c, id, 4)
    await c.settle()
    const { ChangedBlocks = [], $metadata: _, ...rest } = await changes(first, id)
    assert.deepEqual(rest, {
      ...{ VolumeSize: 1, BlockSize: 524288, ExpiryTime: new Date(c.clock.now() + week * 1000) },
    })
    assert.deepEqual(
      ChangedBlocks.map(({ BlockIndex, FirstBlockToken }) => [BlockIndex, FirstBlockToken !== undefined]),
      [
        [1, true],
        [2, true],
        [7, false],
      ],
    )
    const [one, two, seven] = ChangedBlocks
    assert.deepEqual(await get(c, first, 1, one?.FirstBlockToken), blockOf(2))
    assert.deepEqual(await get(c, id, 1, one?.SecondBlockToken), blockOf(22))
    assert.deepEqual(await get(c, id, 2, two?.SecondBlockToken), blockOf(0))
    assert.deepEqual(await get(c, id, 7, seven?.SecondBlockToken), blockOf(7))
    const from2 = await changes(first, id, { StartingBlockIndex: 2 })
    assert.deepEqual(
      from2.ChangedBlocks?.map(({ BlockIndex }) => BlockIndex),
      [2, 7],
    )
    // Back again: what is new there is gone here.
    const back = await changes(id, first)
    assert.deepEqual(
      back.ChangedBlocks?.map(({ BlockIndex }) => BlockIndex),
      [1, 2, 7],
    )
    assert.deepEqual(await get(c, first, 7, back.ChangedBlocks?.at(-1)?.SecondBlockToken), blockOf(0))
  })

  it('are compared page by page', async () => {
    const first = await written(c, {})
    const second = await long(150)
    change(second, { parentId: first })
    const one = await changes(first, second, { MaxResults: 100 })
    const two = await changes(first, second, { MaxResults: 100, NextToken: one.NextToken })
    assert.deepEqual([one.ChangedBlocks?.length, two.ChangedBlocks?.length], [100, 50])
    assert.equal(two.NextToken, undefined)
    const indexes = [...(one.ChangedBlocks ?? []), ...(two.ChangedBlocks ?? [])].map(
      ({ BlockIndex }) => BlockIndex,
    )
    assert.deepEqual(
      indexes,
      Array.from({ length: 150 }, (_, index) => index * 2),
    )
    await refusedAs(changes(second, first, { NextToken: one.NextToken }), validation, 'INVALID_PAGE_TOKEN')
  })

  it('are related by a volume, a parent, or an ancestor, and not otherwise', async () => {
    const [one, two, three, four] = [
      await written(c, {}),
      await written(c, {}),
      await written(c, {}),
      await written(c, {}),
    ]
    const unrelated = () => refusedAs(changes(one, three), validation, 'UNRELATED_SNAPSHOTS')
    await unrelated()
    change(two, { parentId: one })
    change(three, { parentId: two })
    assert.deepEqual((await changes(one, three)).ChangedBlocks, [])
    assert.deepEqual((await changes(three, one)).ChangedBlocks, [])
    c.engine.write(tx => tx.snapshots.delete(two))
    await unrelated()
    change(four, { parentId: two })
    await changes(three, four)
    change(one, { direct: false, volumeId: 'vol-00000001' })
    change(three, { direct: false, volumeId: 'vol-00000001' })
    await changes(one, three)
    await refusedAs(changes(undefined, three), validation, 'INVALID_PARAMETER_VALUE', /FirstSnapshotId/)
    await refusedAs(changes(two, three), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
    await refusedAs(changes(one, two), 'ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND')
  })

  it('are for those who may make volumes from them', async () => {
    const hers = await written(alice, { 0: blockOf(1) })
    const bob = await c.account('bob')
    const token = (await list(alice, hers)).Blocks?.[0]?.BlockToken
    const unknown = ['ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND'] as const
    await refusedAs(page(hers, {}, bob), ...unknown)
    await refusedAs(get(bob, hers, 0, token), ...unknown)
    change(hers, { volumeAccounts: [bob.accountId] })
    assert.deepEqual(await contentsOf(bob, hers), { 0: blockOf(1) })
    change(hers, { volumeAccounts: [] })
    await refusedAs(get(bob, hers, 0, token), ...unknown)
    change(hers, { isPublic: true })
    assert.deepEqual(await get(bob, hers, 0, token), blockOf(1))
  })
})
