// SPDX-License-Identifier: BSD-2-Clause
// The help of every tool, on a terminal of 80 columns, is what help/ holds. UPDATE=1 rewrites it.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { progOf } from '../../src/cli/find'
import { commandIds } from '../../src/cli/shelf'
import { run } from '../cli/process'

const folder = join(__dirname, 'help')
const tools = commandIds().map(progOf)
const fileOf = (tool: string): string => `${tool.replace(' ', '-')}.txt`

describe('Help', () => {
  for (const tool of tools) {
    it(`of ${tool} reads as its golden file`, async () => {
      const { status, stdout, stderr } = await run([...tool.split(' '), '--help'], { env: { COLUMNS: '80' } })
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
      const file = join(folder, fileOf(tool))
      if (process.env.UPDATE) writeFileSync(file, stdout)
      else assert.equal(stdout, existsSync(file) ? readFileSync(file, 'utf8') : 'no golden file')
    })
  }

  it('has no golden file of a tool that is gone', () => {
    const stale = readdirSync(folder).filter(name => !tools.map(fileOf).includes(name))
    if (process.env.UPDATE) for (const name of stale) rmSync(join(folder, name))
    else assert.deepEqual(stale, [])
  })
})
