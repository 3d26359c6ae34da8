// SPDX-License-Identifier: BSD-2-Clause
// Every tool is played to a success and to a refusal, its output is held, and what it asks for is there. docs/parity.md
// tells of it; UPDATE=1 rewrites that.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { idOf } from '../../src/cli/find'
import { loadCommand } from '../../src/cli/shelf'
import {
  engineOperations,
  type Judged,
  missingOperations,
  operationOf,
  parityPage,
  refusal,
  success,
} from './parity'
import { allPlays } from './plays'
import { referenceCommands } from './reference'

const page = join(resolve(__dirname, '../..'), 'docs/parity.md')

/** It takes whatever it is given. */
const neverRefused = ['euca-version']

describe('Parity', () => {
  let all: readonly Judged[]
  let known: ReadonlySet<string>
  before(async () => {
    const plays = allPlays()
    known = await engineOperations()
    all = await Promise.all(
      referenceCommands.map(async tool => {
        const command = await loadCommand(idOf(tool.name))
        return { tool, ...(command && { command }), plays: plays.get(tool.name) ?? [] }
      }),
    )
  })

  const namesWhere = (isSo: (judged: Judged) => boolean): string[] =>
    all
      .filter(({ command }) => command)
      .filter(isSo)
      .map(({ tool }) => tool.name)

  it('is seen in a scenario in which each tool succeeds', () => {
    assert.deepEqual(
      namesWhere(judged => !success(judged)),
      [],
    )
  })

  it('is seen in a scenario in which each tool is refused', () => {
    assert.deepEqual(
      namesWhere(judged => !refusal(judged)),
      neverRefused,
    )
  })

  it('is seen in what each tool prints', () => {
    const silent = namesWhere(judged => judged.tool.prints && success(judged)?.prints !== true)
    assert.deepEqual(silent, [])
  })

  it('has an operation for everything that a tool asks for', () => {
    const missing = all
      .filter(({ command }) => command)
      .flatMap(({ tool }) =>
        missingOperations(tool, known).map(action => `${tool.name}: ${operationOf(action)}`),
      )
    assert.deepEqual(missing, [])
  })

  it('is told in docs/parity.md as it is', () => {
    const text = parityPage(all, known)
    if (process.env.UPDATE) writeFileSync(page, text)
    else assert.equal(existsSync(page) ? readFileSync(page, 'utf8') : '', text)
  })
})
