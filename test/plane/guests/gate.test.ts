// SPDX-License-Identifier: BSD-2-Clause
// The ports of a guest, in this process, at addresses of the test's own.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Door, relayTo, sshDoor } from '../../../src/plane/guests/guest/doors'
import { Gate } from '../../../src/plane/guests/guest/gate'
import type { GuestPort } from '../../../src/plane/guests/messages'
import { until } from '../../support/until'
import { exchange } from './asking'

const address = '127.201.0.1'

describe("A guest's gate", () => {
  let gate: Gate
  let backend: Server
  let backendPort: number
  let answer: (socket: Socket) => void
  let peers: Set<string>
  let told: (readonly GuestPort[])[]
  let lines: string[]
  const sockets = new Set<Socket>()

  before(async () => {
    backend = createServer({ allowHalfOpen: true }, socket => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      socket.on('error', () => {})
      answer(socket)
    })
    backend.listen(0, '127.0.0.1')
    await once(backend, 'listening')
    backendPort = (backend.address() as AddressInfo).port
  })
  after(() => backend.close())

  beforeEach(() => {
    answer = socket => socket.pipe(socket)
    peers = new Set(['127.0.0.1'])
    told = []
    lines = []
    gate = new Gate({
      address,
      letsIn: peer => peers.has(peer),
      onPorts: ports => void told.push(ports),
      say: line => void lines.push(line),
    })
  })
  afterEach(async () => {
    await gate.open(new Map())
    for (const socket of sockets) socket.destroy()
  })

  const port = 18_888
  const open = (door: Door = relayTo({ host: '127.0.0.1', port: backendPort })) =>
    gate.open(new Map([[port, door]]))
  const refusal = { code: 'ECONNRESET' }

  it('passes everything on, both ways, and the ends of each', async () => {
    await open()
    assert.equal(String(await exchange(address, port, 'hello')), 'hello')
    answer = socket => {
      const hash = createHash('sha256')
      socket.on('data', chunk => hash.update(chunk))
      // Answered only when all has come, which half a close must have told.
      socket.once('end', () => socket.end(hash.digest('hex')))
    }
    const large = Buffer.alloc(8 * 2 ** 20, 'abcdefg')
    const expected = createHash('sha256').update(large).digest('hex')
    assert.equal(String(await exchange(address, port, large)), expected)
    assert.deepEqual(told, [[{ port }]])
  })

  it('judges each connection when it begins', async () => {
    await open()
    const early = connect(port, address)
    await once(early, 'connect')
    peers.clear()
    early.write('still here')
    assert.equal(String((await once(early, 'data'))[0]), 'still here')
    early.destroy()
    await assert.rejects(exchange(address, port), refusal)
    peers.add('127.201.7.7')
    await assert.rejects(exchange(address, port), refusal)
    const other = connect({ port, host: address, localAddress: '127.201.7.7' })
    other.write('x')
    await once(other, 'data')
    other.destroy()
  })

  it('does not read on while nobody takes it', async () => {
    let slow: Socket | undefined
    answer = socket => {
      slow = socket
      socket.pause()
    }
    await open()
    const client = connect(port, address)
    const chunk = Buffer.alloc(2 ** 20)
    let written = 0
    const write = (): void => {
      while (client.write(chunk)) written += chunk.length
      written += chunk.length
    }
    client.on('drain', write)
    write()
    let before = -1
    // What the system keeps for sockets is full when nothing more is taken.
    await until(() => {
      const isSame = slow !== undefined && written === before
      before = written
      return isSame
    })
    assert.ok(written < 64 * 2 ** 20, String(written))
    slow?.resume()
    const stuck = written
    await until(() => written > stuck)
    client.destroy()
  })

  it('takes a thousand connections at a time', async () => {
    await open()
    const clients = await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const client = connect(port, address)
        client.write(String(index))
        const [data] = (await once(client, 'data')) as [Buffer]
        assert.equal(String(data), String(index))
        return client
      }),
    )
    for (const client of clients) client.destroy()
    await until(() => sockets.size === 0)
  })

  it('resets whom the program behind resets, and where there is none', async () => {
    answer = socket => socket.once('data', () => socket.resetAndDestroy())
    await open()
    await assert.rejects(exchange(address, port, 'x'), refusal)
    await open(relayTo({ host: '127.0.0.1', port: 1 }))
    await assert.rejects(exchange(address, port, 'x'), refusal)
  })

  it('resets its client where the program behind has a socket of the file system', async () => {
    const path = join(tmpdir(), `mallee-gate-${process.pid}.sock`)
    let taken: Socket | undefined
    const behind = createServer(socket => {
      taken = socket.on('error', () => {}).resume()
    })
    behind.listen(path)
    await once(behind, 'listening')
    await gate.open(new Map([[18_090, relayTo({ path })]]))
    const client = connect({ host: address, port: 18_090 })
    client.write('a')
    await until(() => taken !== undefined)
    client.resetAndDestroy()
    await until(() => taken?.destroyed === true)
    behind.close()
    await once(behind, 'close')
    const late = connect({ host: address, port: 18_090 })
    await assert.rejects(once(late, 'close'), { code: 'ECONNRESET' })
  })

  it('lets go of the program behind when the client goes', async () => {
    await open()
    const client = connect(port, address)
    client.write('x')
    await once(client, 'data')
    client.resetAndDestroy()
    await until(() => sockets.size === 0)
  })

  it('closes ports that are no longer wanted, and leaves connections', async () => {
    await open()
    const client = connect(port, address)
    await once(client, 'connect')
    await gate.open(new Map())
    await assert.rejects(exchange(address, port), { code: 'ECONNREFUSED' })
    client.write('x')
    assert.equal(String((await once(client, 'data'))[0]), 'x')
    client.destroy()
    assert.deepEqual(told, [[{ port }], []])
  })

  it('tries a port that somebody has again and again, and says so once', async () => {
    const thief = createServer().listen(port, address)
    await once(thief, 'listening')
    await open()
    assert.deepEqual(told, [[{ port, trouble: 'EADDRINUSE' }]])
    thief.close()
    await until(() => told.length === 2)
    assert.deepEqual(told[1], [{ port }])
    assert.deepEqual(lines, [
      `gate: port ${port} cannot be opened: EADDRINUSE; it is tried again`,
      `gate: port ${port} is open now`,
    ])
  })

  it('does not open a port late that was given up meanwhile', async () => {
    const thief = createServer().listen(port, address)
    await once(thief, 'listening')
    await open()
    await gate.open(new Map())
    thief.close()
    await once(thief, 'close')
    await assert.rejects(exchange(address, port), { code: 'ECONNREFUSED' })
    assert.deepEqual(gate.ports, [])
  })

  it('has an SSH port that takes leave as the protocol has it', async () => {
    await open(sshDoor)
    const said = await exchange(address, port, 'SSH-2.0-OpenSSH_9.2\r\n')
    const at = said.indexOf('\r\n') + 2
    assert.equal(String(said.subarray(0, at)), 'SSH-2.0-mallee\r\n')
    const packet = said.subarray(at)
    const length = packet.readUInt32BE(0)
    const padding = packet.readUInt8(4)
    assert.deepEqual([packet.length, packet.length % 8, padding >= 4], [length + 4, 0, true])
    // SSH_MSG_DISCONNECT, by application.
    assert.deepEqual([packet.readUInt8(5), packet.readUInt32BE(6)], [1, 11])
    assert.match(String(packet), /it has no shell/)
    // Who says nothing that is SSH is left, and who says nothing at all may go.
    await exchange(address, port, 'x'.repeat(600)).catch(() => {})
    assert.equal(String(await exchange(address, port)), 'SSH-2.0-mallee\r\n')
  })
})
