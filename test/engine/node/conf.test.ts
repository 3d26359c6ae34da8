// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeConf } from '../../../src/engine/node/conf'

describe('eucalyptus.conf', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-conf-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const attemptsWith = (text: string): number => {
    writeFileSync(join(home, 'eucalyptus.conf'), text)
    return nodeConf(home).downloadAttempts
  }

  it('need not be there', () => {
    assert.deepEqual(nodeConf(home), { downloadAttempts: 9, cacheBytes: undefined })
  })

  it('sets how often a download is tried, from 1 to 98', () => {
    assert.equal(attemptsWith('# nodes\nWALRUS_DOWNLOAD_MAX_ATTEMPTS="20"\n'), 20)
    assert.equal(attemptsWith('WALRUS_DOWNLOAD_MAX_ATTEMPTS=1 # once\n'), 1)
    assert.equal(attemptsWith("WALRUS_DOWNLOAD_MAX_ATTEMPTS='98'"), 98)
  })

  it('keeps the default for what is out of range, malformed, or a comment', () => {
    for (const text of ['="0"', '="99"', '="-3"', '="many"', '=']) {
      assert.equal(attemptsWith(`WALRUS_DOWNLOAD_MAX_ATTEMPTS${text}\n`), 9)
    }
    assert.equal(attemptsWith('#WALRUS_DOWNLOAD_MAX_ATTEMPTS="20"\n'), 9)
  })

  it('limits the cache in MB, and not below 10', () => {
    writeFileSync(join(home, 'eucalyptus.conf'), 'NC_CACHE_SIZE="100"\n')
    assert.equal(nodeConf(home).cacheBytes, 100 * 1024 * 1024)
    writeFileSync(join(home, 'eucalyptus.conf'), 'NC_CACHE_SIZE="9"\n')
    assert.equal(nodeConf(home).cacheBytes, undefined)
  })
})
