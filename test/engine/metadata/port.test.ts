// SPDX-License-Identifier: BSD-2-Clause
// Over a real connection it is the connection that tells who asks.
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { type RunningServer, startServer } from '../../../src/engine/server'
import { type Cloud, cloud } from '../../support/cloud'
import { haveInstance } from '../ec2/instance'

describe('metadata over a port', () => {
  let c: Cloud
  let server: RunningServer
  before(async () => {
    c = await cloud()
    // For IPv4 and IPv6 both where the machine has both: addresses of the former then come in the latter's form.
    server = await startServer(request => c.engine.handle(request), {
      host: '0.0.0.0',
      port: 0,
      name: 'Eucalyptus/4.4.5',
    })
    haveInstance(c, { id: 'i-00000001', privateIp: '127.0.0.5' })
    haveInstance(c, { id: 'i-00000002', privateIp: '127.0.0.6' })
  })
  after(async () => {
    await server.close()
    await c.close()
  })

  const path = '/latest/meta-data/instance-id'

  /** All of 127.0.0.0/8 is this machine, and any of it can be what a connection comes from. */
  const ask = (localAddress: string, more: { path?: string; headers?: Record<string, string> } = {}) =>
    new Promise<string>((resolve, reject) => {
      const outgoing = httpRequest(
        { host: '127.0.0.1', port: server.port, localAddress, agent: false, path, ...more },
        answer => {
          let text = ''
          answer.setEncoding('utf8').on('data', chunk => {
            text += chunk
          })
          answer.on('end', () => resolve(answer.statusCode === 200 ? text : String(answer.statusCode)))
        },
      )
      outgoing.on('error', reject)
      outgoing.end()
    })

  it('knows an instance by the address that its connection comes from', async () => {
    assert.equal(await ask('127.0.0.5'), 'i-00000001')
    assert.equal(await ask('127.0.0.6'), 'i-00000002')
    assert.match(await ask('127.0.0.7'), /^40[34]$/)
  })

  it('believes the connection before the Host', async () => {
    assert.equal(await ask('127.0.0.5', { headers: { host: '127.0.0.6' } }), 'i-00000001')
    assert.equal(await ask('127.0.0.7', { headers: { host: '127.0.0.6' } }), 'i-00000002')
  })

  it('answers a program that names the instance in the path', async () => {
    assert.equal(await ask('127.0.0.1', { path: `/metadata/i-00000002${path}` }), 'i-00000002')
  })
})
