// SPDX-License-Identifier: BSD-2-Clause
// What clients of S3 write on the wire by hand, byte by byte.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type ServedCloud, servedCloud } from './served-cloud'

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

describe('S3 on a socket', () => {
  let cloud: ServedCloud
  let s3: S3Client
  before(async () => {
    cloud = await servedCloud()
    s3 = new S3Client({
      endpoint: cloud.endpoint,
      region: 'eucalyptus',
      forcePathStyle: true,
      credentials: { accessKeyId: cloud.accessKey, secretAccessKey: cloud.secretKey },
    })
    await s3.send(new CreateBucketCommand({ Bucket: 'closed' }))
    await s3.send(new CreateBucketCommand({ Bucket: 'open', ACL: 'public-read-write' }))
  })
  after(async () => {
    s3.destroy()
    await cloud.close()
  })

  const open = () => connect({ host: cloud.host, port: cloud.port }).setEncoding('latin1')
  /** All that comes back for these lines and this body. */
  const send = (lines: readonly string[], body = ''): Promise<string> => {
    const socket = open()
    socket.write(Buffer.from(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`, 'latin1'))
    return text(socket)
  }
  const put = (bucket: string, ...headers: string[]) => [`PUT /${bucket}/k HTTP/1.1`, 'Host: s3', ...headers]

  it('invites a body only where it may be stored', async () => {
    const asking = (bucket: string) => {
      const socket = open()
      socket.write(`${put(bucket, 'Content-Length: 3', 'Expect: 100-continue').join('\r\n')}\r\n\r\n`)
      return socket
    }
    const [refusal] = (await once(asking('closed'), 'data')) as [string]
    assert.match(refusal, /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*connection: close\r\n[\s\S]*AccessDenied/i)
    const socket = asking('open')
    const [invitation] = (await once(socket, 'data')) as [string]
    assert.equal(invitation, 'HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('abc')
    const [answer] = (await once(socket, 'data')) as [string]
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*etag: "900150983cd24fb0d6963f7d28e17f72"/)
    socket.destroy()
    // Who does not wait for the invitation is served as well.
    const unasked = await send(put('open', 'Content-Length: 3', 'Expect: 100-continue'), 'xyz')
    assert.match(unasked, /^(HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 200 OK\r\n/)
  })

  it('passes over expectations that it does not know', async () => {
    const answer = await send(put('open', 'Content-Length: 1', 'Expect: 200'), 'x')
    assert.match(answer, /^HTTP\/1\.1 200 OK/)
  })

  it('takes an empty Authorization for none, and a malformed one for neither', async () => {
    const withEmpty = (bucket: string) => send(put(bucket, 'Content-Length: 1', 'Authorization: '), 'x')
    assert.match(await withEmpty('closed'), /^HTTP\/1\.1 403 [\s\S]*<Code>AccessDenied</)
    assert.match(await withEmpty('open'), /^HTTP\/1\.1 200 OK/)
    assert.match(
      await send(put('open', 'Content-Length: 1', 'Authorization: AWS HAHAHA'), 'x'),
      /^HTTP\/1\.1 400 [\s\S]*<Code>MissingSecurityHeader</,
    )
  })

  it('stores no object of a length that is not stated', async () => {
    for (const [header, body] of [
      ['X-None: 1', ''],
      ['Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\n\r\n'],
    ] as const) {
      assert.match(
        await send(put('open', header), body),
        /^HTTP\/1\.1 411 [\s\S]*<Code>MissingContentLength</,
      )
    }
    for (const length of ['-1', '', 'three']) {
      assert.match(await send(put('open', `Content-Length: ${length}`)), /^HTTP\/1\.1 400 /, length)
    }
  })

  it('verifies headers by the bytes that came, and gives the same bytes back', async () => {
    for (const bytes of [Buffer.from('é日本'), Buffer.from([0xe9])]) {
      const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
      const scope = `${stamp.slice(0, 8)}/eucalyptus/s3/aws4_request`
      const headers = ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-meta-m']
      const canonical = Buffer.concat([
        Buffer.from(
          `PUT\n/closed/k\n\nhost:s3\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${stamp}\n`,
        ),
        Buffer.from('x-amz-meta-m:'),
        bytes,
        Buffer.from(`\n\n${headers.join(';')}\nUNSIGNED-PAYLOAD`),
      ])
      const digest = createHash('sha256').update(canonical).digest('hex')
      const day = hmac(`AWS4${cloud.secretKey}`, stamp.slice(0, 8))
      const key = hmac(hmac(hmac(day, 'eucalyptus'), 's3'), 'aws4_request')
      const signature = hmac(key, `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${digest}`).toString('hex')
      const answer = await send(
        put(
          'closed',
          'Content-Length: 1',
          'x-amz-content-sha256: UNSIGNED-PAYLOAD',
          `x-amz-date: ${stamp}`,
          `x-amz-meta-m: ${bytes.toString('latin1')}`,
          `Authorization: AWS4-HMAC-SHA256 Credential=${cloud.accessKey}/${scope}, ` +
            `SignedHeaders=${headers.join(';')}, Signature=${signature}`,
        ),
        'x',
      )
      assert.match(answer, /^HTTP\/1\.1 200 OK/)
      const { Metadata } = await s3.send(new GetObjectCommand({ Bucket: 'closed', Key: 'k' }))
      assert.equal(Metadata?.m, bytes.toString('latin1'))
    }
  })
})
