// SPDX-License-Identifier: BSD-2-Clause
// Imports whose uploads or conversions are killed: the upload goes on with what is missing, the conversion is taken over,
// and the volume has the bytes of the file.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import { chance, serveCloud, type Workplace, workplace } from '../support/built'
import { inspect } from './cloud-folder'
import { finishImports } from './imports-over'

const image = randomBytes(35 << 20)
const importRaw = ['euca-import-volume', '-f', 'raw', '-z', 'PARTI00', '-b', 'imports', 'disk.img']

/** The bytes at the beginning of a volume. */
const startOf = (home: string, id: string): Buffer => {
  const bytes = Buffer.alloc(image.length)
  const file = openSync(join(home, 'volumes', `${id}.raw`), 'r')
  readSync(file, bytes)
  closeSync(file)
  return bytes
}

/** Open the folder, do what is left to do, and look at it. */
const settled = async <T>(home: string, look: (engine: Engine) => T): Promise<T> => {
  await finishImports(home)
  return inspect(home, look)
}

const assertImported = (engine: Engine, home: string, count: number): void => {
  const tasks = engine.read(tx => tx.conversions.list())
  assert.equal(tasks.length, count)
  for (const { state, message, disks } of tasks) {
    assert.equal(state, 'COMPLETED', message)
    assert.ok(startOf(home, disks[0]?.volumeId ?? '').equals(image))
  }
  // A volume that was begun twice would be here without its task.
  assert.equal(readdirSync(join(home, 'volumes')).filter(name => name.endsWith('.raw')).length, count)
}

describe('an import', () => {
  let place: Workplace
  beforeEach(() => {
    place = workplace()
    writeFileSync(join(place.folder, 'disk.img'), image)
  })
  afterEach(() => place.close())

  it('whose upload is killed again and again goes on with what is missing', async () => {
    const first = place.start([...importRaw, '--porcelain'])
    await first.said(/part\.1 \(2\/4\) 0\//)
    first.child.kill('SIGKILL')
    await first.ended
    const { stdout } = await place.run(['euca-describe-conversion-tasks'])
    const [, task = ''] = /TaskId\t(\S+)/.exec(stdout) ?? []
    const resume = ['euca-resume-import', '-t', task, '--porcelain', 'disk.img']
    // Which part a kill strikes is up to the machine; none that was whole is sent again.
    let last = 1
    for (let round = 0; round < 3; round++) {
      const again = place.start(resume)
      const begun = await again.said(/part\.(\d) \(\d\/4\) 0\//).catch(() => '4')
      assert.ok(Number(begun) >= last, `part ${begun} after part ${last}`)
      last = Number(begun)
      await pause(round * 40)
      again.child.kill('SIGKILL')
      await again.ended
    }
    const { status, stderr } = await place.run(resume)
    assert.equal(status, 0)
    assert.doesNotMatch(stderr, /part\.0/)
    await settled(place.home, engine => assertImported(engine, place.home, 1))
    assert.equal((await place.run(['euca-delete-disk-image', '-t', task])).status, 0)
    await settled(place.home, engine => {
      assert.deepEqual(
        engine.read(tx => [...tx.objects.everywhere()]),
        [],
      )
    })
  })

  it('is finished by the process that the tool leaves behind, instances that boot and all', async () => {
    assert.equal((await place.run(importRaw)).status, 0)
    // It looks, and does nothing: neither tasks that are due nor jobs.
    const engine = await Engine.open({ home: place.home })
    try {
      const stateOf = () => engine.read(tx => tx.conversions.list()[0]?.state)
      while (stateOf() !== 'COMPLETED') await pause(100)
      assertImported(engine, place.home, 1)
    } finally {
      await engine.close()
    }
  })

  it('whose conversion is killed is taken over, by whoever opens the cloud next', async () => {
    const draw = chance(1207)
    for (let round = 1; round <= 2; round++) {
      const { server, env } = await serveCloud(place)
      assert.equal((await place.run(importRaw, { env })).status, 0)
      await pause(draw(4000))
      server.child.kill('SIGKILL')
      await server.ended
      const next = await serveCloud(place)
      await pause(draw(600))
      next.server.child.kill('SIGKILL')
      await next.server.ended
      await settled(place.home, engine => assertImported(engine, place.home, round))
    }
  })
})
