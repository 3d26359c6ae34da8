// SPDX-License-Identifier: BSD-2-Clause
// Clients from 2006 on: what they sign and how, the version they ask for, and what they can read of a refusal.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HttpRequest } from '../../src/engine/http'
import { type Cloud, cloud, inProcess } from '../support/cloud'
import { signedByVersion2, type Version2 } from './version-2'

const versions = [
  ...['2006-06-26', '2006-10-01', '2007-01-03', '2007-01-19', '2007-03-01', '2007-08-29', '2008-02-01'],
  ...['2008-05-05', '2008-08-08', '2008-12-01', '2009-03-01', '2009-04-04', '2009-07-15', '2009-08-15'],
  ...['2009-10-31', '2009-11-30', '2010-06-15', '2010-08-31', '2010-11-15', '2011-01-01', '2011-02-28'],
  ...['2011-05-15', '2011-07-15', '2011-11-01', '2011-12-01', '2011-12-15', '2012-03-01', '2012-04-01'],
  ...['2012-05-01', '2012-06-01', '2012-06-15', '2012-07-20', '2012-08-15', '2012-10-01', '2012-11-15'],
  ...['2012-12-01', '2013-02-01', '2013-06-15', '2013-07-15', '2013-08-15', '2013-10-01', '2013-10-15'],
  ...['2014-02-01', '2014-05-01', '2014-06-15', '2014-09-01', '2014-10-01', '2015-03-01', '2015-04-15'],
  ...['2015-10-01', '2016-04-01', '2016-09-15', '2016-11-15'],
]

describe('a client of', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  const at = (seconds: number): string => new Date(c.clock.now() + seconds * 1000).toISOString()

  const ask = async (parameters: Record<string, string>, how: Partial<Version2> = {}) => {
    const dated = 'Expires' in parameters ? parameters : { Timestamp: at(0), ...parameters }
    const { status, body, headers } = await c.engine.handle(
      signedByVersion2({ key: c.key, parameters: { Action: 'DescribeRegions', ...dated }, ...how }),
    )
    return { status, headers, text: String(body) }
  }
  const namespace = (text: string): string | undefined => /xmlns="([^"]*)"/.exec(text)?.[1]

  it('any version of the API is answered in that version', async () => {
    for (const Version of versions) {
      const { status, text } = await ask({ Version })
      assert.equal(status, 200, text)
      assert.equal(namespace(text), `http://ec2.amazonaws.com/doc/${Version}/`)
      assert.match(text, /<regionName>eucalyptus<\/regionName>/)
    }
  })

  it('a version that never was, or of none, is answered in the latest', async () => {
    const latest = 'http://ec2.amazonaws.com/doc/2016-11-15/'
    for (const Version of ['2006-06-27', '1999-01-01', 'x"><y', '', '2016-11-15/../x']) {
      assert.equal(namespace((await ask({ Version })).text), latest, Version)
    }
    assert.equal(namespace((await ask({})).text), latest)
  })

  it('either digest, method, date and host is understood', async () => {
    const dates: readonly Record<string, string>[] = [
      { Timestamp: at(0) },
      { Timestamp: at(0).replace('Z', '') },
      { Timestamp: at(0).replace(/\.\d+Z/, 'Z') },
      { Expires: at(86400) },
      { Timestamp: at(-86400), Expires: at(60) },
    ]
    for (const algorithm of ['HmacSHA1', 'HmacSHA256'] as const) {
      for (const method of ['GET', 'POST'] as const) {
        for (const signedHost of ['cloud.test:8773', 'cloud.test']) {
          for (const date of dates) {
            const { status, text } = await ask(date, { algorithm, method, signedHost })
            assert.equal(status, 200, `${algorithm} ${method} ${signedHost} ${JSON.stringify(date)} ${text}`)
          }
        }
      }
    }
  })

  it('identities and tokens may sign so, too', async () => {
    const services: readonly (readonly [string, string, string, string])[] = [
      ['/services/Euare', 'GetUser', '2010-05-08', 'https://iam.amazonaws.com/doc/2010-05-08/'],
      ['/services/Tokens', 'GetCallerIdentity', '2011-06-15', 'https://sts.amazonaws.com/doc/2011-06-15/'],
    ]
    for (const [path, Action, Version, expected] of services) {
      for (const method of ['GET', 'POST'] as const) {
        const { status, text } = await ask({ Action, Version }, { path, method })
        assert.equal(status, 200, text)
        assert.equal(namespace(text), expected)
      }
    }
  })

  it('the first or an unknown version of signatures is told that it is not supported', async () => {
    for (const version of ['0', '1', '3', '4', 'x', '']) {
      const { status, text } = await ask({ SignatureVersion: version })
      assert.equal(status, 403)
      assert.match(text, new RegExp(`<Message>Unsupported signature version ${version}</Message>`))
    }
  })

  it('EC2 reads errors in the one form that EC2 has had since 2006', async () => {
    for (const Version of ['2006-06-26', '2009-04-04', '2013-10-15', '2016-11-15']) {
      const { status, text, headers } = await ask({
        Action: 'DescribeImages',
        'ImageId.1': 'emi-00000000',
        Version,
      })
      assert.equal(status, 400)
      assert.equal(headers['content-type'], 'application/xml; charset=UTF-8')
      assert.match(
        text,
        /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>InvalidAMIID\.NotFound<\/Code><Message>[^<]+<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
      )
    }
  })

  it('identities reads errors in the form of the later services', async () => {
    const { text } = await ask(
      { Action: 'GetUser', UserName: 'nobody', Version: '2010-05-08' },
      { path: '/services/Euare' },
    )
    assert.match(
      text,
      /<ErrorResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type><Code>NoSuchEntity<\/Code><Message>[^<]+<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    )
  })

  it('either reads a refused signature in the form of EC2, its code the line of the status', async () => {
    for (const path of [
      '/services/Eucalyptus',
      '/services/Euare',
      '/services/Tokens',
      '/services/Empyrean',
    ]) {
      const { status, text, headers } = await ask({}, { path, key: { ...c.key, secret: 'another' } })
      assert.deepEqual([status, headers.connection], [403, 'close'])
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
      assert.match(
        text,
        /<Response><Errors><Error><Code>403 Forbidden<\/Code><Message>Signature validation failed<\/Message><\/Error><\/Errors><RequestID>Signature validation failed<\/RequestID><\/Response>$/,
      )
    }
  })

  it('any kind may send a parameter twice, and what was signed is what counts', async () => {
    const again = async (more: string) => {
      const request = signedByVersion2({
        key: c.key,
        parameters: { Action: 'DescribeRegions', Timestamp: at(0) },
      })
      const { status, body } = await c.engine.handle({ ...request, query: `${request.query}&${more}` })
      return { status, text: String(body) }
    }
    assert.equal((await again('Action=DescribeRegions')).status, 200)
    for (const more of [
      ...['Action=DescribeImages', 'Timestamp=2030-01-01T00:00:00Z', 'Signature=AAAA', 'Signature='],
      ...['SignatureVersion=1', 'SignatureMethod=HmacSHA1', 'Version=2010-01-01', 'AWSAccessKeyId=AKI'],
    ]) {
      const { status, text } = await again(more)
      assert.equal(status, 403, `${more} ${text}`)
    }
  })

  it('any kind may repeat a request within its time', async () => {
    const request = signedByVersion2({
      key: c.key,
      parameters: { Action: 'DescribeRegions', Timestamp: at(0) },
    })
    const status = async () => (await c.engine.handle(request)).status
    assert.deepEqual([await status(), await status()], [200, 200])
    c.clock.advance(920)
    assert.equal(await status(), 200)
    c.clock.advance(1)
    assert.equal(await status(), 403)
  })

  it('any kind is refused a repeated request where the operator wants that', async () => {
    const conf = join(c.home, 'eucalyptus.conf')
    writeFileSync(conf, 'WEBSERVICES_REFUSE_REPLAYS="1"\n')
    // Servers look at the file once a second.
    c.clock.advance(1)
    const sign = (Timestamp: string) =>
      signedByVersion2({ key: c.key, parameters: { Action: 'DescribeRegions', Timestamp } })
    const send = async (request: HttpRequest) => {
      const { status, body } = await c.engine.handle(request)
      return status === 200 ? status : /<Message>(.*?)<\/Message>/.exec(String(body))?.[1]
    }
    const replayed = 'Message replay detected.  Same signature was used within the last 15 minutes'
    const request = sign(at(0))
    assert.deepEqual([await send(request), await send(request)], [200, replayed])
    // Other spellings of the same signature are no others.
    const { query } = request
    assert.equal(await send({ ...request, query: query.replace(/%3D$/, '') }), replayed)
    assert.equal(await send({ ...request, query: query.replaceAll('%2B', '%20') }), replayed)
    assert.equal(await send(sign(at(1))), 200)
    c.clock.advance(900)
    assert.equal(await send(request), replayed)
    c.clock.advance(21)
    assert.match(String(await send(request)), /^Message has expired/)
    const wrong = signedByVersion2({
      key: { ...c.key, secret: 'another' },
      parameters: { Action: 'DescribeRegions', Timestamp: at(0) },
    })
    assert.deepEqual([await send(wrong), await send(wrong)], Array(2).fill('Signature validation failed'))
    const { EC2Client, DescribeRegionsCommand } = await import('@aws-sdk/client-ec2')
    const client = new EC2Client({
      region: 'eucalyptus',
      endpoint: 'http://cloud.test:8773/services/compute',
      credentials: { accessKeyId: c.key.id, secretAccessKey: c.key.secret },
      systemClockOffset: c.clock.now() - Date.now(),
      maxAttempts: 1,
      requestHandler: inProcess(async request => {
        await c.engine.handle(request)
        return c.engine.handle(request)
      }) as never,
    })
    await assert.rejects(client.send(new DescribeRegionsCommand({})), /Message replay detected/)
    rmSync(conf)
    c.clock.advance(1)
    const twice = sign(at(0))
    assert.deepEqual([await send(twice), await send(twice)], [200, 200])
  })

  it('none is answered when its signature was cut short, anywhere', async () => {
    const request = signedByVersion2({
      key: c.key,
      parameters: { Action: 'DescribeRegions', Timestamp: at(0) },
    })
    const start = request.query.indexOf('&Signature=') + '&Signature='.length
    // The last character of the digest, before its padding, is where the signature begins to be whole.
    const padding = request.query.endsWith('%3D') ? 3 : 0
    for (let end = start; end < request.query.length - padding; end += 1) {
      const { status } = await c.engine.handle({ ...request, query: request.query.slice(0, end) })
      assert.ok(status === 403 || status === 400, `${request.query.slice(start, end)}: ${status}`)
    }
  })
})
