// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { open } from 'lmdb'
import { SimulatedClock } from '../../../src/engine/clock'
import { Engine } from '../../../src/engine/engine'
import { FolderError } from '../../../src/engine/store/open-records'
import type { KeyPart, TableSpec } from '../../../src/engine/store/table'
import { tables } from '../../../src/engine/store/tables'
import { Vault } from '../../../src/engine/store/vault'
import { type Cloud, cloud, repeatingEntropy } from '../../support/cloud'

const keyFile = (home: string) => join(home, 'secrets.key')

const withRecords = async (
  home: string,
  work: (db: ReturnType<typeof open<unknown, KeyPart[]>>) => void,
): Promise<void> => {
  const db = open<unknown, KeyPart[]>({ path: join(home, 'records'), noSubdir: false, maxDbs: 1 })
  work(db)
  await db.close()
}

/** The folder as a release without sealing left it, with its secrets. */
const undoSealing = async (home: string): Promise<string[]> => {
  const vault = new Vault(home)
  const secrets: string[] = []
  await withRecords(home, db => {
    for (const [name, { sealed = [] }] of Object.entries<TableSpec<never>>(tables)) {
      for (const { key, value } of [...db.getRange({ start: [name], end: [name, '\uffff'] })]) {
        const record = { ...(value as Record<string, unknown>) }
        for (const member of sealed as readonly string[]) {
          if (typeof record[member] !== 'string') continue
          record[member] = vault.open(record[member])
          secrets.push(record[member] as string)
        }
        db.putSync(key, record)
      }
    }
    for (const { key } of [...db.getRange({ start: ['accounts'], end: ['accounts', '\uffff'] })]) {
      if (String(key[1]).startsWith('000')) db.removeSync(key)
    }
    db.putSync(['~format'], 1)
  })
  rmSync(keyFile(home))
  return secrets
}

const reopen = (home: string) =>
  Engine.open({
    home,
    clock: new SimulatedClock('2014-02-16T12:13:16Z'),
    entropy: repeatingEntropy('again'),
  })

describe('the folder of an older release', () => {
  let c: Cloud
  let secrets: string[]
  const data = () => readFileSync(join(c.home, 'records', 'data.mdb'))

  beforeEach(async () => {
    c = await cloud()
    await c.account('alice')
    await c.engine.close()
    secrets = await undoSealing(c.home)
  })
  afterEach(() => rmSync(c.home, { recursive: true, force: true }))

  it('tells its secrets until it is opened, and then no more', async () => {
    assert.ok(secrets.length >= 5)
    const bodies = secrets.map(secret => secret.split('\n').find(line => !line.startsWith('-')) ?? '')
    assert.ok(bodies.every(body => data().includes(body)))
    const engine = await reopen(c.home)
    const keys = engine.read(tx => tx.accessKeys.list().map(({ secret }) => secret))
    await engine.close()
    assert.ok(keys.every(secret => secrets.includes(secret)))
    assert.deepEqual(
      bodies.filter(body => data().includes(body)),
      [],
    )
    assert.equal(statSync(keyFile(c.home)).mode & 0o777, 0o600)
  })

  it('has the accounts of the services from then on, the same as every other', async () => {
    const listed = (engine: Engine) =>
      engine.read(tx =>
        tx.accounts
          .list()
          .map(({ alias }) => alias)
          .sort(),
      )
    const engine = await reopen(c.home)
    const aliases = listed(engine)
    await engine.close()
    assert.equal(aliases.length, 11)
    assert.deepEqual(
      aliases.filter(alias => !alias.startsWith('(')),
      ['alice', 'eucalyptus', 'nobody'],
    )
  })

  it('is brought up to date once, whoever of two is first', async () => {
    const [one, other] = await Promise.all([reopen(c.home), reopen(c.home)])
    for (const engine of [one, other]) {
      assert.ok(engine.read(tx => tx.accessKeys.list().every(({ secret }) => secrets.includes(secret))))
    }
    await one.close()
  })
})

describe('the key of the secrets', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    await c.engine.close()
  })
  afterEach(() => rmSync(c.home, { recursive: true, force: true }))

  it('is named when it is lost', async () => {
    rmSync(keyFile(c.home))
    await assert.rejects(reopen(c.home), (error: Error) => {
      assert.ok(error instanceof FolderError)
      assert.equal(
        error.message,
        `${keyFile(c.home)} is missing: without it the cloud's secrets cannot be read`,
      )
      return true
    })
  })

  it('is named when it is another', async () => {
    writeFileSync(keyFile(c.home), randomBytes(32))
    await assert.rejects(reopen(c.home), {
      name: 'FolderError',
      message: `${keyFile(c.home)} is not the key that the cloud's secrets were sealed with`,
    })
  })

  it('is named when it is cut off', async () => {
    writeFileSync(keyFile(c.home), randomBytes(7))
    await assert.rejects(reopen(c.home), {
      name: 'FolderError',
      message: `${keyFile(c.home)} is damaged: it holds no key`,
    })
  })
})

describe('a cloud that several processes begin at the same time', () => {
  const opened = (home: string): Promise<string> => {
    const script = `
      const { Engine } = require(${JSON.stringify(join(__dirname, '../../../src/engine/engine'))})
      Engine.open({ home: ${JSON.stringify(home)} }).then(engine => {
        process.stdout.write(JSON.stringify(engine.read(tx => [tx.accounts.list(), tx.accessKeys.list()])))
        return engine.close()
      })
    `
    return promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]).then(
      ({ stdout }) => stdout,
    )
  }

  it('is one, with one key for its secrets', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mallee-first-'))
    try {
      const [one, ...others] = await Promise.all([opened(home), opened(home), opened(home)])
      assert.match(one ?? '', /"alias":"eucalyptus"/)
      for (const other of others) assert.equal(other, one)
      assert.equal(await opened(home), one)
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})
