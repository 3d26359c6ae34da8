// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { authenticate } from '../../src/engine/wire/signature/authenticate'
import { refuseCredentials } from '../../src/engine/wire/signature/refusals'
import { at, HOST, KEY, options, presign, refusal, sign, signedBy, signWithoutDigest, told } from './signing'

const mismatch =
  'InvalidSignatureException: The request signature we calculated does not match the signature you provided.'

describe('version 4 for services that speak JSON', () => {
  const path = '/services/ebs/snapshots'
  const document = {
    method: 'POST',
    path,
    body: '{"VolumeSize":1}',
    headers: { 'content-type': 'application/json' },
  }
  const block = {
    ...{ method: 'PUT', path: `${path}/snap-1/blocks/0`, body: 'block' },
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-checksum': 'sum' },
  }

  it('accepts what the SDK signs, with the body or without it', async () => {
    const signed = signedBy(await sign('ebs', document), options('json'))
    assert.deepEqual([signed.accessKeyId, signed.region, signed.service], [KEY, 'eucalyptus', 'ebs'])
    signedBy(await sign('ebs', block), options('json'))
    signedBy(
      await sign('ebs', { path: `${path}/snap-1/blocks`, query: { pageToken: 'a+/b=' } }),
      options('json'),
    )
  })

  it('looks for the digest of a document also where no header has it', async () => {
    const request = await signWithoutDigest('ebs', document)
    assert.equal(request.headers['x-amz-content-sha256'], undefined)
    signedBy(request, options('json'))
    const other = { ...request, body: Buffer.from('{"VolumeSize":2}') }
    assert.equal(
      told(() => authenticate(other, options('json'))),
      mismatch,
    )
  })

  it('does not accept another body, path, query or header', async () => {
    const request = await sign('ebs', document)
    for (const changed of [
      { ...request, body: Buffer.from('{"VolumeSize":2}') },
      { ...request, path: `${path}/completion/snap-1` },
      { ...request, path: '/' },
      { ...request, query: 'a=b' },
      { ...request, headers: { ...request.headers, host: `${HOST}1` } },
      { ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    ])
      assert.equal(
        told(() => authenticate(changed, options('json'))),
        mismatch,
      )
    const summed = await sign('ebs', block)
    const other = { ...summed, headers: { ...summed.headers, 'x-amz-checksum': 'other' } }
    assert.equal(
      told(() => authenticate(other, options('json'))),
      mismatch,
    )
  })

  it('does not accept a signature over no path, or headers that are not signed', async () => {
    const { headers } = await sign('ebs', { path: '/' })
    const moved = { method: 'GET', path: `${path}/snap-1/blocks`, query: '', headers }
    assert.equal(
      told(() => authenticate(moved, options('json'))),
      mismatch,
    )
    const request = await sign('ebs', document)
    const added = { ...request, headers: { ...request.headers, 'x-amz-progress': '50' } }
    assert.equal(
      told(() => authenticate(added, options('json'))),
      'InvalidSignatureException: There were headers present in the request which were not signed: x-amz-progress',
    )
  })

  it('is good for five minutes either way', async () => {
    const request = await sign('ebs', document)
    for (const seconds of [-300, 0, 300]) signedBy(request, options('json', { now: at(seconds) }))
    assert.match(
      told(() => authenticate(request, options('json', { now: at(301) }))),
      /^InvalidSignatureException: Signature expired: 20140216T120000Z is now earlier than/,
    )
    assert.match(
      told(() => authenticate(request, options('json', { now: at(-301) }))),
      /^InvalidSignatureException: Signature not yet current: 20140216T120000Z is still later than/,
    )
    const undated = { ...request, headers: { ...request.headers, 'x-amz-date': 'noon' } }
    assert.match(
      told(() => authenticate(undated, options('json'))),
      /^InvalidSignatureException: .* no date/,
    )
  })

  it('is good in a URL for as long as that says', async () => {
    const request = await presign('ebs', { path: `${path}/snap-1/blocks` }, 3600)
    assert.equal(signedBy(request, options('json', { now: at(3600) })).kind, 'v4-query')
    assert.match(
      told(() => authenticate(request, options('json', { now: at(3601) }))),
      /Signature expired/,
    )
    const endless = {
      ...request,
      query: request.query.replace('X-Amz-Expires=3600', 'X-Amz-Expires=36000000'),
    }
    assert.match(
      told(() => authenticate(endless, options('json'))),
      /^InvalidSignatureException: X-Amz-Expires must be a number between 1 and 604800/,
    )
  })

  it('knows who did not sign, who signed wrongly, and whose key it does not know', async () => {
    const request = await sign('ebs', document)
    const { authorization: _, ...headers } = request.headers
    assert.equal(authenticate({ ...request, headers }, options('json')), 'anonymous')
    for (const authorization of ['AWS4-HMAC-SHA256 nonsense', `AWS ${KEY}:x`, 'Bearer x']) {
      const { code, status } = refusal(() =>
        authenticate({ ...request, headers: { ...headers, authorization } }, options('json')),
      )
      assert.deepEqual([code, status], ['IncompleteSignatureException', undefined])
    }
    const { code, status } = refusal(() =>
      authenticate(request, options('json', { secretFor: () => undefined })),
    )
    assert.deepEqual([code, status], ['UnrecognizedClientException', 403])
    assert.equal(refusal(() => refuseCredentials('json', 'inactive')).code, 'UnrecognizedClientException')
  })
})
