// SPDX-License-Identifier: BSD-2-Clause
// curl and bare sockets: what HTTP itself promises, and what becomes of requests that no SDK would send.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { need, type Program, program, run } from '../support/programs'
import { noise, type ServedCloud, servedCloud } from './served-cloud'

describe('curl as a user of the cloud', () => {
  let cloud: ServedCloud
  /** Status line, headers and body. */
  let curl: Program
  let signed: Program
  let box: string

  before(async function () {
    need(this, 'curl', 'openssl')
    cloud = await servedCloud()
    const options = { env: { HOME: cloud.work }, cwd: cloud.work }
    curl = program('curl', options, { first: ['-sSi', '--path-as-is'] })
    const user = ['--user', `${cloud.accessKey}:${cloud.secretKey}`]
    signed = program('curl', options, {
      first: [
        '-sSi',
        '--aws-sigv4',
        'aws:amz:eucalyptus:s3',
        ...user,
        '-H',
        'x-amz-content-sha256: UNSIGNED-PAYLOAD',
      ],
    })
    box = `${cloud.endpoint}/box`
    assert.match(await signed`-X PUT -H x-amz-acl:public-read-write ${box}`, /^HTTP\/1\.1 200 OK/)
    const disposition = 'content-disposition: attachment; filename="grün.txt"'
    const put =
      await curl`-X PUT -H ${disposition} -H content-type:text/plain -H x-amz-acl:public-read --data-binary ${'hello world'} ${box}/hello`
    assert.match(put, /^HTTP\/1\.1 200 OK/)
  })
  after(() => cloud?.close())

  /** What the server says to these bytes until it, or a pause, ends the conversation. */
  const talk = (...bytes: (string | Buffer)[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(cloud.port, cloud.host)
      const chunks: Buffer[] = []
      socket.on('data', chunk => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
      for (const part of bytes) socket.write(part)
    })

  it('signs with version 4 for every service by itself', async () => {
    const listed = await signed`${box}?prefix=he`
    assert.match(listed, /<Key>hello<\/Key>/)
    const user = `${cloud.accessKey}:${cloud.secretKey}`
    const query = program('curl', {}, { first: ['-sS', '--user', user] })
    const regions = `${cloud.endpoint}/?Action=DescribeRegions&Version=2016-11-15`
    assert.match(await query`--aws-sigv4 aws:amz:eucalyptus:ec2 ${regions}`, /<regionName>eucalyptus</)
    const form = ['-d', 'Action=GetCallerIdentity', '-d', 'Version=2011-06-15']
    const identity = await query`--aws-sigv4 aws:amz:eucalyptus:sts ${form} ${cloud.endpoint}/`
    assert.match(identity, new RegExp(`<Account>${cloud.accountId}</Account>`))
  })

  it('reads a public object without a signature, whole or in part', async () => {
    const whole = await curl`${box}/hello`
    assert.match(whole, /^HTTP\/1\.1 200 OK\r\n/)
    assert.match(whole, /^etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"\r$/im)
    assert.match(whole, /^accept-ranges: bytes\r$/im)
    assert.match(whole, /^server: Eucalyptus\/\d/im)
    assert.ok(whole.endsWith('\r\n\r\nhello world'))
    const part = await curl`-r 6-8 ${box}/hello`
    assert.match(part, /^HTTP\/1\.1 206 Partial Content\r\n/)
    assert.match(part, /^content-range: bytes 6-8\/11\r$/im)
    assert.ok(part.endsWith('\r\n\r\nwor'))
    assert.ok((await curl`-r -3 ${box}/hello`).endsWith('\r\n\r\nrld'))
    const beyond = await curl`-r 100- ${box}/hello`
    assert.match(beyond, /^HTTP\/1\.1 416 /)
    assert.match(beyond, /<Code>InvalidRange<\/Code>/)
    const head = await curl`-I ${box}/hello`
    assert.match(head, /^content-length: 11\r$/im)
    assert.match(await curl`-I ${box}/none`, /^HTTP\/1\.1 404 Not Found\r\n[\s\S]*x-amz-request-id: \S/)
  })

  it('gets headers back byte for byte', async () => {
    const { bytes } = await run('curl', ['-sSi', `${box}/hello`])
    assert.ok(bytes.includes('content-disposition: attachment; filename="grün.txt"\r\n'), bytes.toString())
  })

  it('is spared what it has already', async () => {
    const etag = '"5eb63bbbe01eeed093cb22bb8f5acdc3"'
    const unchanged = await curl`-H ${`If-None-Match: ${etag}`} ${box}/hello`
    assert.match(unchanged, /^HTTP\/1\.1 304 Not Modified\r\n/)
    assert.match(unchanged, /^etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"\r$/im)
    assert.match(unchanged, /\r\n\r$/, 'no body')
    const modified = /^last-modified: (.*)\r$/im.exec(await curl`-I ${box}/hello`)?.[1] ?? ''
    assert.match(await curl`-H ${`If-Modified-Since: ${modified}`} ${box}/hello`, /^HTTP\/1\.1 304 /)
    assert.match(await curl`-H ${'If-Match: "other"'} ${box}/hello`, /^HTTP\/1\.1 412 /)
    const since = (condition: string) => curl`-H ${`If-Range: ${condition}`} -r 0-1 ${box}/hello`
    for (const same of [etag, modified]) assert.match(await since(same), /^HTTP\/1\.1 206 /)
    for (const other of ['"other"', `W/${etag}`, 'Sat, 01 Jan 2000 00:00:00 GMT', 'nonsense'])
      assert.match(await since(other), /^HTTP\/1\.1 200 /)
  })

  it('names the bucket in the host', async () => {
    for (const host of ['box.s3.localhost', 'box.localhost', 'BOX.objectstorage.example.org:8773']) {
      const got = await curl`-H ${`Host: ${host}`} ${cloud.endpoint}/hello`
      assert.ok(got.endsWith('\r\n\r\nhello world'), `${host}: ${got}`)
    }
    assert.match(await curl`-H ${'Host: none.s3.localhost'} ${cloud.endpoint}/hello`, /<Code>NoSuchBucket</)
    assert.match(await curl`-H ${'Host: s3.localhost'} ${cloud.endpoint}/box/hello`, /hello world$/)
  })

  it('waits to be told to go on before it sends much', async () => {
    const file = cloud.file('much', noise(2 * 1024 * 1024))
    const sent = await curl`-H ${'Expect: 100-continue'} -T ${file} ${box}/much`
    assert.match(sent, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
    const refused = await curl`-H ${'Expect: 100-continue'} -T ${file} ${cloud.endpoint}/nowhere/much`
    assert.match(refused, /HTTP\/1\.1 404 Not Found[\s\S]*<Code>NoSuchBucket</)
  })

  it('is answered in order when it asks ahead, also after what was refused', async () => {
    const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
    const put = 'PUT /nowhere/x HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n'
    const answers = await talk(
      get('/box/hello', 'Range: bytes=0-0\r\n'),
      put,
      noise(70000),
      get('/services/Nothing'),
      get('/box/hello', 'Connection: close\r\n'),
    )
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)
    assert.deepEqual(statuses, ['206', '404', '404', '200'])
    assert.ok(answers.endsWith('hello world'))
  })

  it('is refused when its request makes no sense', async () => {
    const cases: [RegExp, Promise<string>][] = [
      [
        /^HTTP\/1\.1 404 Not Found[\s\S]*No service at \/services\/Nothing/,
        curl`${cloud.endpoint}/services/Nothing`,
      ],
      [/^HTTP\/1\.1 400 Bad Request[\s\S]*<Code>InvalidURI</, curl`${box}/%zz`],
      [/^HTTP\/1\.1 400 Bad Request[\s\S]*<Code>InvalidURI</, curl`${box}/%ff%fe`],
      [/^HTTP\/1\.1 405 [\s\S]*<Code>MethodNotAllowed</, curl`-X PATCH ${box}/hello`],
      [/^HTTP\/1\.1 400 /, curl`-H ${'Authorization: AWS4-HMAC-SHA256 nonsense'} ${box}/hello`],
      [/^HTTP\/1\.1 40[03] /, curl`-H ${'Authorization: Basic abc'} ${box}/hello`],
      [/^HTTP\/1\.1 431 /, curl`-H ${`X-Huge: ${'x'.repeat(40_000)}`} ${box}/hello`],
      [
        /^HTTP\/1\.1 411 [\s\S]*<Code>MissingContentLength</,
        curl`-X PUT -H Transfer-Encoding:chunked -d x ${box}/chunked`,
      ],
      [
        /^HTTP\/1\.1 403 [\s\S]*AWSAccessKeyId/,
        curl`${cloud.endpoint}/services/compute?Action=DescribeImages`,
      ],
      [/^HTTP\/1\.1 400 /, curl`${cloud.endpoint}/services/compute?Action=%zz`],
      [/^HTTP\/1\.1 400 [\s\S]*<Code>MalformedXML</, signed`-X PUT -d ${'<not xml'} ${box}?versioning=`],
    ]
    for (const [expected, answer] of cases) assert.match(await answer, expected)
    const file = cloud.file('form', 'x='.padEnd(200_000, 'x'))
    assert.match(await curl`--data-binary @${file} ${cloud.endpoint}/services/compute`, /413 /)
    assert.match(await talk('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 Bad Request\r\n/)
    assert.match(await talk('GET /box/hello HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 OK[\s\S]*hello world$/)
  })

  it('leaves nothing behind when it goes away half way', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(cloud.port, cloud.host)
      socket.on('error', reject)
      socket.on('close', () => resolve())
      socket.write('PUT /box/half HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')
      socket.write(noise(50_000), () => socket.destroy())
    })
    assert.match(await curl`-I ${box}/half`, /^HTTP\/1\.1 404 /)
    // One that goes away while it is sent to.
    await run('curl', ['-sS', '-o', '/dev/null', '--max-filesize', '1000', `${box}/much`])
    assert.match(await curl`${box}/hello`, /hello world$/)
  })
})

describe('TLS on the same port', () => {
  let cloud: ServedCloud
  let https: string

  before(async function () {
    need(this, 'curl', 'openssl', 'aws')
    cloud = await servedCloud()
    https = cloud.endpoint.replace('http:', 'https:')
  })
  after(() => cloud?.close())

  it('is spoken to whoever begins it, with the certificate that the cloud hands out', async () => {
    const curl = program('curl', { env: cloud.env }, { first: ['-sS'] })
    assert.match(await curl`-k ${https}/services/objectstorage`, /<Code>AccessDenied</)
    assert.match(await curl`${cloud.endpoint}/services/objectstorage`, /<Code>AccessDenied</)
    assert.match(await curl.fails`${https}/services/objectstorage`, /certificate/)
    const trusting = await curl`--cacert ${cloud.files.cloudCertificate} ${https}/services/objectstorage`
    assert.match(trusting, /<Code>AccessDenied</)
    const openssl = program('openssl', { env: cloud.env, input: '' })
    const hello = await openssl.outcome`s_client -connect ${cloud.host}:${cloud.port}`
    assert.match(
      hello.stdout,
      /subject=C = US, O = Cloud, OU = Eucalyptus, CN = eucalyptus|CN ?= ?eucalyptus/,
    )
    assert.match(hello.stdout, /Protocol *(version)?: *TLSv1\.[23]|New, TLSv1\.[23]/)
  })

  it('serves the AWS CLI', async () => {
    const aws = program(
      'aws',
      { env: cloud.env, cwd: cloud.work },
      {
        last: ['--endpoint-url', https, '--no-verify-ssl'],
      },
    )
    cloud.file('large', noise(9 * 1024 * 1024, 4))
    await aws`s3 mb s3://secure`
    await aws`s3 cp --no-progress large s3://secure/large`
    assert.match(await aws`s3 ls s3://secure`, / 9437184 large$/)
    assert.deepEqual(await aws.json`ec2 describe-regions --query Regions[].Endpoint`, [
      `${https}/services/compute`,
    ])
  })

  it('takes anything else for no request', async () => {
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connect(cloud.port, cloud.host)
      const chunks: Buffer[] = []
      socket.on('data', chunk => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
      socket.write(Buffer.from([0x16, 0x03, 0x01, 0xff, 0xff, 0x00, 0x00]))
      socket.write(Buffer.alloc(64))
    })
    assert.doesNotMatch(said, /HTTP/)
  })
})
