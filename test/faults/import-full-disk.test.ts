// SPDX-License-Identifier: BSD-2-Clause
// An import that the disk has no room for: the task says so, and what was there before stays as it was.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import { type Workplace, workplace } from '../support/built'
import '../support/cloud'
import { assertNoOrphans } from '../support/orphans'

const mib = 2 ** 20
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0

/** Open the folder, do what is left to do, and look at it. */
const inspect = async <T>(home: string, look: (engine: Engine) => T): Promise<T> => {
  const engine = await Engine.open({ home })
  try {
    do {
      await engine.work(new AbortController().signal)
      if (engine.hasJobs()) await pause(50)
    } while (engine.hasJobs())
    assertNoOrphans(engine, home)
    return look(engine)
  } finally {
    await engine.close()
  }
}

describe('an import on a full disk', () => {
  let place: Workplace
  before(function () {
    if (!canMount) this.skip()
  })
  beforeEach(() => {
    place = workplace()
    mkdirSync(place.home)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', place.home])
    if (mounted.status !== 0) assert.fail(`cannot mount: ${mounted.stderr}`)
  })
  afterEach(async () => {
    // The workplace settles the folder and removes it, for which it must be the folder again.
    const lazily = (): void => void execFileSync('umount', ['-l', place.home])
    await inspect(place.home, () => {}).finally(lazily)
    await place.close()
  })

  it('ends with the reason and takes no room, and the upload can be used again', async function () {
    this.timeout(60_000)
    writeFileSync(join(place.folder, 'disk.img'), randomBytes(20 * mib))
    const importDisk = async (...where: string[]) => {
      const words = ['euca-import-volume', '-f', 'raw', '-z', 'PARTI00', ...where, 'disk.img']
      const { status, stdout } = await place.run(words)
      assert.equal(status, 0)
      return /TaskId\t(\S+)/.exec(stdout)?.[1] ?? ''
    }
    await place.run(['euca-describe-images'])
    writeFileSync(join(place.home, 'filler'), randomBytes(14 * mib))
    const id = await importDisk('-b', 'imports')
    const { volumeId = '', manifestUrl } = await inspect(place.home, engine => {
      const { state, message, disks } = engine.read(tx => tx.conversions.must(id))
      assert.equal(state, 'FAILED')
      assert.match(message, /^Image conversion failed: .*no space left/i)
      return disks[0] ?? assert.fail('a task without a disk')
    })
    assert.equal(statSync(join(place.home, 'volumes', `${volumeId}.raw`)).blocks, 0)
    rmSync(join(place.home, 'filler'))
    const again = await importDisk('--manifest-url', manifestUrl)
    await inspect(place.home, engine => {
      const { state, message } = engine.read(tx => tx.conversions.must(again))
      assert.equal(state, 'COMPLETED', message)
    })
  })
})
