// SPDX-License-Identifier: BSD-2-Clause
// Health checks against instances that are well, and against those that are not in every way that there is.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { PlannedCheck } from '../../../src/engine/elb/plan'
import { probe } from '../../../src/plane/balancers/probe'
import { anAddress, endAll, streamInstance, webInstance } from './scene'

describe('A health check', () => {
  afterEach(endAll)

  const from = anAddress()
  const check = (to: string, more: Partial<PlannedCheck> = {}): Promise<string | undefined> => {
    const planned: PlannedCheck = { protocol: 'HTTP', port: 8888, path: '/', timeoutSeconds: 5, ...more }
    return probe({ check: planned, from, to }, new AbortController().signal)
  }
  const answering = (text: string) =>
    streamInstance(8888, socket => void socket.once('data', () => socket.end(text)))

  it('is well with status 200 alone, and comes from the balancer', async () => {
    const seen: unknown[] = []
    const instance = await webInstance(8888, {
      handler: (incoming, response) => {
        seen.push(incoming.socket.remoteAddress, incoming.url, incoming.headers['user-agent'])
        response.end('fine')
      },
    })
    assert.equal(await check(instance, { path: '/health?x=1' }), undefined)
    assert.deepEqual(seen, [from, '/health?x=1', 'ELB-HealthChecker/1.0'])
    for (const status of [201, 204, 301, 404, 503]) {
      const other = await webInstance(8888, {
        handler: (_, response) => void response.writeHead(status).end(),
      })
      assert.equal(await check(other), `the answer has status ${status}`)
    }
  })

  it('takes the rest of a very long answer for good', async () => {
    const endless = await webInstance(8888, {
      handler: (_, response) => void response.write(Buffer.alloc(2 * 1024 * 1024)),
    })
    assert.equal(await check(endless), undefined)
  })

  it('does not verify certificates', async () => {
    const instance = await webInstance(8888, { isTls: true })
    assert.equal(await check(instance, { protocol: 'HTTPS' }), undefined)
    assert.equal(await check(instance, { protocol: 'SSL' }), undefined)
    assert.equal(await check(instance, { protocol: 'TCP' }), undefined)
  })

  it('of TLS fails where none is spoken', async () => {
    const instance = await streamInstance(8888, socket => void socket.end('hello\r\n'))
    for (const protocol of ['HTTPS', 'SSL'] as const) {
      assert.match((await check(instance, { protocol })) ?? '', /^the TLS handshake failed|^the connection/)
    }
  })

  it('fails when nothing listens', async () => {
    for (const protocol of ['HTTP', 'HTTPS', 'TCP', 'SSL'] as const) {
      assert.equal(await check(anAddress(), { protocol }), 'nothing listens at port 8888')
    }
  })

  it('fails when the answer is garbage, breaks off, or never comes', async () => {
    const hangs = await streamInstance(8888, () => {})
    const drips = await streamInstance(8888, socket => {
      const timer = setInterval(() => socket.write('H'), 100)
      socket.on('close', () => clearInterval(timer))
    })
    const resets = await streamInstance(8888, (socket: Socket) => socket.resetAndDestroy())
    const late = { timeoutSeconds: 1 }
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'
    const outcomes = await Promise.all([
      answering('\x00\xff garbage \r\n\r\n').then(instance => check(instance)),
      answering('').then(instance => check(instance)),
      answering(`${head}half`).then(instance => check(instance)),
      answering(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`).then(instance => check(instance)),
      streamInstance(8888, socket => void socket.write(`${head}half`)).then(one => check(one, late)),
      check(resets),
      check(hangs, late),
      check(hangs, { ...late, protocol: 'SSL' }),
      check(drips),
    ])
    assert.deepEqual(outcomes, [
      'the answer is no HTTP',
      'the connection was broken off',
      'the answer broke off',
      'the answer is no HTTP',
      'no answer within 1 seconds',
      'the connection was broken off',
      'no answer within 1 seconds',
      'no answer within 1 seconds',
      'the answer is no HTTP',
    ])
  })
})
