// SPDX-License-Identifier: BSD-2-Clause
// How a process leaves a cloud's folder. Closing it destroys locks that others may be about to take.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from '../../src/engine/engine'
import { repeatingEntropy } from '../support/cloud'

describe('a folder', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-leaving-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const opened = (endsProcess: boolean) =>
    Engine.open({ home, entropy: repeatingEntropy('leaving'), endsProcess })

  it('is left open by who ends with it', async () => {
    const engine = await opened(true)
    await engine.close()
    assert.equal(
      engine.read(tx => tx.accounts.list().length > 0),
      true,
    )
    await engine.around.store.close()
  })

  it('is closed by who goes on', async () => {
    const engine = await opened(false)
    await engine.close()
    assert.throws(() => engine.read(tx => tx.accounts.list()))
  })
})
