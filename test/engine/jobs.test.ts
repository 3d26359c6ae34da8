// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../../src/engine/errors'
import { type Jobs, Later, nextJob, workOff } from '../../src/engine/jobs'
import { type Cloud, cloud } from '../support/cloud'

const root = join(__dirname, '../..')

/** Another process that works on the jobs `note` of a folder, and says so in a file. */
const otherWorker = (home: string, notes: string, body: string) =>
  spawn(process.execPath, [
    '--require',
    'tsx/cjs',
    '-e',
    `
    const { appendFileSync } = require('node:fs')
    const { Engine } = require(${JSON.stringify(join(root, 'src/engine/engine'))})
    const { workOff } = require(${JSON.stringify(join(root, 'src/engine/jobs'))})
    const note = text => appendFileSync(${JSON.stringify(notes)}, text + '\\n')
    const jobs = { note: async (context, target) => { ${body} } }
    Engine.open({ home: ${JSON.stringify(home)} }).then(async engine => {
      await workOff(engine.around, { home: ${JSON.stringify(home)}, jobs, signal: new AbortController().signal })
      await engine.close()
    })
    `,
  ])

describe('jobs', () => {
  let c: Cloud
  let ran: string[]
  const start = (...targets: string[]) =>
    c.engine.write(tx => {
      for (const target of targets) tx.start('note', target)
    })
  const work = (jobs: Jobs, concurrent = 4, signal = new AbortController().signal) =>
    workOff(c.engine.around, { home: c.home, jobs, signal, concurrent })
  const open = () => c.engine.read(tx => tx.jobs.list())
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
  const note: Jobs = {
    note: async (_, target) => {
      ran.push(target)
    },
  }

  beforeEach(async () => {
    c = await cloud()
    ran = []
  })
  afterEach(() => c.close())

  it('are run in the order they were asked for, and then gone', async () => {
    start('a', 'b', 'c')
    await work(note, 1)
    assert.deepEqual(ran, ['a', 'b', 'c'])
    assert.deepEqual(open(), [])
    assert.equal(nextJob(c.engine.around), undefined)
  })

  it('of one name and target are one while they wait', async () => {
    start('a', 'b', 'a', 'a')
    await work(note)
    assert.deepEqual(ran, ['a', 'b'])
  })

  it('that are asked for while they run are run once more, and not at the same time', async () => {
    let active = 0
    start('a')
    await work({
      note: async (_, target) => {
        assert.equal(++active, 1)
        ran.push(target)
        if (ran.length === 1) start('a', 'a')
        await new Promise(resolve => setImmediate(resolve))
        active -= 1
      },
    })
    assert.deepEqual(ran, ['a', 'a'])
  })

  it('that throw, even at once, are tried again five times in all, while others go on', async () => {
    const jobs: Jobs = {
      ...note,
      bad: () => {
        ran.push('bad')
        throw new Error('no')
      },
    }
    c.engine.write(tx => tx.start('bad', 'x'))
    start('a')
    for (let round = 0; round < 8; round++) {
      await work(jobs)
      c.clock.advance(5)
    }
    assert.deepEqual(ran, ['bad', 'a', 'bad', 'bad', 'bad', 'bad'])
    assert.match(log(), /ERROR .* Gave up bad of x: Error: no\n/)
    assert.deepEqual(open(), [])
    assert.equal(c.bugs.splice(0).length, 5)
  })

  it('that find no room for their records wait until there is, however long', async () => {
    start('a')
    const jobs: Jobs = {
      note: async (_, target) => {
        ran.push(target)
        if (ran.length < 10)
          refuse('InsufficientStorage', 'There is no space left to store this change.', 507)
      },
    }
    for (let round = 0; round < 12; round++) {
      await work(jobs)
      c.clock.advance(5)
    }
    assert.equal(ran.length, 10)
    assert.deepEqual(open(), [])
  })

  it('that wait give their place to others', async () => {
    start('a', 'b')
    const jobs: Jobs = {
      note: async ({ attempt, sleep }, target) => {
        ran.push(`${target}${attempt}`)
        if (target === 'a' && attempt === 1) await sleep(7)
      },
    }
    await work(jobs, 1)
    assert.deepEqual(ran, ['a1', 'b1'])
    assert.equal(nextJob(c.engine.around), c.clock.now() + 7000)
    c.clock.advance(7)
    await work(jobs, 1)
    assert.deepEqual(ran, ['a1', 'b1', 'a2'])
  })

  it('of another release are left on record for it', async () => {
    c.engine.write(tx => tx.start('toString', 'x'))
    for (let round = 0; round < 10; round++) {
      await work(note)
      c.clock.advance(3600)
    }
    assert.equal(open().length, 1)
    assert.match(log(), /WARN .* this release has no job toString/)
  })

  it('that come while another takes long do not wait for it', async () => {
    let end = () => {}
    start('long')
    await work({
      note: async (_, target) => {
        ran.push(target)
        if (target === 'long') {
          setImmediate(() => start('short'))
          await new Promise<void>(resolve => {
            end = resolve
          })
        } else end()
      },
    })
    assert.deepEqual(ran, ['long', 'short'])
  })

  it('that wait for foreign servers leave places for the others', async () => {
    const post = 'notification.post'
    let posting = 0
    let most = 0
    let end = () => {}
    const noted = new Promise<void>(resolve => {
      end = resolve
    })
    c.engine.write(tx => {
      for (let number = 0; number < 20; number++) tx.start(post, `${c.accountId} http://silent/${number}`)
    })
    start('a', 'b')
    await work({
      [post]: async () => {
        most = Math.max(most, ++posting)
        await noted
        posting--
      },
      note: async (_, target) => {
        if (ran.push(target) === 2) end()
      },
    })
    assert.deepEqual([ran, most], [['a', 'b'], 2])
    assert.deepEqual(open(), [])
  })

  it('that the signal cuts short are run again', async () => {
    const ending = new AbortController()
    start('a')
    await work(
      {
        note: async ({ signal }) => {
          ending.abort()
          signal.throwIfAborted()
        },
      },
      4,
      ending.signal,
    )
    assert.equal(open().length, 1)
    await work(note)
    assert.deepEqual(ran, ['a'])
  })

  it('whose end could not be written down are taken again by the same process', async () => {
    start('a')
    const { clock } = c.engine.around
    const now = clock.now.bind(clock)
    let fails = false
    Object.assign(clock, {
      now: () => {
        if (fails) throw new Error('the disk is full')
        return now()
      },
    })
    const jobs: Jobs = {
      note: async () => {
        fails = true
        throw new Later(0)
      },
    }
    await assert.rejects(work(jobs), /the disk is full/)
    fails = false
    await work(note)
    assert.deepEqual(ran, ['a'])
  })

  it('of a thousand are taken in little time', async () => {
    start(...Array.from({ length: 1000 }, (_, index) => `t${index}`))
    const started = process.cpuUsage()
    await work(note)
    assert.equal(ran.length, 1000)
    assert.ok(process.cpuUsage(started).user < 4e6)
  })

  describe('of two processes', () => {
    it('are each run by one of them', async () => {
      const notes = join(c.home, 'notes')
      writeFileSync(notes, '')
      const targets = Array.from({ length: 100 }, (_, index) => `t${index}`)
      start(...targets)
      const body = `await new Promise(resolve => setTimeout(resolve, 5)); note(target)`
      const others = [0, 1].map(() => otherWorker(c.home, notes, body))
      await Promise.all(others.map(other => once(other, 'exit')))
      const lines = readFileSync(notes, 'utf8').split('\n').filter(Boolean)
      assert.deepEqual([...lines].sort(), [...targets].sort())
      assert.deepEqual(open(), [])
    })

    it('are taken over from one that was killed, and not from one that lives', async () => {
      const notes = join(c.home, 'notes')
      writeFileSync(notes, '')
      start('a')
      const other = otherWorker(
        c.home,
        notes,
        `console.log('has it'); await new Promise(() => setInterval(() => {}, 1000))`,
      )
      await once(other.stdout, 'data')
      await work(note)
      assert.deepEqual(ran, [])
      other.kill('SIGKILL')
      await once(other, 'exit')
      await work(note)
      assert.deepEqual(ran, ['a'])
    })
  })
})
