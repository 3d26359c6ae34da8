// SPDX-License-Identifier: BSD-2-Clause
// What a snapshot holds when somebody writes meanwhile, when a run is cut short, and when blocks go while they are used.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { blockBytes, someBlocks } from '../../../src/engine/bytes/blocks'
import type { Snapshot } from '../../../src/engine/ec2/schema/volumes'
import { takeSnapshot } from '../../../src/engine/node/snapshot-taking'
import { volumeFile } from '../../../src/engine/node/volume-files'
import type { JobContext } from '../../../src/engine/operation'
import { transact } from '../../../src/engine/transaction'
import { type Cloud, cloud } from '../../support/cloud'

describe('taking a snapshot', () => {
  let c: Cloud
  const volumeId = 'vol-00000001'

  const write = (position: number, data: Buffer): void => {
    const file = openSync(volumeFile(c.home, volumeId), 'r+')
    writeSync(file, data, 0, data.length, position)
    closeSync(file)
  }

  const pending = (id: string): void =>
    c.engine.write(tx => {
      tx.snapshots.put({
        id,
        account: c.accountId,
        volumeId,
        sizeGib: 1,
        state: 'pending',
        progress: 0,
        startedAt: tx.now,
        isPublic: false,
        volumeAccounts: [],
        productCodes: [],
      })
    })

  const take = async (id: string): Promise<Snapshot> => {
    pending(id)
    c.engine.write(tx => tx.start('snapshot.take', id))
    await c.settle()
    return c.engine.read(tx => tx.snapshots.must(id))
  }

  const places = (id: string) => c.engine.read(tx => someBlocks(tx, id, 0, 10_000))

  /** Compare a snapshot's places with the volume's file, zeros and all. */
  const assertSame = (id: string): void => {
    const hashes = new Map(places(id).map(({ index, hash }) => [index, hash]))
    const file = openSync(volumeFile(c.home, volumeId), 'r')
    const data = Buffer.alloc(blockBytes)
    const zero = createHash('sha256').update(data).digest('hex')
    for (let index = 0; index < 2048; index++) {
      readSync(file, data, 0, blockBytes, index * blockBytes)
      assert.equal(
        hashes.get(index) ?? zero,
        createHash('sha256').update(data).digest('hex'),
        `block ${index}`,
      )
    }
    closeSync(file)
  }

  /** A context whose `transact` calls something before each transaction. */
  const watched = (before: (count: number) => void, signal = new AbortController().signal): JobContext => {
    let count = 0
    return {
      clock: c.clock,
      home: c.home,
      blobs: c.engine.around.blobs,
      signal,
      attempt: 1,
      transact: work => {
        before(++count)
        return transact(c.engine.around, work)
      },
      sleep: seconds => Promise.reject(new Error(`again in ${seconds}`)),
    }
  }

  beforeEach(async () => {
    c = await cloud()
    c.engine.write(tx => {
      tx.volumes.put({
        id: volumeId,
        account: c.accountId,
        sizeGib: 1,
        zone: 'PARTI00',
        state: 'creating',
        volumeType: 'standard',
        createdAt: tx.now,
      })
      tx.start('volume.fill', volumeId)
    })
    await c.settle()
  })
  afterEach(() => c.close())

  it('keeps what is there, from the first byte to the last, and nothing for zeros', async () => {
    write(0, Buffer.from('first'))
    write(700 * 2 ** 20 - 100, randomBytes(1000))
    write(2 ** 30 - 4, Buffer.from('last'))
    write(100 * 2 ** 20, Buffer.alloc(2 ** 20))
    const { state, progress, message } = await take('snap-00000001')
    assert.deepEqual([state, progress, message], ['completed', 100, undefined])
    assert.deepEqual(
      places('snap-00000001').map(({ index }) => index),
      [0, 1399, 1400, 2047],
    )
    assertSame('snap-00000001')
  })

  it('stores of a second only what changed, and forgets what was zeroed', async () => {
    write(0, randomBytes(8 * 2 ** 20))
    await take('snap-00000001')
    const before = c.engine.read(tx => [...tx.blocks.scan()].length)
    write(2 ** 20, randomBytes(100))
    write(4 * 2 ** 20, Buffer.alloc(blockBytes))
    await take('snap-00000002')
    assert.equal(
      c.engine.read(tx => [...tx.blocks.scan()].length),
      before + 1,
    )
    assertSame('snap-00000002')
  })

  it('says so when somebody holds the file open for writing', async () => {
    write(0, Buffer.from('data'))
    const file = openSync(volumeFile(c.home, volumeId), 'r+')
    const { state, message } = await take('snap-00000001')
    closeSync(file)
    assert.equal(state, 'completed')
    assert.match(message ?? '', /^The volume was in use/)
  })

  it('reads again what was written to meanwhile, so that one moment is kept', async () => {
    write(0, randomBytes(2 ** 20))
    pending('snap-00000001')
    let isFirst = true
    await takeSnapshot(
      watched(count => {
        // After the pass has looked at the file's times, and before it is over.
        if (count === 2 && isFirst) {
          isFirst = false
          write(0, randomBytes(2 ** 20))
          write(600 * 2 ** 20, randomBytes(10))
        }
      }),
      'snap-00000001',
    )
    assertSame('snap-00000001')
    assert.match(c.engine.read(tx => tx.snapshots.must('snap-00000001')).message ?? '', /in use/)
  })

  it('gives up on a volume that never stands still, and says what to do', async () => {
    pending('snap-00000001')
    let position = 0
    const scribble = (): void => {
      position += 4096
      write(position, randomBytes(16))
    }
    const restless = { ...watched(scribble), attempt: 5 }
    await takeSnapshot(restless, 'snap-00000001')
    const { state, message } = c.engine.read(tx => tx.snapshots.must('snap-00000001'))
    assert.equal(state, 'error')
    assert.match(message ?? '', /detach it, or stop what writes/)
    await c.settle()
    assert.deepEqual(places('snap-00000001'), [])
    await c.pass(3600)
    assert.equal(
      c.engine.read(tx => [...tx.blobs.scan()].length),
      0,
    )
  })

  it('goes on after a run that was cut short, and leaves nothing of it', async () => {
    write(0, randomBytes(200 * blockBytes))
    pending('snap-00000001')
    const ending = new AbortController()
    const cut = watched(count => {
      if (count === 20) ending.abort()
    }, ending.signal)
    await assert.rejects(takeSnapshot(cut, 'snap-00000001'), { name: 'AbortError' })
    assert.equal(c.engine.read(tx => tx.snapshots.must('snap-00000001')).state, 'pending')
    write(0, Buffer.alloc(50 * blockBytes))
    c.engine.write(tx => tx.start('snapshot.take', 'snap-00000001'))
    await c.settle()
    assertSame('snap-00000001')
    assert.equal(
      c.engine.read(tx => [...tx.blocks.scan()].length),
      150,
    )
  })

  it('reads a block again when its bytes went after they were seen', async () => {
    write(0, randomBytes(2 * blockBytes))
    await take('snap-00000001')
    pending('snap-00000002')
    await takeSnapshot(
      watched(count => {
        // The third transaction places what the second had found to be known.
        if (count !== 4) return
        c.engine.write(tx => {
          for (const { hash } of someBlocks(tx, 'snap-00000001', 0, 10)) {
            const block = tx.blocks.must(hash)
            tx.blocks.delete(hash)
            tx.release(block.blob)
          }
          for (const index of [0, 1]) tx.snapshotBlocks.delete('snap-00000001', index)
        })
      }),
      'snap-00000002',
    )
    assertSame('snap-00000002')
  })

  it('fails in words when the file is too short for the volume', async () => {
    truncateSync(volumeFile(c.home, volumeId), 1000)
    write(0, Buffer.from('data'))
    const snapshot = await take('snap-00000001')
    assert.equal(snapshot.state, 'error')
    assert.equal(snapshot.message, 'The file of the volume is shorter than the volume')
  })
})
