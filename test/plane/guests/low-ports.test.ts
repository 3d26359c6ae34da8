// SPDX-License-Identifier: BSD-2-Clause
// A guest of somebody who may not open low ports.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Boot, FromGuest } from '../../../src/plane/guests/messages'
import { guestCommand } from '../../support/guest-command'
import { exchange } from './asking'

const nobody = 65_534

describe('A guest that may not open port 22', () => {
  it('opens one that stands for it, and says so', async function () {
    // Only root can be somebody else, and some machines let everybody open any port.
    const lowest = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
    if (process.getuid?.() !== 0 || lowest <= 22) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'mallee-low-'))
    chownSync(folder, nobody, nobody)
    const command = guestCommand()
    const [program = '', script = ''] = command
    chmodSync(dirname(script), statSync(dirname(script)).mode | 0o055)
    const guest = spawn(program, [script, 'guest'], {
      ...{ cwd: folder, uid: nobody, gid: nobody, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    })
    try {
      const heard: FromGuest[] = []
      guest.on('message', message => heard.push(message as FromGuest))
      const boot: Boot = {
        ...{ kind: 'boot', instanceId: 'i-0000000a', zone: 'PARTI00', address: '127.204.0.1' },
        ...{ endpoint: 'http://127.0.0.1:1', readsUserData: false, command, forwards: [] },
        open: [{ protocol: 'tcp', fromPort: 22, toPort: 22, sources: ['0.0.0.0/0'] }],
      }
      guest.send(boot)
      while (!heard.some(({ kind }) => kind === 'booted')) await once(guest, 'message')
      const ports = heard.flatMap(message => (message.kind === 'ports' ? message.ports : []))
      assert.deepEqual(ports, [{ port: 22, mapped: 10_022 }])
      const lines = heard.flatMap(message => (message.kind === 'lines' ? message.lines : []))
      assert.ok(lines.includes('gate: port 22 may not be opened here: 127.204.0.1:10022 stands for it'))
      // It is judged by the port that it stands for.
      assert.match(String(await exchange('127.204.0.1', 10_022)), /^SSH-2\.0-mallee/)
    } finally {
      guest.disconnect()
      await once(guest, 'exit')
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
