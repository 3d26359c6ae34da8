// SPDX-License-Identifier: BSD-2-Clause
// Snapshots that are written block by block to a server that is killed, or whose disk is full: every block that was
// acknowledged is there, whoever lost an answer sends his block again, and nothing is left that belongs to nobody.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CompleteSnapshotCommand,
  EBSClient,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs'
import { blockBytes } from '../../src/engine/bytes/blocks'
import { chance, type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import '../support/cloud'
import { blockOf } from '../engine/ebs/direct'
import { inspect } from './cloud-folder'

const clientOf = ({ endpoint, accessKeyId, secretAccessKey }: ServedCloud) =>
  new EBSClient({
    region: 'eucalyptus',
    endpoint: `${endpoint}/services/ebs`,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  })

const put = (ebs: EBSClient, SnapshotId: string, BlockIndex: number, content: number) => {
  const BlockData = blockOf(content)
  const Checksum = createHash('sha256').update(BlockData).digest('base64')
  return ebs.send(
    new PutSnapshotBlockCommand({
      ...{ SnapshotId, BlockIndex, BlockData, DataLength: blockBytes, Checksum, ChecksumAlgorithm: 'SHA256' },
    }),
  )
}

const start = async (ebs: EBSClient, ParentSnapshotId?: string): Promise<string> => {
  const { SnapshotId = '' } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ParentSnapshotId }))
  return SnapshotId
}

/** Complete, and wait until it is. */
const complete = async (ebs: EBSClient, SnapshotId: string, ChangedBlocksCount: number): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    const { Status } = await ebs.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount }))
    if (Status === 'completed') return
    await pause(50)
  }
  assert.fail('not completed')
}

/** The content of every block, by place. */
const contents = async (ebs: EBSClient, SnapshotId: string): Promise<Map<number, number>> => {
  const { Blocks = [] } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }))
  const found = new Map<number, number>()
  for (const { BlockIndex = -1, BlockToken } of Blocks) {
    const { BlockData } = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }))
    const bytes = Buffer.from((await BlockData?.transformToByteArray()) ?? [])
    const content = bytes.readUInt32LE(0)
    assert.ok(bytes.equals(blockOf(content)), `block ${BlockIndex}`)
    found.set(BlockIndex, content)
  }
  return found
}

const inspectWrites = (home: string): Promise<void> =>
  inspect(home, engine =>
    assert.deepEqual(
      engine.read(tx => [[...tx.directSnapshots.scan()], [...tx.directWrites.scan()]]),
      [[], []],
    ),
  )

describe('a snapshot that is written block by block', () => {
  let place: Workplace
  beforeEach(() => {
    place = workplace()
  })
  afterEach(() => place.close())

  const kill = async (served: ServedCloud, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    served.server.child.kill(signal)
    await served.server.ended
  }

  it('is what its writer was told it is, however often the server was killed', async () => {
    const draw = chance(2019)
    let served = await serveCloud(place)
    const parent = await start(clientOf(served))
    for (let index = 0; index < 300; index += 100) await put(clientOf(served), parent, index, 1 + index)
    await complete(clientOf(served), parent, 3)
    const id = await start(clientOf(served), parent)
    const expected = new Map([0, 100, 200].map(index => [index, 1 + index]))
    const wrote = new Set<number>()
    for (let round = 0; round < 5; round++) {
      const ebs = clientOf(served)
      const wanted = Array.from({ length: 24 }, () => [draw(400), draw(5)] as const)
      const last = new Map(wanted)
      // Two at once to the same place would leave open which is the later.
      const sending = Promise.allSettled([...last].map(([index, content]) => put(ebs, id, index, content)))
      await pause(20 + draw(150))
      await kill(served)
      const results = await sending
      served = await serveCloud(place)
      for (const [number, [index, content]] of [...last].entries()) {
        if (results[number]?.status === 'rejected') await put(clientOf(served), id, index, content)
        wrote.add(index)
        // Zeros are no block.
        if (content === 0) expected.delete(index)
        else expected.set(index, content)
      }
    }
    const ebs = clientOf(served)
    await assert.rejects(
      ebs.send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: wrote.size + 1 })),
      {
        name: 'ValidationException',
      },
    )
    await complete(ebs, id, wrote.size)
    const sorted = [...expected].sort(([left], [right]) => left - right)
    assert.deepEqual([...(await contents(ebs, id))], sorted)
    await kill(served, 'SIGTERM')
    await inspectWrites(place.home)
  })

  it('has room for what it has, is refused what it has not, and goes on when there is some again', async function () {
    const disk = join(place.folder, 'disk')
    mkdirSync(disk)
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
    if (mount.status !== 0) this.skip()
    try {
      const home = join(disk, 'cloud')
      const served = await serveCloud(place, { env: { MALLEE_HOME: home } })
      const ebs = clientOf(served)
      const id = await start(ebs)
      spawnSync('sh', ['-c', 'head -c 1800k /dev/zero > "$0"', join(disk, 'filler')])
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => put(ebs, id, index, 1 + index)),
      )
      const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
      assert.ok(refused.length > 0 && refused.length < 12, `${refused.length} of 12 refused`)
      for (const { name, $metadata } of refused)
        assert.ok(
          (name === 'ServiceQuotaExceededException' && $metadata.httpStatusCode === 402) ||
            (name === 'InsufficientStorage' && $metadata.httpStatusCode === 507),
          `${name} ${$metadata?.httpStatusCode}`,
        )
      assert.deepEqual(readdirSync(join(home, 'staging')), [])
      rmSync(join(disk, 'filler'))
      const first = results.findIndex(({ status }) => status === 'rejected')
      await put(ebs, id, first, 1 + first)
      const there = results.flatMap(({ status }, index) =>
        status === 'fulfilled' || index === first ? [index] : [],
      )
      await complete(ebs, id, there.length)
      assert.deepEqual(
        [...(await contents(ebs, id))],
        there.map(index => [index, 1 + index]),
      )
      await kill(served, 'SIGTERM')
      await inspectWrites(home)
    } finally {
      if (statSync(disk).dev !== statSync(place.folder).dev) execFileSync('umount', [disk])
    }
  })
})
