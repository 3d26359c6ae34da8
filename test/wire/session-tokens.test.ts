// SPDX-License-Identifier: BSD-2-Clause
// Temporary keys, with every kind of signature that can carry their token, and keys that end while they are in use.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import type { HttpRequest } from '../../src/engine/http'
import { startServer } from '../../src/engine/server'
import { issueSession } from '../../src/engine/sts/sessions'
import { type Cloud, cloud, inProcess } from '../support/cloud'
import { encode, signedByVersion2 } from './version-2'

interface Key {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

describe('a temporary key', () => {
  let c: Cloud
  let session: Key
  let other: Key
  before(async () => {
    c = await cloud()
    const issue = (): Key =>
      c.engine.write(tx => {
        const user = tx.users.in(c.accountId).must('admin')
        const wish = {
          account: c.accountId,
          kind: 'session',
          holderName: 'admin',
          holderId: user.id,
        } as const
        const issued = issueSession(tx, wish, 3600)
        return { id: issued.session.id, secret: issued.session.secret, token: issued.token }
      })
    session = issue()
    other = issue()
  })
  after(() => c.close())

  const settings = ({ id, secret, token }: Key) => ({
    region: 'eucalyptus',
    credentials: {
      accessKeyId: id,
      secretAccessKey: secret,
      ...(token === undefined ? {} : { sessionToken: token }),
    },
    maxAttempts: 1,
    systemClockOffset: c.clock.now() - Date.now(),
    requestHandler: inProcess(request => c.engine.handle(request)) as never,
  })
  const answered = (sent: Promise<unknown>): Promise<string> =>
    sent.then(
      () => 'done',
      (error: Error & { Code?: string }) => `${error.Code ?? error.name}: ${error.message}`,
    )

  const handled = async (request: HttpRequest): Promise<string> => {
    const { status, body } = await c.engine.handle(request)
    if (status === 200) return 'done'
    const [, code, message] = /<Code>(.*?)<\/Code><Message>(.*?)<\/Message>/.exec(String(body)) ?? []
    return `${code}: ${message}`
  }

  const version2 = ({ id, secret, token }: Key): Promise<string> =>
    handled(
      signedByVersion2({
        key: { id, secret },
        parameters: {
          Action: 'DescribeRegions',
          Timestamp: new Date(c.clock.now()).toISOString(),
          ...(token === undefined ? {} : { SecurityToken: token }),
        },
      }),
    )

  const version4 = (key: Key): Promise<string> =>
    answered(
      new EC2Client({ ...settings(key), endpoint: 'http://cloud.test:8773/services/compute' }).send(
        new DescribeRegionsCommand({}),
      ),
    )

  const bucketsBy4 = (key: Key): Promise<string> =>
    answered(
      new S3Client({
        ...settings(key),
        endpoint: 'http://cloud.test:8773/services/objectstorage',
        forcePathStyle: true,
      }).send(new ListBucketsCommand({})),
    )

  const bucketsBy2 = ({ id, secret, token }: Key): Promise<string> => {
    const date = new Date(c.clock.now()).toUTCString()
    const amazon = token === undefined ? '' : `x-amz-security-token:${token}\n`
    const signature = createHmac('sha1', secret).update(`GET\n\n\n${date}\n${amazon}/`).digest('base64')
    return handled({
      method: 'GET',
      path: '/services/objectstorage/',
      query: '',
      headers: {
        host: 'cloud.test:8773',
        date,
        authorization: `AWS ${id}:${signature}`,
        ...(token === undefined ? {} : { 'x-amz-security-token': token }),
      },
    })
  }

  const bucketsByUrl = ({ id, secret, token }: Key): Promise<string> => {
    const expires = String(Math.floor(c.clock.now() / 1000) + 60)
    const amazon = token === undefined ? '' : `x-amz-security-token:${token}\n`
    const signature = createHmac('sha1', secret).update(`GET\n\n\n${expires}\n${amazon}/`).digest('base64')
    const more = token === undefined ? '' : `&x-amz-security-token=${encode(token)}`
    return handled({
      method: 'GET',
      path: '/services/objectstorage/',
      query: `AWSAccessKeyId=${id}&Expires=${expires}&Signature=${encode(signature)}${more}`,
      headers: { host: 'cloud.test:8773' },
    })
  }

  const query = { version2, version4 }
  const s3 = { bucketsBy4, bucketsBy2, bucketsByUrl }

  it('is good with its token, in the parameters or in a header', async () => {
    for (const [name, ask] of Object.entries({ ...query, ...s3 })) {
      assert.equal(await ask(session), 'done', name)
    }
  })

  it('is not good without it, or with another, a part of it, or more than it', async () => {
    const { token = '' } = session
    const wrong = [
      undefined,
      '',
      other.token,
      token.slice(0, -1),
      token.slice(1),
      `${token}A`,
      'x',
      `${token} `,
    ]
    for (const text of wrong) {
      const key = { id: session.id, secret: session.secret, ...(text === undefined ? {} : { token: text }) }
      for (const [name, ask] of Object.entries(query)) {
        // What is at the end of a header's value nobody sees.
        if (text?.endsWith(' ') && name !== 'version2') continue
        assert.equal(await ask(key), '403 Forbidden: Invalid access key or token', `${name} ${text}`)
      }
      for (const [name, ask] of Object.entries(s3)) {
        if (text?.endsWith(' ')) continue
        const expected = 'InvalidToken: The provided token is malformed or otherwise invalid.'
        assert.equal(await ask(key), expected, `${name} ${text}`)
      }
    }
  })

  it('has a token that is good for no other key', async () => {
    for (const [name, ask] of Object.entries(query)) {
      const lasting = { id: c.key.id, secret: c.key.secret, token: session.token ?? '' }
      assert.equal(await ask(lasting), '403 Forbidden: Invalid access key or token', name)
      const mixed = { id: other.id, secret: session.secret, token: other.token ?? '' }
      assert.equal(await ask(mixed), '403 Forbidden: Signature validation failed', name)
    }
  })

  it('is told that it has expired, for a day, and then is not known', async () => {
    await c.pass(3600)
    for (const ask of Object.values(query)) {
      assert.equal(await ask(session), '403 Forbidden: Invalid access key or token')
    }
    for (const ask of Object.values(s3)) {
      assert.equal(await ask(session), 'ExpiredToken: The provided token has expired.')
    }
    await c.pass(24 * 3600)
    for (const ask of Object.values(query)) {
      assert.equal(await ask(session), '403 Forbidden: Failed to find access key')
    }
  })
})

describe('a connection', () => {
  let c: Cloud
  let server: Awaited<ReturnType<typeof startServer>>
  before(async () => {
    c = await cloud()
    server = await startServer(request => c.engine.handle(request), {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
    })
  })
  after(async () => {
    await server.close()
    await c.close()
  })

  const regions = () =>
    signedByVersion2({
      key: c.key,
      parameters: { Action: 'DescribeRegions', Timestamp: new Date(c.clock.now()).toISOString() },
      host: `127.0.0.1:${server.port}`,
    })

  it('outlives a key that is switched off, which is told so with the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const send = () =>
      new Promise<{ status: number; text: string; port: number | undefined }>((resolve, reject) => {
        const { path, query } = regions()
        const outgoing = httpRequest(
          { agent, host: '127.0.0.1', port: server.port, path: `${path}?${query}` },
          answer => {
            const port = answer.socket.localPort
            let text = ''
            answer.setEncoding('utf8').on('data', chunk => {
              text += chunk
            })
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, port }))
          },
        )
        outgoing.on('error', reject)
        outgoing.end()
      })
    const active = (isActive: boolean) =>
      c.engine.write(tx => tx.accessKeys.put({ ...tx.accessKeys.must(c.key.id), active: isActive }))
    const [first, second] = [await send(), await send()]
    active(false)
    const third = await send()
    active(true)
    assert.deepEqual([first.status, second.status, third.status], [200, 200, 403])
    assert.deepEqual(new Set([first.port, second.port, third.port]).size, 1)
    assert.match(third.text, /<Message>Invalid access key or token<\/Message>/)
    assert.equal((await send()).status, 200)
    agent.destroy()
  })

  it('is ended when a request names its host or its signature twice', async () => {
    const { path, query, headers } = regions()
    const say = (...lines: string[]): Promise<string> =>
      new Promise(resolve => {
        const socket = connect(server.port, '127.0.0.1', () =>
          socket.write([`GET ${path}?${query} HTTP/1.1`, ...lines, '', ''].join('\r\n')),
        )
        let answer = ''
        socket.setEncoding('latin1').on('data', chunk => {
          answer += chunk
        })
        socket.on('close', () => resolve(answer))
        socket.on('error', () => {})
      })
    const host = `Host: ${headers.host}`
    assert.match(await say(host, 'Connection: close'), /^HTTP\/1\.1 200 /)
    assert.match(await say(host, host), /^HTTP\/1\.1 400 .*host was given more than once/s)
    assert.match(await say(host, 'Authorization: AWS a:b', 'Authorization: AWS a:b'), /^HTTP\/1\.1 400 /)
  })
})
