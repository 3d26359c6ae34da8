// SPDX-License-Identifier: BSD-2-Clause
// What is made from the declarations is as they say. To make it anew: node scripts/bins.mjs, node scripts/manifest.mjs,
// node scripts/tool-pages.mjs.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(__dirname, '../..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

/** A script is an ES module, which this file is not once it is compiled. */
const script = <T>(name: string): Promise<T> => import(pathToFileURL(join(root, 'scripts', name)).href)

describe('Fresh from the declarations', () => {
  it('is the list of programs in package.json', async () => {
    const { packageJson } = await script<{ packageJson(): Promise<string> }>('bins.mjs')
    assert.equal(text('package.json'), await packageJson())
  })

  it('is oclif.manifest.json', async () => {
    const { manifest } = await script<{ manifest(): Promise<string> }>('manifest.mjs')
    assert.equal(text('oclif.manifest.json'), await manifest())
  })

  it('are the pages of docs/tools', async () => {
    const { toolPages } = await script<{ toolPages(): Promise<Map<string, string>> }>('tool-pages.mjs')
    const pages = await toolPages()
    assert.deepEqual(readdirSync(join(root, 'docs/tools')).sort(), [...pages.keys()].sort())
    for (const [name, page] of pages) assert.equal(text(join('docs/tools', name)), page, name)
  })
})
