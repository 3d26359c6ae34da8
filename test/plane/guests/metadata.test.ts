// SPDX-License-Identifier: BSD-2-Clause
// Asking a metadata service that is slow to come, does not know, or says too much.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { userDataOf } from '../../../src/plane/guests/guest/metadata'

describe('A guest that asks for its user data', () => {
  const troubles: string[] = []
  const asked: string[] = []
  const address = '127.203.0.1'

  const served = async <T>(host: string, answer: RequestListener, work: (endpoint: string) => Promise<T>) => {
    const server = createServer((request, response) => {
      asked.push(`${request.socket.remoteAddress} ${request.url}`)
      answer(request, response)
    })
    await new Promise<void>(resolve => server.listen(0, host, resolve))
    const { port } = server.address() as AddressInfo
    try {
      return await work(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
    } finally {
      server.close()
    }
  }
  const ask = (endpoint: string) =>
    userDataOf({ endpoint, address, instanceId: 'i-0000000a', onTrouble: text => void troubles.push(text) })

  beforeEach(() => {
    troubles.length = 0
    asked.length = 0
  })

  it('is known by its address', async () => {
    const data = await served('127.0.0.1', (_, response) => response.end('#cloud-config'), ask)
    assert.deepEqual([String(data), asked, troubles], ['#cloud-config', [`${address} /latest/user-data`], []])
  })

  it('names itself where it cannot be known by that', async () => {
    const data = await served('::1', (_, response) => response.end('x'), ask)
    assert.deepEqual([String(data), asked], ['x', ['::1 /metadata/i-0000000a/latest/user-data']])
  })

  it('may have none', async () => {
    assert.equal(await served('127.0.0.1', (_, response) => response.writeHead(404).end(), ask), undefined)
  })

  it('asks again when there is no answer, or one that is of no use', async () => {
    const answers: RequestListener[] = [
      request => request.socket.destroy(),
      (_, response) => response.writeHead(500).end('no'),
      (_, response) => response.end('at last'),
    ]
    const data = await served('127.0.0.1', (...both) => answers.shift()?.(...both), ask)
    assert.deepEqual([String(data), troubles], ['at last', ['socket hang up', 'status 500']])
  })

  it('does not take more than there can be', async () => {
    const answers: RequestListener[] = [
      (_, response) => response.end(Buffer.alloc(2 ** 20 + 1)),
      (_, response) => response.end('x'),
    ]
    assert.equal(String(await served('127.0.0.1', (...both) => answers.shift()?.(...both), ask)), 'x')
    assert.deepEqual(troubles, ['it is too large'])
  })
})
