// SPDX-License-Identifier: BSD-2-Clause
// Requests that no honest client sends, byte by byte over a connection: the documented answer, no change, and nobody
// else waits for it.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { type RunningServer, startServer } from '../../src/engine/server'
import { type Cloud, cloud } from '../support/cloud'

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

type Parameters = readonly (readonly [string, string])[]

describe('a request over a bare connection', () => {
  let stage: Cloud
  let server: RunningServer
  let host: string
  before(async () => {
    stage = await cloud()
    server = await startServer(request => stage.engine.handle(request), {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
      headerMilliseconds: 400,
    })
    host = `127.0.0.1:${server.port}`
  })
  after(async () => {
    await server.close()
    await stage.close()
  })

  const path = '/services/compute'
  const at = (seconds: number): string =>
    new Date(stage.clock.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

  /** A form signed by version 2. */
  const signed = (
    parameters: Parameters,
    { seconds = 0, secret = stage.key.secret, id = stage.key.id } = {},
  ): string => {
    const all = [
      ...parameters,
      ['Version', '2014-06-15'],
      ['AWSAccessKeyId', id],
      ['SignatureMethod', 'HmacSHA256'],
      ['SignatureVersion', '2'],
      ...(parameters.some(([name]) => name === 'Expires') ? [] : [['Timestamp', at(seconds)]]),
    ] as [string, string][]
    const sorted = all.map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
    const text = ['POST', host, path, sorted.join('&')].join('\n')
    const signature = createHmac('sha256', secret).update(text).digest('base64')
    return `${sorted.join('&')}&Signature=${encode(signature)}`
  }

  const post = (body: string | Buffer): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          host: '127.0.0.1',
          port: server.port,
          path,
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
        answer => {
          const chunks: Buffer[] = []
          answer.on('data', chunk => chunks.push(chunk))
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  const code = (text: string): string => /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text
  const message = (text: string): string => /<Message>(.*?)<\/Message>/.exec(text)?.[1] ?? text
  const group = (name: string): Parameters => [
    ['Action', 'CreateSecurityGroup'],
    ['GroupName', name],
    ['GroupDescription', 'd'],
  ]
  const groups = (): string[] =>
    stage.engine
      .read(tx => tx.securityGroups.list().map(({ name }) => name))
      .filter(name => name !== 'default')

  it('is done when it is right', async () => {
    const { status, text } = await post(signed(group('right')))
    assert.equal(status, 200, text)
    assert.deepEqual(groups(), ['right'])
  })

  it('is refused when it was signed too early, too late or by another key, or changed afterwards', async () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['15 minutes old', signed(group('bad'), { seconds: -925 }), /^Message has expired/],
      ['of the future', signed(group('bad'), { seconds: 25 }), /^Message was generated in the future/],
      [
        'past its own date',
        signed([...group('bad'), ['Expires', at(-30)]]),
        /^Message has expired .* Expires=/,
      ],
      ['of another secret', signed(group('bad'), { secret: 'another' }), /^Signature validation failed$/],
      ['of an unknown key', signed(group('bad'), { id: 'AKIUNKNOWN' }), /^Failed to find access key$/],
      ['changed', signed(group('good')).replace('=good', '=bad'), /^Signature validation failed$/],
      ['added to', `${signed(group('good'))}&DryRun=false`, /^Signature validation failed$/],
      ['overwritten', `${signed(group('good'))}&GroupName=bad`, /^Signature validation failed$/],
      ['cut', signed(group('bad')).replace(/&Signature=.*/, ''), /./],
      [
        'unsigned',
        'Action=CreateSecurityGroup&GroupName=bad&GroupDescription=d',
        /^Missing required parameter: AWSAccessKeyId$/,
      ],
    ]
    for (const [what, body, expected] of cases) {
      const { status, text } = await post(body)
      assert.deepEqual([status, code(text)], [403, '403 Forbidden'], `${what}: ${text}`)
      assert.match(message(text), expected, what)
    }
    assert.deepEqual(groups(), ['right'])
  })

  it('cannot be repeated once its time has passed, and says what it says while that lasts', async () => {
    const body = signed(group('once'))
    assert.equal((await post(body)).status, 200)
    assert.equal(code((await post(body)).text), 'InvalidGroup.Duplicate')
    stage.clock.advance(921)
    const { status, text } = await post(body)
    assert.equal(status, 403)
    assert.match(message(text), /^Message has expired/)
    assert.deepEqual(groups().sort(), ['once', 'right'])
  })

  it('is refused when its form is deep, wide, long, broken, or plays with prototypes', async () => {
    const describe: Parameters = [['Action', 'DescribeInstances']]
    const cases: readonly (readonly [string, string | Buffer, number])[] = [
      ['deep', signed([...describe, [Array.from({ length: 40 }, () => 'Filter').join('.1.'), 'x']]), 400],
      [
        'wide',
        signed([...describe, ...Array.from({ length: 5100 }, (_, n) => [`I.${n}`, ''] as const)]),
        400,
      ],
      ['long', signed([...describe, ['InstanceId.1', 'x'.repeat(110_000)]]), 413],
      ['of a vast index', signed([...describe, ['InstanceId.999999999999', 'i-00000001']]), 400],
      ['of no encoding', 'Action=%zz', 400],
      ['of no text', Buffer.from('Action=\xff\xfe', 'latin1'), 400],
      ['with __proto__', signed([...describe, ['__proto__.admin', 'true']]), 400],
      ['with constructor', signed([...describe, ['constructor.prototype.admin', 'true']]), 400],
      [
        'with a filter called __proto__',
        signed([...describe, ['Filter.1.Name', '__proto__'], ['Filter.1.Value.1', 'x']]),
        400,
      ],
      ['of an action called __proto__', signed([['Action', '__proto__']]), 400],
      ['of an action called toString', signed([['Action', 'toString']]), 400],
    ]
    for (const [what, body, expected] of cases) {
      const { status, text } = await post(body)
      assert.equal(status, expected, `${what}: ${text}`)
      assert.match(text, /<Code>.+<\/Code><Message>.+<\/Message>/s, what)
    }
    assert.equal(({} as { admin?: unknown }).admin, undefined)
    assert.deepEqual(stage.bugs, [])
  })

  /** What the server says to these bytes, until it hangs up. */
  const talk = (text: string): Promise<string> =>
    new Promise(resolve => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
      let answer = ''
      socket.setEncoding('latin1').on('data', chunk => {
        answer += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(answer))
    })

  it('is refused when its head is too large or no HTTP', async () => {
    const long = await talk(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`)
    assert.match(long, /^HTTP\/1\.1 431 /)
    assert.match(
      await talk(`GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    )
    assert.match(await talk('hello, are you there?\r\n\r\n'), /^HTTP\/1\.1 400 /)
    assert.match(
      await talk(
        `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nAction`,
      ),
      /^HTTP\/1\.1 400 /,
    )
  })

  it('that goes on slowly keeps nobody waiting, and its connection is not kept', async () => {
    const closed: Promise<string>[] = []
    const sockets: Socket[] = []
    const open = (text: string) =>
      new Promise<Socket>(resolve => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text, () => resolve(socket)))
        let answer = ''
        socket.on('data', chunk => {
          answer += String(chunk)
        })
        socket.on('error', () => {})
        closed.push(new Promise(done => socket.on('close', () => done(answer))))
        sockets.push(socket)
      })
    for (let n = 0; n < 100; n++) {
      await open('P')
      await open(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Slow`)
    }
    const bodies = await Promise.all(
      Array.from({ length: 50 }, () =>
        open(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\nAction=Describe`),
      ),
    )
    const { status } = await post(signed([['Action', 'DescribeRegions']]))
    assert.equal(status, 200)
    const heads = await Promise.all(closed.slice(0, 200))
    for (const answer of heads) assert.match(answer, /^(HTTP\/1\.1 408 |$)/)
    for (const socket of bodies) {
      assert.ok(!socket.destroyed, 'a body may take its time')
      socket.destroy()
    }
  })
})

describe('another account', () => {
  let stage: Cloud
  before(async () => {
    stage = await cloud()
  })
  after(() => stage.close())

  it('is told what is not its own, by the tools, and changes nothing', async () => {
    const { run } = await import('../cli/process')
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const { join } = await import('node:path')
    const alice = await stage.account('alice')
    const cwd = mkdtempSync(join(tmpdir(), 'mallee-accounts-'))
    writeFileSync(join(cwd, 'image'), 'an image of hers')
    const server = await startServer(request => stage.engine.handle(request), {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
    })
    const origin = `http://127.0.0.1:${server.port}/services`
    const tool = (line: string, who: { key: { id: string; secret: string }; accountId: string }) =>
      run(line.split(' '), {
        cwd,
        home: cwd,
        env: {
          EC2_URL: `${origin}/compute`,
          S3_URL: `${origin}/objectstorage`,
          EC2_ACCESS_KEY: who.key.id,
          EC2_SECRET_KEY: who.key.secret,
          EC2_USER_ID: who.accountId,
          EUCALYPTUS_CERT: join(stage.home, 'credentials/cloud-cert.pem'),
        },
        now: () => stage.clock.now(),
      })
    try {
      const mine = await tool('euca-bundle-and-upload-image -i image -r x86_64 -b taken -p own', stage)
      assert.equal(mine.status, 0, mine.stderr)
      const before = stage.engine.read(tx => [tx.objects.list(), tx.images.list()])
      const refusals = [
        ['euca-bundle-and-upload-image -i image -r x86_64 -b taken', 'AccessDenied', 'Access Denied'],
        ['euca-delete-bundle -b taken -p own', 'AccessDenied', 'Access Denied'],
        ['euca-download-bundle -b taken -p own', 'AccessDenied', 'Access Denied'],
      ] as const
      for (const [line, name, text] of refusals) {
        const { status, stderr } = await tool(line, alice)
        assert.deepEqual([status, stderr], [1, `${line.split(' ')[0]}: error (${name}): ${text}\n`])
      }
      const registered = await tool('euca-register -n stolen taken/own.manifest.xml', alice)
      assert.equal(registered.status, 1)
      assert.match(registered.stderr, /^euca-register: error \(\w+\): .*\n$/)
      assert.deepEqual(
        stage.engine.read(tx => [tx.objects.list(), tx.images.list()]),
        before,
      )
    } finally {
      await server.close()
      rmSync(cwd, { recursive: true, force: true })
    }
  })
})
