// SPDX-License-Identifier: BSD-2-Clause
// How requests travel: again, elsewhere, through proxies and TLS, or not at all.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { clientFor } from '../../src/clients'
import { selfSigned } from '../../src/engine/iam/certificates'
import { io, type RecordingServer, settingsOf, startServer } from './server'

const empty = { body: '<R xmlns="x"><requestId>r</requestId></R>' }

describe('exchanges', () => {
  let server: RecordingServer
  beforeEach(async () => {
    server = await startServer()
    server.answer(empty)
  })
  afterEach(() => server.close())

  const ec2 = (env = {}, waits: number[] = []) =>
    clientFor('ec2', settingsOf({ EC2_URL: `${server.url}/services/compute`, ...env }), io(waits))

  describe('retries', () => {
    const broken = { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow</Message></Error>' }

    it('follow a 500 or 503, after growing waits, and are signed anew', async () => {
      const waits: number[] = []
      server.answer({ status: 500 }, broken, empty)
      await (await ec2({}, waits)).describeImages()
      assert.deepEqual(waits, [1500, 3000])
      assert.equal(server.requests.length, 3)
    })

    it('end after three tries, with the last refusal', async () => {
      server.answer(broken)
      await assert.rejects((await ec2()).describeImages(), { code: 'SlowDown', status: 503 })
      assert.equal(server.requests.length, 3)
    })

    it('do not follow other refusals', async () => {
      server.answer({ status: 504 })
      await assert.rejects((await ec2()).describeImages(), { code: '504' })
      assert.equal(server.requests.length, 1)
    })

    it('follow time-outs, and the last one is told', async () => {
      server.answer(() => undefined)
      const settings = { ...settingsOf({ EC2_URL: server.url }), timeoutSeconds: 0.05 }
      const client = await clientFor('ec2', settings, io())
      await assert.rejects(client.describeImages(), { name: 'ClientError', message: 'request timed out' })
      assert.equal(server.requests.length, 3)
    })

    it('wait no longer than fifteen seconds', async () => {
      const waits: number[] = []
      server.answer(broken)
      const client = await clientFor(
        'ec2',
        { ...settingsOf({ EC2_URL: server.url }), maxRetries: 6 },
        io(waits),
      )
      await assert.rejects(client.describeImages())
      assert.deepEqual(waits, [1500, 3000, 6000, 12000, 15000, 15000])
    })

    it('do not follow a connection that cannot be made or is lost', async () => {
      const waits: number[] = []
      await assert.rejects((await ec2({ EC2_URL: 'http://127.0.0.1:1/' }, waits)).describeImages(), {
        name: 'ClientError',
        message: 'connection error (127.0.0.1:1: Connection refused)',
      })
      server.answer((_, response) => void response.socket?.destroy())
      await assert.rejects((await ec2({}, waits)).describeImages(), {
        name: 'ClientError',
        message: /^connection error \(127/,
      })
      server.answer((_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('<R>')
        setImmediate(() => response.socket?.destroy())
        return undefined
      })
      await assert.rejects((await ec2({}, waits)).describeImages(), {
        name: 'ClientError',
        message: /^connection error \(127/,
      })
      assert.deepEqual(waits, [])
    })

    it('stop when the call is aborted, which is its own reason', async () => {
      const abort = new AbortController()
      server.answer(() => void abort.abort(new Error('enough')))
      await assert.rejects((await ec2()).describeImages({}, { signal: abort.signal }), /^Error: enough$/)
      await assert.rejects((await ec2()).describeImages({}, { signal: abort.signal }), /^Error: enough$/)
      assert.equal(server.requests.length, 1)
    })
  })

  describe('redirects', () => {
    it('are followed with the same body, signed for the new place', async () => {
      const other = await startServer()
      other.answer(empty)
      server.answer({ status: 307, headers: { location: `${other.url}/new` } })
      await (await ec2()).describeImages({ ImageIds: ['emi-1'] })
      const [request] = other.requests
      assert.equal(request?.url, '/new')
      assert.equal(request?.method, 'POST')
      assert.equal(request?.form.get('ImageId.1'), 'emi-1')
      assert.equal(`http://${request?.headers.host}`, other.url)
      assert.notEqual(request?.headers.authorization, server.requests[0]?.headers.authorization)
      await other.close()
    })

    it('end after five, as a refusal', async () => {
      server.answer({ status: 302, headers: { location: '/again' } })
      await assert.rejects((await ec2()).describeImages(), {
        name: 'ServiceError',
        code: '302',
        message: 'Found',
      })
      assert.equal(server.requests.length, 6)
    })
  })

  it('go through a proxy, unless the host is exempt', async () => {
    const proxy = await startServer()
    proxy.answer(empty)
    const env = { EC2_URL: 'http://cloud.example:8773/x', http_proxy: proxy.url.replace('//', '//me:pw@') }
    await (await ec2(env)).describeImages()
    assert.equal(proxy.requests[0]?.url, 'http://cloud.example:8773/x')
    assert.equal(proxy.requests[0]?.headers.host, 'cloud.example:8773')
    assert.equal(proxy.requests[0]?.headers['proxy-authorization'], `Basic ${btoa('me:pw')}`)
    await (await ec2({ http_proxy: proxy.url, no_proxy: '127.0.0.1' })).describeImages()
    assert.equal(proxy.requests.length, 1)
    assert.equal(server.requests.length, 1)
    await proxy.close()
  })

  describe('over TLS', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const cert = selfSigned({
      privateKey: key,
      subject: [['CN', 'test']],
      serial: randomBytes(8),
      now: new Date(),
    })
    let secure: https.Server
    let url: string
    beforeEach(async () => {
      secure = https.createServer({ key, cert }, (_, response) => response.end(empty.body))
      await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve))
      url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`
    })
    afterEach(() => {
      secure.closeAllConnections()
      secure.close()
    })

    it('trust any certificate unless the region asks for verification', async () => {
      await (await ec2({ EC2_URL: url })).describeImages()
      const strict = { ...settingsOf({ EC2_URL: url }), verifySsl: true }
      await assert.rejects((await clientFor('ec2', strict, io())).describeImages(), {
        name: 'ClientError',
        message: /^connection error \(127\.0\.0\.1:\d+: self-signed certificate\)$/,
      })
    })

    it('go through a tunnel of the proxy, or tell that it refused one', async () => {
      const asked: string[] = []
      const proxy = http.createServer().on('connect', (request, socket) => {
        asked.push(request.url ?? '')
        if (asked.length > 1) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
        const upstream = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          socket.pipe(upstream).pipe(socket)
        })
        socket.on('error', () => upstream.destroy())
      })
      await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
      const https_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      try {
        await (await ec2({ EC2_URL: url, https_proxy })).describeImages()
        assert.deepEqual(asked, [url.slice('https://'.length, -1)])
        await assert.rejects((await ec2({ EC2_URL: url, https_proxy })).describeImages(), {
          name: 'ClientError',
          message: /the proxy answered 403 Forbidden\)$/,
        })
      } finally {
        proxy.close()
      }
    })
  })
})
