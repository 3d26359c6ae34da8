// SPDX-License-Identifier: BSD-2-Clause
// Groups of a cloud that nobody serves: a tool that has changed one leaves a process behind that sees to it, and that may be
// killed at any moment.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Engine } from '../../src/engine/engine'
import { isRunning } from '../../src/engine/processes'
import { chance, type Workplace, workplace } from '../support/built'
import { inspect } from './cloud-folder'

describe('a group that nobody waits for', () => {
  let place: Workplace
  let records: Engine | undefined
  afterEach(async () => {
    await records?.close()
    records = undefined
    await place.close()
  })

  const tool = async (line: string): Promise<string> => {
    const { status, stdout, stderr } = await place.run(line.split(' '))
    assert.equal(status, 0, stderr)
    return stdout
  }

  beforeEach(async () => {
    place = workplace()
    writeFileSync(join(place.folder, 'image'), randomBytes(100_000))
    const installed = await tool(
      'euca-install-image -n image -i image -r x86_64 -b images --virtualization-type hvm',
    )
    const emi = installed.trim().split('\t')[1]
    await tool(`euscale-create-launch-config web -i ${emi} -t m1.small --monitoring-disabled`)
    await tool('euscale-create-auto-scaling-group web -l web -m 0 -M 5 -z PARTI00')
  })

  /** Look at the records, and do nothing that is due. They stay open: who leaves them is in the way of whoever comes then. */
  const looked = async <T>(look: (engine: Engine) => T): Promise<T> => {
    records ??= await Engine.open({ home: place.home })
    return look(records)
  }
  const inService = () =>
    looked(
      engine =>
        engine.read(tx => tx.scalingInstances.list()).filter(({ lifecycle }) => lifecycle === 'InService')
          .length,
    )
  const killWorkers = () =>
    looked(engine => {
      for (const worker of engine.read(tx => tx.workers.list())) {
        if (worker.pid !== process.pid && isRunning(worker)) process.kill(worker.pid, 'SIGKILL')
      }
    })

  it('comes to its size', async () => {
    await tool('euscale-set-desired-capacity web -c 2')
    while ((await inService()) < 2) await pause(100)
  })

  it('has as many instances as it should, and no others, when its workers are killed', async () => {
    const draw = chance(2014)
    for (let round = 0; round < 6; round++) {
      await tool(`euscale-set-desired-capacity web -c ${round % 2 === 0 ? 3 : 1}`).catch(error =>
        // What was begun before is not over.
        assert.match(String(error), /ScalingActivityInProgress/),
      )
      await pause(draw(400))
      await killWorkers()
    }
    await tool('euscale-update-auto-scaling-group web --desired-capacity 2 --wait')
    assert.equal(await inService(), 2)
    const live = await inspect(place.home, engine =>
      engine.read(tx =>
        tx.instances.list().filter(({ state }) => state === 'running' || state === 'pending'),
      ),
    )
    assert.equal(live.length, 2)
    assert.ok(live.every(({ scalingGroup }) => scalingGroup?.endsWith('/web')))
  })
})
