// SPDX-License-Identifier: BSD-2-Clause
// Services in guests: what runs, what does not, and what it says on the console.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RebootInstancesCommand } from '@aws-sdk/client-ec2'
import { systemClock } from '../../../src/engine/clock'
import { writtenOn } from '../../../src/engine/node/console'
import { settingsOf } from '../../../src/plane/guests/guest/console-service'
import { hostsOf } from '../../../src/serve/hosts'
import { statusOf } from '../../../src/serve/status'
import { haveInstance } from '../../engine/ec2/instance'
import { cloud } from '../../support/cloud'
import { until } from '../../support/until'
import { ask } from './asking'
import { type ServedGuests, servedGuests } from './served-guests'

describe('Services in guests', () => {
  let s: ServedGuests
  before(async () => {
    s = await servedGuests()
  })
  after(() => s.close())

  const pidIn = (id: string): number =>
    Number(/[^\0]*eucaconsole: pid (\d+)/.exec(s.console(id))?.[1] ?? assert.fail(s.console(id)))

  it('that end close their port, and are started by nobody else', async () => {
    const id = 'i-0000000a'
    const address = s.have(id, {
      userData: `#cloud-config
runcmd:
  - yum -y install eucaconsole
  - sed -i 's/uiport = 8888/uiport = 8899/' /etc/eucaconsole/console.ini
  - service eucaconsole status
  - service eucaconsole start
  - service eucaconsole start
  - service eucaconsole status
`,
      open: [[8899]],
    })
    await s.settle()
    await s.said(id, /finished at/)
    assert.match(
      s.console(id),
      /eucaconsole is stopped\r\nStarting eucaconsole: pid (\d+), port 8899\r\neucaconsole \(pid \1\) is running\.\.\./,
    )
    assert.equal((await ask(address, 8899)).status, 200)
    process.kill(pidIn(id), 'SIGKILL')
    await s.said(id, /eucaconsole: process \d+ has ended \(SIGKILL\)/)
    await until(() =>
      ask(address, 8899).then(
        () => false,
        ({ code }) => code === 'ECONNREFUSED',
      ),
    )
    s.change(id, { reboots: 1 })
    await s.settle()
    await until(() =>
      ask(address, 8899).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
  })

  it('are shown with where their guest is', async () => {
    const id = 'i-0000000a'
    const [entry] = await hostsOf(s.home, [id.toUpperCase()], systemClock)
    assert.deepEqual(entry?.ports, [{ port: 22 }, { port: 8899 }])
    assert.equal(entry?.by, `pid ${s.pid(id)}`)
    await assert.rejects(hostsOf(s.home, [id, 'nobody'], systemClock), {
      name: 'NoHostError',
      message: /'nobody'/,
    })
    const status = await statusOf(s.home, systemClock)
    assert.deepEqual(status?.guests, [
      { instance: id, address: entry?.address, pid: s.pid(id), running: true },
    ])
    assert.deepEqual(status?.balancers, [])
  })

  it('are stopped when they are told to, and then not started at the next boot', async () => {
    const id = 'i-0000000b'
    const address = s.have(id, {
      userData: `#cloud-config
packages: [eucaconsole]
runcmd: [[service, eucaconsole, start], [service, eucaconsole, stop]]
`,
      open: [[8888]],
    })
    await s.settle()
    await s.said(id, /finished at/)
    await assert.rejects(ask(address, 8888), { code: 'ECONNREFUSED' })
    s.change(id, { reboots: 1 })
    await s.settle()
    await s.said(id, /finished at[^\0]*finished at/)
    await assert.rejects(ask(address, 8888), { code: 'ECONNREFUSED' })
  })

  it('are not started where they are not, or cannot be', async () => {
    const id = 'i-0000000c'
    s.have(id, {
      userData: `#cloud-config
runcmd:
  - [service, sshd, start]
  - [service, eucaconsole, start]
  - [yum, install, eucaconsole]
  - [sed, -i, s/8888/88888/, /etc/eucaconsole/console.ini]
  - [service, eucaconsole, start]
`,
    })
    await s.settle()
    await s.said(id, /finished at/)
    for (const line of [
      /sshd: unrecognized service/,
      /eucaconsole is not installed/,
      /Starting eucaconsole: failed: uiport in \/etc\/eucaconsole\/console\.ini is no port: 88888/,
    ]) {
      assert.match(s.console(id), line)
    }
    assert.ok(!existsSync(join(s.home, 'plane/guests', id, 'eucaconsole.sock')))
  })
})

describe("The console's settings", () => {
  it('are those of all its releases', () => {
    const defaults = { cloudHost: 'localhost', cloudPort: 8773, port: 8888, isSecure: false }
    assert.deepEqual(settingsOf(''), defaults)
    assert.deepEqual(settingsOf('clchost = a\nclcport=1\r\nsession.secure : true\n'), {
      ...{ cloudHost: 'a', cloudPort: 1, port: 8888, isSecure: true },
    })
    assert.deepEqual(settingsOf('[x]\nclchost = a\nufshost = b\n# uiport = 1\nuiport = 2\n').cloudHost, 'b')
    assert.throws(() => settingsOf('ufshost = a b'), /no host/)
    assert.throws(() => settingsOf('ufsport = x'), /no port/)
  })
})

describe('The console of a guest that is rebooted', () => {
  it('has the machine’s boot again, and what the guest writes only from the guest', async () => {
    const c = await cloud()
    haveInstance(c, { id: 'i-0000000a' })
    const lines = ["Cloud-init v. 0.7.5 running 'modules:config' at x", 'done']
    c.engine.write(tx => {
      const booted = { instanceId: 'i-0000000a', text: 'boot\r\nlogin: ', updatedAt: tx.now }
      tx.consoles.put(writtenOn(booted, lines, tx.now))
    })
    await c.ec2().send(new RebootInstancesCommand({ InstanceIds: ['i-0000000a'] }))
    const text = c.engine.read(tx => tx.consoles.get('i-0000000a')?.text)
    assert.equal(text, `boot\r\nlogin: \r\n${lines.join('\r\n')}\r\nRestarting system.\r\nboot\r\nlogin: `)
    await c.close()
  })
})
