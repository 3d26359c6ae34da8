// SPDX-License-Identifier: BSD-2-Clause
// A process that opens the folder may set lmdb's number of the last commit back by one. Nothing that was committed is
// lost by that.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Store } from '../../../src/engine/store/store'
import { table } from '../../../src/engine/store/table'

interface Note {
  readonly id: string
  readonly text: string
}
const notes = table<Note>({ scope: 'cloud', key: note => note.id })

// By another process: who closes this file gives up all locks that his process has on it.
const setBack = `
  const { openSync, readSync, writeSync } = require('node:fs')
  const file = openSync(process.argv[1], 'r+')
  const number = Buffer.alloc(8)
  readSync(file, number, 0, 8, 8)
  number.writeBigUInt64LE(number.readBigUInt64LE() - BigInt(process.argv[2]))
  writeSync(file, number, 0, 8, 8)
`

describe('a commit whose number was forgotten', () => {
  let home: string
  let store: Store
  const put = (id: string, text: string) =>
    store.write(() => store.table('notes', notes, '').put({ id, text }))
  const texts = () =>
    store.read(() =>
      store
        .table('notes', notes, '')
        .list()
        .map(({ text }) => text),
    )
  const forget = (commits: number) =>
    execFileSync(process.execPath, ['-e', setBack, join(home, 'records/lock.mdb'), String(commits)])

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-test-'))
    store = new Store(home)
  })
  afterEach(async () => {
    await store.close()
    rmSync(home, { recursive: true })
  })

  it('is not overwritten by the next', () => {
    for (const id of ['a', 'b', 'c']) put(id, id)
    forget(1)
    put('d', 'd')
    put('e', 'e')
    assert.deepEqual(texts(), ['a', 'b', 'c', 'd', 'e'])
  })

  it('is not overwritten when two were forgotten', () => {
    for (const id of ['a', 'b', 'c']) put(id, 'first')
    for (const id of ['a', 'b', 'c']) put(id, 'second')
    forget(2)
    put('d', 'second')
    assert.deepEqual(texts(), ['second', 'second', 'second', 'second'])
  })

  it('is seen by who opens the folder then', async () => {
    put('a', 'first')
    put('a', 'second')
    await store.close()
    store = new Store(home)
    forget(1)
    const other = execFileSync(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `const { Store } = require(${JSON.stringify(join(__dirname, '../../../src/engine/store/store'))})
         const store = new Store(process.argv[1])
         const notes = store.table('notes', { scope: 'cloud', key: note => note.id }, '')
         console.log(store.read(() => notes.get('a').text))`,
        home,
      ],
      { encoding: 'utf8' },
    )
    assert.equal(other, 'second\n')
    assert.deepEqual(texts(), ['second'])
  })
})
