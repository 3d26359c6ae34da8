// SPDX-License-Identifier: BSD-2-Clause
// The page about resources is made by: node scripts/resource-page.mjs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(__dirname, '../../../..')

describe('the page about resources of stacks', () => {
  it('says what the table says', async () => {
    const script = pathToFileURL(join(root, 'scripts/resource-page.mjs')).href
    const { page, resourcePage } = (await import(script)) as { page: string; resourcePage(): string }
    assert.equal(readFileSync(join(root, page), 'utf8'), resourcePage())
  })
})
