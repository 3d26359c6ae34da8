// SPDX-License-Identifier: BSD-2-Clause
// An import that the disk has no room for: the task says so, and what was there before stays as it was.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Workplace, workplace } from '../support/built'
import '../support/cloud'
import { canMount, inspect, mountSmall, unmount } from './cloud-folder'
import { finishImports } from './imports-over'

const mib = 2 ** 20
describe('an import on a full disk', () => {
  let place: Workplace
  before(function () {
    if (!canMount) this.skip()
  })
  beforeEach(() => {
    place = workplace()
    mountSmall(place, '48m')
  })
  afterEach(() => unmount(place))

  it('ends with the reason and takes no room, and the upload can be used again', async () => {
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
    await finishImports(place.home)
    const { volumeId = '', manifestUrl } = await inspect(place.home, engine => {
      const { state, message, disks } = engine.read(tx => tx.conversions.must(id))
      assert.equal(state, 'FAILED')
      assert.match(message, /^Image conversion failed: .*no space left/i)
      return disks[0] ?? assert.fail('a task without a disk')
    })
    assert.equal(statSync(join(place.home, 'volumes', `${volumeId}.raw`)).blocks, 0)
    rmSync(join(place.home, 'filler'))
    const again = await importDisk('--manifest-url', manifestUrl)
    await finishImports(place.home)
    await inspect(place.home, engine => {
      const { state, message } = engine.read(tx => tx.conversions.must(again))
      assert.equal(state, 'COMPLETED', message)
    })
  })
})
