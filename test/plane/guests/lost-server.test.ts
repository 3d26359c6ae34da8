// SPDX-License-Identifier: BSD-2-Clause
// A server that is killed takes its guests with it, and all that is in them.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processOf } from '../../../src/engine/processes'
import type { Boot } from '../../../src/plane/guests/messages'
import { guestCommand } from '../../support/guest-command'
import { until } from '../../support/until'
import { ask } from './asking'

// Stands for the server: starts a guest as it does, prints what that says, and hangs.
const parent = `
const { spawn } = require('node:child_process')
const [, cwd, boot] = process.argv
const { command } = JSON.parse(boot)
const guest = spawn(command[0], [...command.slice(1), 'guest'], {
  cwd, detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
})
guest.on('message', message => process.stdout.write(JSON.stringify(message) + '\\n'))
guest.send(JSON.parse(boot))
process.stdout.write(JSON.stringify({ pid: guest.pid }) + '\\n')
setInterval(() => {}, 1000)
`

describe('A guest whose server is killed', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mallee-lost-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('ends, and so does what runs in it', async () => {
    // As a first boot left it: the console is installed and enabled.
    mkdirSync(join(folder, 'root/etc/eucaconsole'), { recursive: true })
    writeFileSync(join(folder, 'root/etc/eucaconsole/console.ini'), 'ufshost = localhost\nuiport = 8877\n')
    writeFileSync(join(folder, 'guest.json'), '{"isConfigured":true,"enabled":["eucaconsole"]}')
    const address = '127.202.0.1'
    const boot: Boot = {
      ...{ kind: 'boot', instanceId: 'i-0000000a', zone: 'PARTI00', address, endpoint: 'http://127.0.0.1:1' },
      ...{ readsUserData: false, command: guestCommand(), forwards: [] },
      open: [{ protocol: 'tcp', fromPort: 8877, toPort: 8877, sources: ['0.0.0.0/0'] }],
    }
    const server = spawn(process.execPath, ['-e', parent, folder, JSON.stringify(boot)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await until(() => /"kind":"booted"/.test(said))
    assert.equal((await ask(address, 8877)).status, 200)
    const pids = [/"pid":(\d+)/, /eucaconsole: pid (\d+), port 8877/].map(pattern =>
      Number(pattern.exec(said)?.[1]),
    )
    assert.ok(pids.every(processOf))
    server.kill('SIGKILL')
    await once(server, 'exit')
    await until(() => !pids.some(processOf))
    await assert.rejects(ask(address, 8877), { code: 'ECONNREFUSED' })
  })

  it('is none that anybody could have started', async () => {
    const [program = '', ...args] = guestCommand()
    const alone = spawn(program, [...args, 'guest'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    alone.stderr.on('data', chunk => {
      said += String(chunk)
    })
    const [status] = (await once(alone, 'close')) as [number]
    assert.equal(status, 1)
    assert.match(said, /a guest is started by mallee serve/)
  })
})
