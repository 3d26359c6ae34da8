// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { NewerFolderError, Store } from '../../../src/engine/store/store'
import { type Table, table } from '../../../src/engine/store/table'

interface Thing {
  readonly account: string
  readonly name: string
  readonly tags?: { readonly colour: string }
}

const things = table<Thing>({ scope: 'account', key: thing => thing.name })
const numbered = table<{ readonly place: string; readonly number: number }>({
  scope: 'cloud',
  key: record => [record.place, record.number],
  large: true,
})

describe('The store', () => {
  let home = ''
  let store: Store
  let mine: Table<Thing>

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-store-'))
    store = new Store(home)
    mine = store.table('things', things, '111')
  })
  afterEach(async () => {
    await store.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('commits all writes of a transaction or none', () => {
    assert.throws(
      () =>
        store.write(() => {
          mine.put({ account: '111', name: 'a' })
          throw new Error('no')
        }),
      /^Error: no$/,
    )
    assert.equal(
      store.read(() => mine.get('a')),
      undefined,
    )
    store.write(() => mine.put({ account: '111', name: 'a' }))
    assert.equal(store.read(() => mine.get('a'))?.name, 'a')
  })

  it('shows a transaction its own writes, in lists too', () => {
    store.write(() => {
      assert.equal(mine.list().length, 0)
      mine.put({ account: '111', name: 'b' })
      mine.put({ account: '111', name: 'a' })
      assert.deepEqual(
        mine.list().map(thing => thing.name),
        ['a', 'b'],
      )
      mine.delete('a')
      assert.equal(mine.list().length, 1)
    })
  })

  it('has no record of a name that is longer than any', () => {
    for (const name of ['x'.repeat(100_000), '\u20ac'.repeat(1900), 'x'.repeat(1979)]) {
      assert.equal(
        store.read(() => mine.get(name)),
        undefined,
      )
      store.write(() => mine.delete(name))
    }
    const long = '\u20ac'.repeat(600)
    store.write(() => mine.put({ account: '111', name: long }))
    assert.equal(store.read(() => mine.get(long))?.name, long)
  })

  it('keeps the records of accounts apart', () => {
    const theirs = store.table('things', things, '222')
    store.write(() => {
      mine.put({ account: '111', name: 'a' })
      theirs.put({ account: '222', name: 'a' })
      theirs.put({ account: '222', name: 'b' })
    })
    assert.equal(mine.list().length, 1)
    assert.equal(mine.in('222').list().length, 2)
    assert.equal(mine.everywhere().length, 3)
  })

  it('counts what it would list', () => {
    store.write(() => {
      for (const account of ['11', '111', '1111']) mine.put({ account, name: 'a' })
      mine.put({ account: '111', name: 'b' })
      assert.equal(mine.count(), 2)
    })
    const numbers = store.table('things-numbered', numbered, '111')
    const counts = () => [mine.count(), mine.in('11').count(), mine.in('222').count(), numbers.count()]
    assert.deepEqual(store.read(counts), [2, 1, 0, 0])
    store.write(() => mine.delete('a'))
    assert.deepEqual(store.read(counts), [1, 1, 0, 0])
  })

  it('freezes records to their depth', () => {
    store.write(() => mine.put({ account: '111', name: 'a', tags: { colour: 'red' } }))
    const record = store.read(() => mine.must('a'))
    assert.ok(Object.isFrozen(record) && Object.isFrozen(record.tags))
  })

  it('refuses a write outside a write transaction', () => {
    assert.throws(
      () => store.read(() => mine.put({ account: '111', name: 'a' })),
      /outside a write transaction/,
    )
  })

  it('scans a range of keys in order', () => {
    const table = store.table('numbered', numbered, '')
    store.write(() => {
      for (const place of ['x', 'y']) for (const number of [3, 1, 2]) table.put({ place, number })
    })
    const numbers = (options: Parameters<typeof table.scan>[0]) =>
      [...table.scan(options)].map(record => `${record.place}${record.number}`)
    assert.deepEqual(numbers({ under: ['x'] }), ['x1', 'x2', 'x3'])
    assert.deepEqual(numbers({ under: ['x'], from: [2] }), ['x2', 'x3'])
    assert.deepEqual(numbers({ under: ['x'], from: [2], exclusive: true }), ['x3'])
    assert.deepEqual(numbers({ from: ['x', 3] }), ['x3', 'y1', 'y2', 'y3'])
  })

  it('refuses a write within a read', () => {
    assert.throws(
      () => store.read(() => store.write(() => mine.put({ account: '111', name: 'a' }))),
      /within/,
    )
  })

  it('gives the same record as long as nobody wrote to its table', () => {
    const others = store.table('others', things, '111')
    store.write(() => mine.put({ account: '111', name: 'a' }))
    const before = store.read(() => mine.get('a'))
    store.write(() => others.put({ account: '111', name: 'a' }))
    assert.equal(
      store.read(() => mine.get('a')),
      before,
    )
    store.write(() => mine.put({ account: '111', name: 'a', tags: { colour: 'red' } }))
    assert.equal(store.read(() => mine.get('a'))?.tags?.colour, 'red')
    store.write(() => mine.delete('a'))
    assert.equal(
      store.read(() => mine.get('a')),
      undefined,
    )
  })

  it('forgets what an undone transaction read of its own writes', () => {
    store.write(() => mine.put({ account: '111', name: 'b' }))
    assert.throws(() =>
      store.write(() => {
        mine.put({ account: '111', name: 'a' })
        assert.equal(mine.first()?.name, 'a')
        assert.equal(mine.list().length, 2)
        throw new Error('no')
      }),
    )
    store.read(() => {
      assert.equal(mine.first()?.name, 'b')
      assert.equal(mine.get('a'), undefined)
      assert.equal(mine.list().length, 1)
    })
  })

  it('keeps ids of several parts apart from ids with odd characters', () => {
    const pairs = store.table('pairs', table<Thing>({ scope: 'account', key: one => [one.name, 'x'] }), '111')
    store.write(() => pairs.put({ account: '111', name: 'a' }))
    assert.equal(store.read(() => pairs.get('a', 'x'))?.name, 'a')
    assert.equal(
      store.read(() => pairs.get('["a","x"]')),
      undefined,
    )
  })

  it('sees what another process committed, in lists and records that it had read before', () => {
    store.write(() => mine.put({ account: '111', name: 'b', tags: { colour: 'red' } }))
    const [first] = store.read(() => mine.list())
    assert.equal(first?.tags?.colour, 'red')
    assert.equal(store.read(() => mine.get('b'))?.tags?.colour, 'red')
    assert.equal(store.read(() => mine.first())?.name, 'b')
    const script = `
      const { Store } = require(${JSON.stringify(join(__dirname, '../../../src/engine/store/store'))})
      const store = new Store(${JSON.stringify(home)})
      const things = store.table('things', { scope: 'account', key: thing => thing.name }, '111')
      store.write(() => things.put({ account: '111', name: 'b', tags: { colour: 'blue' } }))
      store.write(() => things.put({ account: '111', name: 'a' }))
      process.kill(process.pid, 'SIGKILL')
    `
    assert.throws(
      () => execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script]),
      /SIGKILL|Command failed/,
    )
    assert.deepEqual(
      store.read(() => mine.list()).map(thing => thing.name),
      ['a', 'b'],
    )
    assert.equal(store.read(() => mine.get('b'))?.tags?.colour, 'blue')
    assert.equal(store.read(() => mine.first())?.name, 'a')
  })

  it('refuses a folder that a later release wrote', async () => {
    await store.close()
    const db = open<number, string[]>({ path: join(home, 'records'), noSubdir: false, maxDbs: 1 })
    db.putSync(['~format'], 99)
    await db.close()
    assert.throws(() => new Store(home), NewerFolderError)
    const again = open<number, string[]>({ path: join(home, 'records'), noSubdir: false, maxDbs: 1 })
    again.putSync(['~format'], 1)
    await again.close()
    store = new Store(home)
  })
})
