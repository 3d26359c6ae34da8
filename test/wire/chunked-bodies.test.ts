// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Refusal } from '../../src/engine/errors'
import type { HttpRequest } from '../../src/engine/http'
import { unsignedBody } from '../../src/engine/wire/signature/body'
import { ChunkedDecoder, type ChunkedOptions, type ChunkSeed } from '../../src/engine/wire/signature/chunked'

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')
const seed: ChunkSeed = {
  key: Buffer.from('signing key'),
  stamp: '20140216T120000Z',
  scope: '20140216/r/s3/aws4_request',
  signature: 'ab'.repeat(32),
}

// The sender's side of signed chunks, as the S3 documentation describes it.
const signedChunks = (pieces: readonly string[], trailer?: readonly [string, string]): string => {
  let previous = seed.signature
  const next = (kind: string, digests: string): string => {
    previous = createHmac('sha256', seed.key)
      .update(`AWS4-HMAC-SHA256-${kind}\n${seed.stamp}\n${seed.scope}\n${previous}\n${digests}`)
      .digest('hex')
    return previous
  }
  const chunks = [...pieces, ''].map(piece => {
    const signature = next('PAYLOAD', `${sha256('')}\n${sha256(piece)}`)
    return `${piece.length.toString(16)};chunk-signature=${signature}\r\n${piece}${piece && '\r\n'}`
  })
  if (!trailer) return `${chunks.join('')}\r\n`
  const text = `${trailer[0]}:${trailer[1]}`
  return `${chunks.join('')}${text}\r\nx-amz-trailer-signature:${next('TRAILER', sha256(`${text}\n`))}\r\n\r\n`
}

const decode = async (text: string, options: ChunkedOptions, pieceBytes = 7): Promise<string> => {
  const bytes = Buffer.from(text, 'latin1')
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length; start += pieceBytes)
    pieces.push(bytes.subarray(start, start + pieceBytes))
  const decoder = new ChunkedDecoder(options)
  const source = Readable.from(pieces)
  source.pipe(decoder)
  return (await buffer(decoder)).toString('latin1')
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => assert.fail('not refused'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof Refusal, String(error))
  return error.code
}

describe('a body in signed chunks', () => {
  const body = signedChunks(['hello ', 'world'])
  const signed: ChunkedOptions = { length: 11, trailers: [], seed }

  it('is decoded however it is cut up', async () => {
    for (const bytes of [1, 2, 13, 1000]) assert.equal(await decode(body, signed, bytes), 'hello world')
    assert.equal(await decode(signedChunks([]), { ...signed, length: 0 }), '')
  })

  it('fails when a byte, a signature or the order is changed', async () => {
    assert.equal(await codeOf(decode(body.replace('world', 'w0rld'), signed)), 'SignatureDoesNotMatch')
    assert.equal(await codeOf(decode(body.replace(/signature=./, 'signature=x'), signed)), 'IncompleteBody')
    assert.equal(
      await codeOf(decode(body.replace(/;chunk-signature=[0-9a-f]{64}/, ''), signed)),
      'SignatureDoesNotMatch',
    )
    const [, first, second] = /^(6;.*?\r\nhello \r\n)(5;.*?\r\nworld\r\n)/s.exec(body) ?? []
    assert.equal(await codeOf(decode(`${second}${first}`, signed)), 'SignatureDoesNotMatch')
  })

  it('fails at every place where it may be cut off', async () => {
    // The last line break may be missing: everything was signed and counted before it.
    for (let length = 0; length < body.length - 2; length += 3)
      assert.equal(
        await codeOf(decode(body.slice(0, length), signed, 50)),
        'IncompleteBody',
        `cut at ${length}`,
      )
  })

  it('fails when it is shorter or longer than announced', async () => {
    for (const length of [10, 12])
      assert.equal(await codeOf(decode(body, { ...signed, length })), 'IncompleteBody')
    assert.equal(await codeOf(decode(`${body}more`, signed)), 'MalformedTrailerError')
  })

  it('has a signed trailing checksum checked', async () => {
    const options = { ...signed, trailers: ['x-amz-checksum-sha256'] }
    const right = createHash('sha256').update('hello world').digest('base64')
    const wrong = createHash('sha256').update('hello').digest('base64')
    assert.equal(
      await decode(signedChunks(['hello world'], ['x-amz-checksum-sha256', right]), options),
      'hello world',
    )
    assert.equal(
      await codeOf(decode(signedChunks(['hello world'], ['x-amz-checksum-sha256', wrong]), options)),
      'BadDigest',
    )
    const forged = signedChunks(['hello world'], ['x-amz-checksum-sha256', wrong]).replace(wrong, right)
    assert.equal(await codeOf(decode(forged, options)), 'SignatureDoesNotMatch')
    assert.equal(await codeOf(decode(signedChunks(['hello world']), options)), 'MalformedTrailerError')
  })
})

describe('a body in unsigned chunks', () => {
  const options: ChunkedOptions = { length: 9, trailers: ['x-amz-checksum-crc32'] }
  const body = (checksum: string) => `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`

  it('has its checksum checked, and fails without it or with headers nobody announced', async () => {
    assert.equal(await decode(body('y/Q5Jg=='), options), '123456789')
    assert.equal(await codeOf(decode(body('y/Q5Jh=='), options)), 'BadDigest')
    assert.equal(await codeOf(decode('9\r\n123456789\r\n0\r\n\r\n', options)), 'MalformedTrailerError')
    assert.equal(
      await codeOf(decode(body('y/Q5Jg==\r\nx-amz-acl:public-read'), options)),
      'MalformedTrailerError',
    )
  })

  it('fails on lines without an end and lengths that are none', async () => {
    assert.equal(await codeOf(decode('9'.repeat(5000), options)), 'MalformedTrailerError')
    for (const length of ['-9', 'x', '', '9'.repeat(11), '0x9'])
      assert.equal(
        await codeOf(decode(`${length}\r\n123456789\r\n0\r\n\r\n`, options)),
        'IncompleteBody',
        length,
      )
  })

  it('is recognised on an anonymous request, and wants lengths and checksums it can check', () => {
    const request = (headers: Record<string, string>): HttpRequest => ({
      method: 'PUT',
      path: '/b/k',
      query: '',
      headers,
    })
    const streaming = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }
    assert.equal(unsignedBody(request({})), undefined)
    assert.ok(unsignedBody(request({ ...streaming, 'x-amz-decoded-content-length': '3' })))
    assert.throws(() => unsignedBody(request(streaming)), { code: 'MissingContentLength' })
    assert.throws(
      () =>
        unsignedBody(
          request({
            ...streaming,
            'x-amz-decoded-content-length': '3',
            'x-amz-trailer': 'x-amz-checksum-xxhash64',
          }),
        ),
      { code: 'NotImplemented' },
    )
  })
})
