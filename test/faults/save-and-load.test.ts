// SPDX-License-Identifier: BSD-2-Clause
// Saving and loading while disks fill up, processes are killed and others use the folder.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isPart } from '../../src/engine/archive/parts'
import { systemClock } from '../../src/engine/clock'
import { loadInto } from '../engine/archive/saved'
import { chance, serveCloud, type Workplace, workplace } from '../support/built'

const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(6_000_000),
)
const hasLimits = spawnSync('prlimit', ['--version']).status === 0
const rounds = Number(process.env.MALLEE_ROUNDS ?? 3)

describe('saving and loading', () => {
  let place: Workplace
  const at = (name: string) => join(place.folder, name)
  const tool = async (line: string, options = {}) => {
    const outcome = await place.run(line.split(' '), options)
    return [outcome.status, outcome.stdout, outcome.stderr] as const
  }
  const done = async (line: string, options = {}): Promise<string> => {
    const [status, stdout, stderr] = await tool(line, options)
    assert.deepEqual([status, stderr], [0, ''], line)
    return stdout
  }
  /** Those of the archives that a cloud has: `old`, or `new old`. */
  const groups = async (home: string): Promise<string> => {
    const text = await done('euca-describe-groups', { env: { MALLEE_HOME: home } })
    return ['new', 'old'].filter(name => text.includes(`\tg-${name}\t`)).join(' ')
  }

  before(async () => {
    place = workplace()
    writeFileSync(at('image'), noise)
    await done('euca-create-group -d d g-old')
    await done('euca-bundle-and-upload-image -b bundles -i image -r x86_64')
    await done('mallee save old.tar.gz')
    await done('euca-create-group -d d g-new')
    await done('mallee save new.tar.gz')
  })
  after(() => place.close())

  const memberHead = Buffer.from('1f8b0800000000', 'hex')

  it('an archive is refused when it is cut short anywhere, or a byte of it is another one', async () => {
    const bytes = readFileSync(at('new.tar.gz'))
    const any = chance(7)
    const home = at('damaged')
    const refused = async (spoiled: Buffer, what: string) => {
      await assert.rejects(
        loadInto(home, spoiled, { clock: systemClock }),
        /cloud\.tar\.gz: it (is|holds) /,
        what,
      )
      assert.equal(existsSync(home), false)
    }
    for (let round = 0; round < 8; round++) {
      const length = any(bytes.length)
      await refused(bytes.subarray(0, length), `cut to ${length}`)
      // The head of a gzip member, which is the first ten bytes of each, has some that nobody reads; and where a block
      // begins there are bits that are there to fill a byte.
      const drawn = 100 + any(bytes.length - 1000)
      const position = bytes.subarray(drawn - 9, drawn + 10).includes(memberHead) ? drawn + 20 : drawn
      const turned = Buffer.from(bytes)
      turned[position] = (turned[position] ?? 0) ^ 0xff
      await refused(turned, `byte ${position}`)
    }
    await refused(bytes.subarray(0, bytes.length - 1), 'without its last byte')
  })

  it('a server is saved while it writes, and cannot be loaded over', async () => {
    const served = await serveCloud(place)
    try {
      const env = { ...served.env }
      const adding = (async () => {
        for (let number = 0; number < 4; number++) await done(`euca-create-group -d d g-${number}`, { env })
      })()
      const home = at('from-server')
      await done('mallee save served.tar.gz')
      await adding
      const [status, , stderr] = await tool('mallee load --replace old.tar.gz')
      assert.equal(status, 1)
      assert.equal(
        stderr,
        `mallee load: error: ${place.home} is being served at ${served.endpoint}; stop that server first\n`,
      )
      await done('mallee load served.tar.gz', { env: { MALLEE_HOME: home } })
      assert.equal(await groups(home), 'new old')
      assert.ok(!readdirSync(home).some(name => !isPart(name)))
    } finally {
      served.server.child.kill('SIGTERM')
      await served.server.ended
    }
  })

  it('a tool that has the folder open is named', async () => {
    const home = at('open')
    await done('mallee load old.tar.gz', { env: { MALLEE_HOME: home } })
    const script =
      "require('lmdb').open({ path: process.argv[1], noSubdir: false }); console.log('open'); setInterval(() => {}, 1000)"
    const child = spawn(process.execPath, ['-e', script, join(home, 'records')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await new Promise(resolve => child.stdout.once('data', resolve))
      const [status, , stderr] = await tool('mallee load --replace new.tar.gz', {
        env: { MALLEE_HOME: home },
      })
      const told = `${home} is being used by process ${child.pid}; wait until that has ended, and try again`
      assert.deepEqual([status, stderr], [1, `mallee load: error: ${told}\n`])
    } finally {
      child.kill('SIGKILL')
    }
    await done('mallee load --replace new.tar.gz', { env: { MALLEE_HOME: home } })
  })

  it('ends the worker that a tool has left behind', async () => {
    const home = at('worked')
    const env = { MALLEE_HOME: home }
    await done('mallee load old.tar.gz', { env })
    await done('euca-create-volume -s 1 -z PARTI00', { env })
    await done('mallee load --replace new.tar.gz', { env })
    assert.equal(await groups(home), 'new old')
    assert.deepEqual(await done('euca-describe-volumes', { env }), '')
  })

  describe('on a disk that fills up', () => {
    it('say so, and leave nothing, where files may only be so large', async function () {
      if (!hasLimits) this.skip()
      mkdirSync(at('limited'))
      const under = ['prlimit', '--fsize=1000000']
      const saving = await tool('mallee save limited/cloud.tar.gz', { under })
      assert.deepEqual(saving, [1, '', 'mallee save: error: File too large: limited/cloud.tar.gz\n'])
      assert.deepEqual(readdirSync(at('limited')), [])
      const home = at('limited/cloud')
      const loading = await tool('mallee load new.tar.gz', { under, env: { MALLEE_HOME: home } })
      assert.deepEqual(loading, [1, '', `mallee load: error: File too large: ${home}\n`])
      assert.deepEqual(readdirSync(at('limited')), [])
    })

    it('say so, and leave nothing, on a small file system', async function () {
      const disk = at('disk')
      mkdirSync(disk)
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]).status !== 0) this.skip()
      try {
        const saving = await tool('mallee save disk/cloud.tar.gz')
        assert.deepEqual(saving, [1, '', 'mallee save: error: No space left on device: disk/cloud.tar.gz\n'])
        const loading = await tool('mallee load new.tar.gz', { env: { MALLEE_HOME: join(disk, 'cloud') } })
        assert.equal(loading[0], 1)
        assert.match(
          loading[2],
          /^mallee load: error: new\.tar\.gz: it needs \d+ bytes, and the data folder's disk has \d+ left\n$/,
        )
        assert.deepEqual(readdirSync(disk), [])
      } finally {
        execFileSync('umount', [disk])
      }
    })
  })

  it('leave the old cloud or the new one when they are killed, and never the half of one', async () => {
    const home = at('killed')
    const env = { MALLEE_HOME: home }
    await done('mallee load old.tar.gz', { env })
    const started = process.hrtime.bigint()
    await done('mallee load --replace old.tar.gz', { env })
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6
    const moment = chance(Number(process.env.MALLEE_SEED ?? 11))
    mkdirSync(at('unbundled'))
    for (let round = 0; round < rounds; round++) {
      const archive = round % 2 === 0 ? 'new' : 'old'
      const line = ['mallee', 'load', '--replace', `${archive}.tar.gz`]
      const killed = ['timeout', '-s', 'KILL', String((200 + moment(milliseconds)) / 1000)]
      await place.run(line, { env, under: killed })
      await place.run(['mallee', 'save', '--force', 'other.tar.gz'], { env, under: killed })
      const found = await groups(home)
      assert.ok(['old', 'new old'].includes(found), found)
      await done('euca-download-and-unbundle -b bundles -p image -d unbundled', { env })
      assert.ok(readFileSync(at('unbundled/image')).equals(noise))
      rmSync(at('unbundled/image'))
      assert.deepEqual(
        readdirSync(home).filter(name => !isPart(name)),
        [],
      )
    }
  })

  it('finish the exchange that was cut short at any of its steps', async () => {
    const before = at('before')
    const fresh = at('fresh')
    await done('mallee load old.tar.gz', { env: { MALLEE_HOME: before } })
    await done('mallee load new.tar.gz', { env: { MALLEE_HOME: fresh } })
    const name = 'loading.999999999.1.00000000'
    for (const steps of [0, 3, 20]) {
      const home = at(`cut-${steps}`)
      cpSync(before, home, { recursive: true })
      const folder = join(home, name)
      mkdirSync(join(folder, 'old'), { recursive: true })
      cpSync(fresh, join(folder, 'aside'), { recursive: true })
      // As far as it may have come before the next step.
      for (const part of readdirSync(home).filter(isPart).slice(0, steps)) {
        execFileSync('mv', [join(home, part), join(folder, 'old')])
      }
      if (steps === 20) {
        execFileSync('mv', [join(folder, 'aside'), join(folder, 'in')])
        execFileSync('mv', [join(folder, 'in/bytes'), join(home, 'bytes')])
      }
      assert.match(await done('mallee status', { env: { MALLEE_HOME: home } }), /COUNT\tbuckets\t1/)
      assert.equal(await groups(home), 'new old')
      assert.equal(existsSync(folder), false)
      assert.equal(statSync(join(home, 'bytes')).isDirectory(), true)
    }
  })
})
