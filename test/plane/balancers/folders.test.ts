// SPDX-License-Identifier: BSD-2-Clause
// A balancer's folder that somebody removes, or in which nothing can be written: what runs goes on, and what is asked for comes
// about as soon as it can.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pemName, pemOf } from '../../../src/plane/balancers/haproxy-config'
import type { HaproxyProgram } from '../../../src/plane/balancers/haproxy-program'
import { until } from '../../support/until'
import {
  answeredBy,
  ask,
  carrying,
  endAll,
  later,
  listener,
  needHaproxy,
  planOf,
  target,
  webInstance,
} from './scene'

const pidIn = (folder: string): number =>
  JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'))[0].pid

describe('The folder of a load balancer', () => {
  let program: HaproxyProgram
  before(async function () {
    program = await needHaproxy(this)
  })
  afterEach(endAll)

  it('is made again when it was removed, and nobody who is served hears of it', async () => {
    const [one, other] = [await webInstance(8888), await webInstance(8888)]
    const slow = await webInstance(8889, {
      handler: (_, response) => void setTimeout(() => response.end('at last'), 300),
    })
    const plan = planOf({
      listeners: [listener(), listener({ port: 81, instancePort: 8889 })],
      targets: [target(one), target(slow, { ports: [8889] })],
    })
    const { balancing, folder } = carrying(program)
    await balancing.apply(plan)
    rmSync(folder, { recursive: true })
    // Who serves needs no file.
    const changed = { ...plan, targets: [target(other), target(slow, { ports: [8889] })] }
    assert.deepEqual(await balancing.apply(changed), [{ port: 80 }, { port: 81 }])
    assert.equal(await answeredBy(plan.address), other)
    const under = ask(plan.address, { port: 81 })
    const secure = listener({ port: 443, protocol: 'HTTPS' })
    const more = { ...changed, listeners: [...plan.listeners, secure] }
    assert.deepEqual(await balancing.apply(more), [{ port: 80 }, { port: 81 }, { port: 443 }])
    assert.equal((await under).text, 'at last')
    assert.equal(await answeredBy(plan.address), other)
    // When nobody is there either.
    const pid = pidIn(folder)
    rmSync(folder, { recursive: true })
    process.kill(pid, 'SIGKILL')
    await until(async () => {
      await balancing.apply(more)
      return existsSync(folder) && pidIn(folder) !== pid
    })
    assert.equal(await answeredBy(plan.address), other)
  })

  it('may hold half of what a server that had no room left wanted to write', async () => {
    const secure = listener({ port: 443, protocol: 'HTTPS' })
    const { balancing, folder } = carrying(program)
    const pem = pemOf(secure) ?? ''
    writeFileSync(join(folder, pemName(pem)), pem.slice(0, 500))
    assert.deepEqual(await balancing.apply(planOf({ listeners: [secure] })), [{ port: 443 }])
    assert.equal(readFileSync(join(folder, pemName(pem)), 'utf8'), pem)
  })

  it('has no key in it when nothing runs any more', async () => {
    const { balancing, folder } = carrying(program)
    await balancing.apply(planOf({ listeners: [listener({ port: 443, protocol: 'HTTPS' })] }))
    assert.ok(readdirSync(folder).some(file => file.endsWith('.pem')))
    await balancing.stop()
    assert.deepEqual(readdirSync(folder).sort(), ['503.http', 'candidate.cfg'])
  })

  it('may be full: who serves is still told, and all else follows when there is room', async function () {
    const disk = mkdtempSync(join(tmpdir(), 'mallee-full-'))
    later(() => rmSync(disk, { recursive: true, force: true }))
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]).status !== 0) this.skip()
    later(() => void execFileSync('umount', [disk]))
    const [one, other] = [await webInstance(8888), await webInstance(8888)]
    const plan = planOf({ targets: [target(one)] })
    const folder = join(disk, 'balancer')
    mkdirSync(folder)
    const { balancing, told } = carrying(program, folder)
    await balancing.apply(plan)
    const filler = join(disk, 'filler')
    assert.throws(() => writeFileSync(filler, Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' })
    const more = { ...plan, listeners: [listener(), listener({ port: 443, protocol: 'HTTPS' })] }
    const [first, second] = await balancing.apply({ ...more, targets: [target(other)] })
    assert.deepEqual(first, { port: 80 })
    assert.match(second?.trouble ?? '', /^HAProxy cannot be started: ENOSPC/)
    assert.equal(told.length, 1)
    const targets = [target(other)]
    await balancing.apply({ ...more, targets })
    assert.equal(await answeredBy(plan.address), other)
    rmSync(filler)
    await until(async () => (await balancing.apply({ ...more, targets }))[1]?.trouble === undefined)
    assert.ok(readdirSync(folder).some(name => name.endsWith('.pem')))
    assert.equal(await answeredBy(plan.address), other)
  })
})
