// SPDX-License-Identifier: BSD-2-Clause
// What a process keeps of tables, against what is in the file: `scan` reads it each time.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Store } from '../../../src/engine/store/store'
import { type KeyPart, type TableSpec, table } from '../../../src/engine/store/table'
import { type Chance, chanceOf, pick } from '../../faults/spoiling'

interface Thing {
  readonly account: string
  readonly name: string
  readonly part: KeyPart
  readonly value: number
  readonly secret?: string
}

const specs: Readonly<Record<string, TableSpec<Thing>>> = {
  named: table<Thing>({ scope: 'cloud', key: ({ name }) => name }),
  owned: table<Thing>({ scope: 'account', key: ({ name }) => name }),
  paired: table<Thing>({ scope: 'cloud', key: ({ name, part }) => [name, part] }),
  secrets: table<Thing>({ scope: 'account', key: ({ name, part }) => [part, name], sealed: ['secret'] }),
}
const accounts = ['1', '11', '111']
// Their order as bytes is another than as characters, some begin others, and some pairs make the same text.
const names = [
  'a',
  'ab',
  'a\u0000',
  'a\u0001b',
  'b=a',
  'a=',
  'b',
  'a,b',
  '=',
  '["a"]',
  'A',
  'é',
  '\uffee',
  '\u{10000}',
  'i-00000001',
  '0',
  '10',
  '9',
]
const parts: readonly KeyPart[] = ['', 'x', 'x,a', 'a', '=', 'b', '=b', 0, 1, 2, 10, -1, 1.5, 2 ** 40]

/** One table after another, as an account, or several in one: all that can be asked of it, and what is in the file. */
const check = (store: Store, what: string): void => {
  for (const [name, spec] of Object.entries(specs)) {
    for (const account of accounts) {
      const own = store.table(name, spec, account)
      const there = [...own.scan()]
      assert.deepEqual(own.list(), there, `${what}: list of ${name} of ${account}`)
      assert.deepEqual(own.first(), there[0], `${what}: first of ${name} of ${account}`)
      assert.equal(own.count(), there.length)
      for (const thing of there) {
        const key = [spec.key(thing)].flat() as KeyPart[]
        assert.deepEqual(own.get(...key), thing, `${what}: ${key.join('/')} of ${name} of ${account}`)
      }
    }
    const all = accounts.flatMap(account => [...store.table(name, spec, account).scan()])
    const everywhere = store.table(name, spec, '1').everywhere()
    assert.deepEqual(
      everywhere,
      spec.scope === 'account' ? all : all.slice(0, all.length / accounts.length),
      what,
    )
  }
}

const change = (chance: Chance, store: Store): void => {
  const [name, spec] = pick(chance, Object.entries(specs))
  const account = pick(chance, accounts)
  const thing = { account, name: pick(chance, names), part: pick(chance, parts), value: chance(1000) }
  const own = store.table(name, spec, account)
  if (chance(3) === 0) own.delete(...([spec.key(thing)].flat() as KeyPart[]))
  else own.put(chance(2) === 0 ? thing : { ...thing, secret: `secret ${thing.value}` })
}

describe('What a process keeps of tables', () => {
  let home = ''
  let stores: Store[] = []

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-store-'))
    stores = [new Store(home), new Store(home)]
  })
  afterEach(async () => {
    for (const store of stores) await store.close()
    rmSync(home, { recursive: true, force: true })
  })

  for (let seed = 1; seed <= 6; seed++) {
    it(`is what the file holds, in transactions, after them, and after those that are undone (${seed})`, () => {
      const chance = chanceOf(seed)
      for (let round = 0; round < 60; round++) {
        const store = pick(chance, stores)
        const isUndone = chance(4) === 0
        const what = `round ${round}`
        const transaction = () =>
          store.write(() => {
            for (let count = chance(12); count > 0; count--) {
              change(chance, store)
              if (chance(4) === 0) check(store, `within ${what}`)
            }
            if (isUndone) throw new Error('undone')
          })
        if (isUndone) assert.throws(transaction, /^Error: undone$/)
        else transaction()
        for (const one of stores) if (chance(2) === 0) one.read(() => check(one, `after ${what}`))
      }
    })
  }

  it('keeps apart what makes the same text', () => {
    const [store] = stores as [Store]
    for (const [table, spec] of Object.entries(specs)) {
      const own = store.table(table, spec, '1')
      const things = names.flatMap(name => parts.map(part => ({ account: '1', name, part, value: 0 })))
      const keys = things.map(thing => [spec.key(thing)].flat() as KeyPart[])
      store.write(() => {
        for (const [value, thing] of things.entries()) own.put({ ...thing, value })
      })
      // Once to keep them, and once to be told what is kept.
      for (let round = 0; round < 2; round++) {
        const values = store.read(() => keys.map(key => own.get(...key)?.value))
        const last = keys.map(key => keys.findLastIndex(one => JSON.stringify(one) === JSON.stringify(key)))
        assert.deepEqual(values, last)
      }
    }
  })

  it('gives the same list until its table changes, and never changes one that it gave', () => {
    const [store] = stores as [Store]
    const own = store.table('owned', specs.owned as TableSpec<Thing>, '1')
    const other = store.table('owned', specs.owned as TableSpec<Thing>, '2')
    const thing = { account: '1', name: 'a', part: 0, value: 1 }
    store.write(() => own.put(thing))
    const before = store.read(() => own.list())
    store.write(() => other.put({ ...thing, account: '2' }))
    assert.equal(
      store.read(() => own.list()),
      before,
    )
    store.write(() => {
      own.put({ ...thing, name: 'b' })
      const within = own.list()
      assert.equal(own.list(), within)
      own.delete('a')
      assert.deepEqual([within.length, own.list().length], [2, 1])
    })
    assert.deepEqual(before, [thing])
  })

  it('reads a record anew only when that one has changed', () => {
    const [store] = stores as [Store]
    const own = store.table('named', specs.named as TableSpec<Thing>, '')
    const thing = (at: number) => ({
      account: '',
      name: `n${String(at).padStart(3, '0')}`,
      part: 0,
      value: at,
    })
    store.write(() => {
      for (let at = 0; at < 500; at++) own.put(thing(at))
      let before = own.list()
      for (let at = 0; at < 500; at++) {
        own.put({ ...thing(at), value: -1 })
        const now = own.list()
        assert.deepEqual([now.length, now[at]?.value], [500, -1])
        assert.ok(now.every((one, place) => place === at || one === before[place]))
        before = now
      }
    })
  })
})
