// SPDX-License-Identifier: BSD-2-Clause
// What goes wrong when a host is asked for its certificate.
import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { peerCertificate } from '../../src/clients/peer-certificate'

const patient = { timeoutSeconds: 30 }

describe('A certificate that is asked for', () => {
  let server: Server
  let url: string
  const sockets = new Set<Socket>()
  let greet: (socket: Socket) => void = () => {}
  before(async () => {
    server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => {})
      greet(socket)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  it('does not come from a host that says nothing', async () => {
    greet = () => {}
    await assert.rejects(peerCertificate(url, { timeoutSeconds: 0.05 }), {
      name: 'ClientError',
      reason: 'timeout',
      message: 'request timed out',
    })
  })

  it('does not come from a host that hangs up', async () => {
    greet = socket => socket.destroy()
    await assert.rejects(peerCertificate(url, patient), { name: 'ClientError', reason: 'connection' })
  })

  it('does not come from a host that speaks something else', async () => {
    greet = socket => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n')
    await assert.rejects(peerCertificate(url, patient), { name: 'ClientError', reason: 'connection' })
  })

  it('is waited for no longer than the tool runs', async () => {
    const left = new Error('left')
    const controller = new AbortController()
    greet = () => controller.abort(left)
    await assert.rejects(peerCertificate(url, patient, controller.signal), left)
    await assert.rejects(peerCertificate(url, patient, controller.signal), left)
  })
})
