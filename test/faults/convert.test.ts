// SPDX-License-Identifier: BSD-2-Clause
// Conversions that are killed, interrupted, or out of room: run again they go on, and nothing is there twice or left over.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { blockBytes, blocksOf } from '../../src/engine/bytes/blocks'
import { Engine } from '../../src/engine/engine'
import { chance, leftTemporary, type Outcome, type Workplace, workplace } from '../support/built'
import '../support/cloud'
import { assertNoOrphans } from '../support/orphans'

const megabyte = 1_000_000
const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(24 * megabyte),
)
const hasLimits = spawnSync('prlimit', ['--version']).status === 0

describe('a converter', () => {
  let place: Workplace
  let image: string
  const tool = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await place.run(words)
    assert.equal(status, 0, `${words.join(' ')}: ${stderr}`)
    return stdout
  }
  beforeEach(async () => {
    place = workplace()
    writeFileSync(join(place.folder, 'disk.img'), noise)
    const words = ['-n', 'old', '-b', 'images', '-r', 'x86_64', '--virtualization-type', 'hvm']
    image = /emi-[0-9A-F]{8}/.exec(await tool('euca-install-image', ...words, '-i', 'disk.img'))?.[0] ?? ''
  })
  afterEach(() => place.close())

  const convert = ['--keep-fstab', '-n', 'new', '--work-dir', 'work']
  const words = () => ['euca-convert-image', '-i', image, ...convert]

  /** One image, one snapshot that holds the disk's bytes, and nothing else: what was told. */
  const check = async ({ status, stdout, stderr }: Outcome): Promise<void> => {
    assert.equal(status, 0, stderr)
    const [, id = ''] = /^SNAPSHOT\t(snap-[0-9a-f]+)\nIMAGE\temi-[0-9A-F]+\n$/.exec(stdout) ?? []
    assert.equal(await checkMade(), id)
  }

  /** The same of what nobody was told of; gives the snapshot's id. */
  const checkMade = async (): Promise<string> => {
    assert.equal(existsSync(join(place.folder, 'work')), false)
    assert.deepEqual(leftTemporary(place), [])
    const engine = await Engine.open({ home: place.home })
    try {
      do {
        await engine.work(new AbortController().signal)
        if (engine.hasJobs()) await pause(50)
      } while (engine.hasJobs())
      assertNoOrphans(engine, place.home)
      return engine.read(tx => {
        const [{ id } = { id: '' }] = tx.snapshots.list()
        assert.deepEqual(
          tx.snapshots.list().map(({ state }) => state),
          ['completed'],
        )
        assert.deepEqual(
          tx.images
            .list()
            .map(({ name }) => name)
            .sort(),
          ['new', 'old'],
        )
        const disk = Buffer.alloc(Math.ceil(noise.length / blockBytes) * blockBytes)
        for (const { index, hash } of blocksOf(tx, id))
          readFileSync(engine.around.blobs.path(tx.blocks.must(hash).blob)).copy(disk, index * blockBytes)
        assert.ok(disk.subarray(0, noise.length).equals(noise))
        return id
      })
    } finally {
      await engine.close()
    }
  }

  it('that is killed again and again comes to its end all the same', async () => {
    const draw = chance(1973)
    let isBegun = false
    for (let kills = 0; ; kills++) {
      const started = place.start(words())
      const isOver = started.ended.then(() => true)
      // Longer each time, so that it comes to its end on a machine that is slow.
      if (await Promise.race([isOver, pause(draw(400) + 100 * kills, false)])) {
        assert.ok(kills > 1)
        await check(await started.ended)
        return
      }
      started.child.kill('SIGKILL')
      await started.ended
      const isUnderWay = existsSync(join(place.folder, 'work'))
      // It was struck when all was done and nothing left to tell.
      if (isBegun && !isUnderWay) {
        await checkMade()
        return
      }
      isBegun ||= isUnderWay
    }
  })

  it('that is interrupted says what it leaves, and goes on', async () => {
    const started = place.start([...words(), '--porcelain'])
    await started.said(/^Writing [1-9]/m)
    started.child.kill('SIGINT')
    const { status, stderr } = await started.ended
    assert.equal(status, 130)
    assert.match(
      stderr,
      /^euca-convert-image: not finished\. Left: snapshot snap-[0-9a-f]{8}, what is in \S+\/work\. Run the same again to go on\.$/m,
    )
    assert.deepEqual(readdirSync(join(place.folder, 'work')).sort(), ['conversion.json', 'image.raw'])
    await check(await place.run(words()))
  })

  it('that needs the cloud to do something has it done in its own process', async () => {
    const instance = /\bi-[0-9a-f]{8}/.exec(await tool('euca-run-instances', image))?.[0] ?? ''
    while (!(await tool('euca-describe-instances', instance)).includes('\trunning\t')) await pause(100)
    await check(await place.run([...words(), '--via', 'volume', '--instance', instance]))
  })

  it('without room for the image says so, and goes on when there is', async function () {
    if (!hasLimits) this.skip()
    const limited = await place.run(words(), { under: ['prlimit', `--fsize=${4 * megabyte}`] })
    assert.equal(limited.status, 1)
    assert.match(limited.stderr, /euca-convert-image: error: File too large: work\/image\.raw\n$/)
    assert.deepEqual(readdirSync(join(place.folder, 'work')), ['conversion.json'])
    await check(await place.run(words()))
  })
})
