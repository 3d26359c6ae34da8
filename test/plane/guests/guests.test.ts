// SPDX-License-Identifier: BSD-2-Clause
// Instances that answer: their guests are processes, started and ended as the records say.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { isImpaired } from '../../../src/engine/ec2/impairment'
import { processOf } from '../../../src/engine/processes'
import { until } from '../../support/until'
import { ask } from './asking'
import { type ServedGuests, servedGuests } from './served-guests'

const consoleData = `#cloud-config
write_files:
  - path: /etc/eucaconsole/cookie-key.ini
    permissions: '0600'
    content: |
      [general]
      cookie.key = 0123
runcmd:
  - [ yum, -y, install, eucaconsole ]
  - [ sed, -i, 's/localhost/127.0.0.1/', /etc/eucaconsole/console.ini ]
  - [ service, eucaconsole, restart ]
`

describe('Guests', () => {
  let s: ServedGuests
  before(async () => {
    s = await servedGuests()
  })
  after(() => s.close())

  const rooted = (id: string, path: string): string => join(s.home, 'plane/guests', id, 'root', path)
  const log = (): string => {
    const file = join(s.home, 'log/cloud-output.log')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  it('do what their user data says, and answer to whom their groups let in', async () => {
    const id = 'i-0000000a'
    const address = s.have(id, { userData: consoleData, open: [[8888, '127.200.0.9/32']] })
    await s.settle()
    await s.said(id, /port 8888\r\n/)
    const { status, type, text } = await ask(address, 8888, '127.200.0.9')
    assert.deepEqual([status, type], [200, 'text/html; charset=utf-8'])
    const cloud = `127.0.0.1:${new URL(s.endpoint).port}`
    for (const fact of [id, 'PARTI00', `${cloud}: answers`]) assert.ok(text.includes(fact), text)
    await assert.rejects(ask(address, 8888), { code: 'ECONNRESET' })
    assert.equal(statSync(rooted(id, 'etc/eucaconsole/cookie-key.ini')).mode & 0o777, 0o600)
    assert.match(s.console(id), /^login: \r\nCloud-init v\. 0\.7\.5 running 'modules:config' at /)
    const other = await ask(address, 8888, '127.200.0.9', '/nothing')
    assert.equal(other.status, 404)
    assert.equal((await ask(address, 8888, '127.200.0.9', '/', 'POST')).status, 405)
  })

  it('take to rules as these change, for connections that come then', async () => {
    const id = 'i-0000000a'
    const address = s.engine.read(tx => tx.instances.must(id).privateIp)
    s.open(id, [[8888]])
    await s.settle()
    assert.equal((await ask(address, 8888)).status, 200)
    s.open(id, [])
    await s.settle()
    await assert.rejects(ask(address, 8888), { code: 'ECONNRESET' })
    s.open(id, [[8888]])
  })

  it('are there, and once only, also where that cannot be written down', async () => {
    const id = 'i-000000ab'
    const inTheWay = join(s.home, 'plane/guests', id, 'place.json.new')
    mkdirSync(inTheWay, { recursive: true })
    s.have(id, { userData: '#cloud-config\n{}\n' })
    await s.settle()
    await s.settle()
    await s.said(id, /finished at/)
    assert.equal(s.console(id).split('Guest process').length, 2)
    assert.equal(s.pid(id), undefined)
    assert.ok(s.bugs.length > 0)
    for (const bug of s.bugs.splice(0)) assert.match(String(bug), /EISDIR/)
    // One whose folder was removed starts in another.
    rmSync(join(s.home, 'plane/guests', id), { recursive: true })
    s.change(id, { reboots: 1 })
    await s.settle()
    await s.said(id, /finished at[^\0]*finished at/)
    assert.ok(processOf(s.pid(id) ?? 0))
    s.change(id, { state: 'terminated' })
    await s.settle()
  })

  it('start again with a reboot: what is done once is not, and services are there', async () => {
    const id = 'i-0000000a'
    const before = s.pid(id)
    writeFileSync(rooted(id, 'etc/eucaconsole/cookie-key.ini'), 'changed')
    s.change(id, { reboots: 1 })
    await s.settle()
    await s.said(id, /finished at[^\0]*finished at/)
    assert.notEqual(s.pid(id), before)
    const address = s.engine.read(tx => tx.instances.must(id).privateIp)
    assert.equal((await ask(address, 8888)).status, 200)
    assert.equal(readFileSync(rooted(id, 'etc/eucaconsole/cookie-key.ini'), 'utf8'), 'changed')
    assert.equal(s.console(id).match(/Installed: eucaconsole/g)?.length, 1)
  })

  it('that were killed stay so, with all that is in them, until a reboot', async () => {
    const id = 'i-0000000a'
    const address = s.engine.read(tx => tx.instances.must(id).privateIp)
    const pid = s.pid(id) ?? assert.fail()
    process.kill(pid, 'SIGKILL')
    await until(() => log().includes(`The guest of instance ${id} has ended: SIGKILL`))
    await s.settle()
    assert.equal(s.pid(id), undefined)
    await assert.rejects(ask(address, 8888), { code: 'ECONNREFUSED' })
    const isBroken = () => s.engine.read(tx => isImpaired(tx.instances.must(id)))
    assert.ok(isBroken())
    s.change(id, { reboots: 2 })
    await s.settle()
    assert.ok(!isBroken())
    await until(() =>
      ask(address, 8888).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
  })

  it('end with the instance, and leave nothing', async () => {
    const id = 'i-0000000a'
    const pid = s.pid(id) ?? assert.fail()
    s.change(id, { state: 'shutting-down' })
    await s.settle()
    assert.ok(!processOf(pid))
    assert.ok(existsSync(rooted(id, 'etc')))
    s.change(id, { state: 'terminated' })
    await s.settle()
    assert.ok(!existsSync(join(s.home, 'plane/guests', id)))
  })

  it('are given no instance whose user data is nothing for them', async () => {
    for (const [index, userData] of [
      '#!/bin/sh\nreboot\n',
      'key=value',
      '#cloud-config-archive\n- {}\n',
    ].entries()) {
      s.have(`i-000000b${index}`, { userData })
    }
    s.have('i-000000b9')
    await s.settle()
    assert.deepEqual(
      [0, 1, 2, 9].map(index => s.pid(`i-000000b${index}`)),
      Array(4).fill(undefined),
    )
  })

  it('have programs of this machine in their place, as long as somebody wants it', async () => {
    const id = 'i-0000000c'
    // One that nobody else is given, and that can be listened at again.
    const [host, hostPort] = ['127.0.205.2', 8888]
    const own = createServer((_, answer) => answer.end('mine'))
    await new Promise<void>(resolve => own.listen(hostPort, host, resolve))
    const address = s.have(id, { open: [[8888], [81]] })
    const forward = (forwards: readonly { port: number; host: string; hostPort: number }[]) =>
      s.engine.write(tx => tx.instanceBehaviors.put({ instanceId: id, since: tx.now, forwards }))
    forward([{ port: 8888, host, hostPort }])
    await s.settle()
    assert.equal((await ask(address, 8888)).text, 'mine')
    forward([{ port: 8889, host, hostPort }])
    s.open(id, [[8889]])
    await s.settle()
    await assert.rejects(ask(address, 8888), { code: 'ECONNREFUSED' })
    assert.equal((await ask(address, 8889)).text, 'mine')
    await new Promise(resolve => own.close(resolve))
    // Who finds out that it has ended is broken off; then the port is closed until the program is there again.
    await assert.rejects(ask(address, 8889), { code: 'ECONNRESET' })
    await s.said(id, /forward: 127\.0\.205\.2:8888 does not answer; port 8889 is closed until it does/)
    await assert.rejects(ask(address, 8889), { code: 'ECONNREFUSED' })
    const other = createServer((_, answer) => answer.end('another'))
    await new Promise<void>(resolve => other.listen(hostPort, host, resolve))
    await s.said(id, /forward: 127\.0\.205\.2:8888 answers; port 8889 is open/)
    await until(() =>
      ask(address, 8889).then(
        ({ text }) => text === 'another',
        () => false,
      ),
    )
    await new Promise(resolve => other.close(resolve))
    forward([])
    await s.settle()
    assert.equal(s.pid(id), undefined)
  })

  it('say that a port is taken, and open it when it is free', async () => {
    const id = 'i-0000000d'
    const address = s.have(id, { open: [[8080]] })
    const thief = createSocketServer()
    await new Promise<void>(resolve => thief.listen(8080, address, resolve))
    s.engine.write(tx =>
      tx.instanceBehaviors.put({
        ...{ instanceId: id, since: tx.now },
        forwards: [{ port: 8080, host: '127.0.0.1', hostPort: Number(new URL(s.endpoint).port) }],
      }),
    )
    await s.settle()
    await s.said(id, /gate: port 8080 cannot be opened: EADDRINUSE; it is tried again/)
    await new Promise(resolve => thief.close(resolve))
    await s.said(id, /gate: port 8080 is open now/)
    assert.ok((await ask(address, 8080)).status)
    s.change(id, { state: 'terminated' })
  })

  it('are no more than are allowed', async () => {
    writeFileSync(join(s.home, 'eucalyptus.conf'), 'GUESTS_MAX="1"\n')
    for (const [index, id] of ['i-000000e0', 'i-000000e1'].entries()) {
      s.have(id, { userData: '#cloud-config\n' })
      s.change(id, { launchedAt: new Date(index) })
    }
    await s.settle()
    await s.settle()
    assert.deepEqual([s.pid('i-000000e0') !== undefined, s.pid('i-000000e1')], [true, undefined])
    assert.equal(log().match(/instance i-000000e1 has no guest: there are 1 already/g)?.length, 1)
    s.change('i-000000e0', { state: 'terminated' })
    await s.settle()
    assert.notEqual(s.pid('i-000000e1'), undefined)
  })
})
