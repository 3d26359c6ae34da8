// SPDX-License-Identifier: BSD-2-Clause
// Every transcript in this folder is played and must read as before. UPDATE=1 rewrites them.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { need, needRoot } from '../support/programs'
import { replay } from '../support/scenario'
import { shellWords } from '../support/shell-words'

const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.txt'))
  .sort()

describe('Scenario', () => {
  for (const name of files) {
    it(`${name} plays as written`, async function () {
      const file = join(__dirname, name)
      const expected = readFileSync(file, 'utf8')
      if (/^\$ mke2fs /m.test(expected)) need(this, 'mke2fs', 'debugfs', 'e2fsck')
      if (/^\$ openssl /m.test(expected)) need(this, 'openssl')
      if (/^\$ .*euca-bundle-vol /m.test(expected)) {
        needRoot(this)
        need(this, 'rsync', 'mkfs.ext4', 'debugfs', 'e2fsck')
      }
      const actual = await replay(expected)
      if (process.env.UPDATE) writeFileSync(file, actual)
      else assert.equal(actual, expected)
    })
  }

  it('reads words as a shell does', () => {
    assert.deepEqual(shellWords(`a 'b c' "d \\"e" f\\ g --tag=x'y z'`), [
      'a',
      'b c',
      'd "e',
      'f g',
      '--tag=xy z',
    ])
    assert.deepEqual(shellWords(`$A/b "\${A}c" '$A' \\$A $B`, { A: 'x' }), ['x/b', 'xc', '$A', '$A', '$B'])
  })
})
