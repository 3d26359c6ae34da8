// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-s3'
import type { StaticOperationSchema } from '@smithy/types'
import type { HttpRequest } from '../../src/engine/http'
import { addressOf, router } from '../../src/engine/wire/rest-route'
import { readRest, writeRest } from '../../src/engine/wire/rest-xml'

const route = router(
  Object.values(sdk).filter(
    (value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9,
  ),
)

const request = (method: string, target: string, headers: Record<string, string> = {}): HttpRequest => {
  const [path = '', query = ''] = target.split('?')
  return { method, path, query, headers }
}
const matched = (method: string, target: string, headers: Record<string, string> = {}) => {
  const one = request(method, target, headers)
  return route(one, addressOf(one.path))
}
const read = async (method: string, target: string, headers: Record<string, string> = {}, body?: string) => {
  const match = matched(method, target, headers)
  assert.ok(match)
  return readRest(match, request(method, target, headers), body === undefined ? undefined : Buffer.from(body))
}

describe('an S3 request', () => {
  const cases: [string, string, string | undefined, Record<string, string>?][] = [
    ['GET', '/', 'ListBuckets'],
    ['GET', '/b', 'ListObjects'],
    ['GET', '/b/', 'ListObjects'],
    ['GET', '/b?list-type=2&prefix=acl', 'ListObjectsV2'],
    ['GET', '/b?acl', 'GetBucketAcl'],
    ['GET', '/b?acl=', 'GetBucketAcl'],
    ['GET', '/b?versions&prefix=x', 'ListObjectVersions'],
    ['GET', '/b?uploads', 'ListMultipartUploads'],
    ['GET', '/b?policy', 'GetBucketPolicy'],
    ['GET', '/b?analytics', 'ListBucketAnalyticsConfigurations'],
    ['GET', '/b?analytics&id=1', 'GetBucketAnalyticsConfiguration'],
    ['HEAD', '/b', 'HeadBucket'],
    ['PUT', '/b', 'CreateBucket'],
    ['PUT', '/b?versioning', 'PutBucketVersioning'],
    ['DELETE', '/b', 'DeleteBucket'],
    ['DELETE', '/b?policy', 'DeleteBucketPolicy'],
    ['POST', '/b?delete', 'DeleteObjects'],
    ['GET', '/b/k', 'GetObject'],
    ['GET', '/b/k?response-content-type=x&versionId=1', 'GetObject'],
    ['GET', '/b/k?partNumber=1', 'GetObject'],
    ['GET', '/b/k?acl', 'GetObjectAcl'],
    ['GET', '/b/k?uploadId=u', 'ListParts'],
    ['GET', '/b/k?X-Amz-Signature=s&x-id=GetObject', 'GetObject'],
    ['HEAD', '/b/k', 'HeadObject'],
    ['PUT', '/b/k', 'PutObject'],
    ['PUT', '/b/k', 'CopyObject', { 'x-amz-copy-source': '/a/b' }],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPartCopy', { 'x-amz-copy-source': '/a/b' }],
    ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE', '/b/k', 'DeleteObject'],
    // What must not become the operation without the word.
    ['DELETE', '/b?analytics', undefined],
    ['DELETE', '/b?versioning', undefined],
    ['DELETE', '/b/k?acl', undefined],
    ['PUT', '/b/k?uploadId=u', undefined],
    ['PUT', '/b/k?partNumber=1', undefined],
    ['PUT', '/b/k?uploads', undefined],
    ['GET', '/b/k?delete', undefined],
    ['POST', '/b', undefined],
    ['PATCH', '/b/k', undefined],
  ]
  for (const [method, target, name, headers] of cases)
    it(`${method} ${target}${headers ? ' with a copy source' : ''} is ${name ?? 'no operation'}`, () => {
      assert.equal(matched(method, target, headers)?.name, name)
    })

  it('is taken apart into bucket and key, in path and host style, behind a service path', () => {
    const walrus = { servicePath: '/services/Walrus' }
    assert.deepEqual(addressOf('/services/Walrus/b/a%20b/c+d', walrus), { bucket: 'b', key: 'a b/c+d' })
    assert.deepEqual(addressOf('/services/Walrus', walrus), { bucket: undefined, key: undefined })
    assert.deepEqual(addressOf('/services/Walruses', walrus), { bucket: 'services', key: 'Walruses' })
    assert.deepEqual(addressOf('/a//b', { hostBucket: 'h' }), { bucket: 'h', key: 'a//b' })
    assert.throws(() => addressOf('/b/%zz'), { code: 'InvalidURI' })
  })

  it('is read from path, query, headers and prefixed headers', async () => {
    const headers = {
      'x-amz-meta-colour': 'grey',
      'x-amz-meta-__proto__': 'x',
      'if-none-match': '*',
      expires: 'whenever',
      'content-length': '5',
      'x-amz-object-lock-retain-until-date': '2014-02-16T12:00:00Z',
    }
    const input = await read('PUT', '/b/k%2Fl', headers)
    assert.deepEqual(Object.entries(input.Metadata as object), [
      ['colour', 'grey'],
      ['__proto__', 'x'],
    ])
    assert.deepEqual(
      [input.Bucket, input.Key, input.IfNoneMatch, input.ContentLength, input.Expires],
      ['b', 'k/l', '*', 5, undefined],
    )
    assert.deepEqual(input.ObjectLockRetainUntilDate, new Date('2014-02-16T12:00:00Z'))
    assert.equal(matched('PUT', '/b/k')?.streams, 'Body')
    assert.deepEqual(await read('GET', '/b?max-keys=&prefix='), { Bucket: 'b', Prefix: '' })
    await assert.rejects(read('GET', '/b?max-keys=ten'), {
      code: 'InvalidArgument',
      message: 'Provided max-keys not an integer or within integer range',
    })
  })

  it('has its XML read by the schema, wherever its namespace, and its unknown elements passed over', async () => {
    const xml = (inner: string) =>
      `<?xml version="1.0"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n ${inner}</Delete>`
    const input = await read(
      'POST',
      '/b?delete',
      {},
      xml(
        '<Quiet> true </Quiet><Other><Deep/></Other><Object><Key> a&amp;b </Key></Object>\n<Object><Key>c</Key></Object>',
      ),
    )
    assert.deepEqual(input.Delete, { Quiet: true, Objects: [{ Key: ' a&b ' }, { Key: 'c' }] })
    const acl =
      '<s3:AccessControlPolicy xmlns:s3="urn:x"><s3:AccessControlList><s3:Grant><s3:Grantee xmlns:xsi="urn:y" xsi:type="Group"><s3:URI>u</s3:URI></s3:Grantee><s3:Permission>READ</s3:Permission></s3:Grant></s3:AccessControlList></s3:AccessControlPolicy>'
    const { AccessControlPolicy } = await read('PUT', '/b?acl', {}, acl)
    assert.deepEqual(AccessControlPolicy, {
      Grants: [{ Grantee: { Type: 'Group', URI: 'u' }, Permission: 'READ' }],
    })
  })

  it('is refused when its XML is broken, has a DTD, is another document, lacks a member or is too long', async () => {
    const bomb =
      '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>'
    const deep = `<Delete>${'<Object>'.repeat(50)}${'</Object>'.repeat(50)}</Delete>`
    for (const bad of [
      'not xml',
      '<Delete>',
      '<Delete><Object></Delete></Object>',
      bomb,
      deep,
      '<Other/>',
      '<Delete/>',
      '<Delete><Object><Key>&undefined;</Key></Object></Delete>',
      '<Delete><Quiet>perhaps</Quiet><Object><Key>k</Key></Object></Delete>',
      '<Delete><Object/></Delete>',
      '<Delete><Object><Key><b/></Key></Object></Delete>',
    ])
      await assert.rejects(read('POST', '/b?delete', {}, bad), { code: 'MalformedXML' }, bad)
    const match = matched('POST', '/b?delete')
    assert.ok(match)
    await assert.rejects(readRest(match, request('POST', '/b?delete'), Buffer.from([0x3c, 0xff])), {
      code: 'MalformedXML',
    })
    await assert.rejects(readRest(match, request('POST', '/b?delete'), Buffer.alloc(300 * 1024 + 1, ' ')), {
      code: 'EntityTooLarge',
    })
    await assert.rejects(read('POST', '/b?delete'), { code: 'MissingRequestBodyError' })
  })
})

describe('an S3 answer', () => {
  const context = { requestId: 'r' }
  it('has the namespace, flat lists as they are and empty elements where lists are nested', () => {
    const { status, headers, body } = writeRest(
      sdk.ListObjects$,
      { Name: 'b', Contents: [{ Key: 'a&b', Size: 3 }], CommonPrefixes: [] },
      context,
    )
    assert.deepEqual(
      [status, headers['content-type'], headers['x-amz-request-id']],
      [200, 'application/xml', 'r'],
    )
    assert.equal(
      body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Contents><Key>a&amp;b</Key><Size>3</Size></Contents><Name>b</Name></ListBucketResult>',
    )
    assert.match(
      String(writeRest(sdk.ListBuckets$, { Buckets: [] }, context).body),
      /<ListAllMyBucketsResult xmlns=".*"><Buckets\/></,
    )
  })

  it('has the versions of a key as they follow each other, objects and delete markers', () => {
    const output = {
      Name: 'b',
      Versions: [undefined, { VersionId: '3' }, undefined, { VersionId: '1' }],
      DeleteMarkers: [{ VersionId: '4' }, undefined, { VersionId: '2' }, undefined],
    }
    const body = String(writeRest(sdk.ListObjectVersions$, output, context).body)
    assert.deepEqual(
      [...body.matchAll(/<(\w+)><VersionId>(\d)</g)].map(([, name, id]) => [name, id]),
      [
        ['DeleteMarker', '4'],
        ['Version', '3'],
        ['DeleteMarker', '2'],
        ['Version', '1'],
      ],
    )
    assert.match(body, /<Name>b</)
    assert.doesNotMatch(String(writeRest(sdk.ListObjectVersions$, {}, context).body), /Version>|Marker>/)
  })

  it('has the status of the schema, 206 for a range, and no body where there is none', () => {
    assert.deepEqual(writeRest(sdk.DeleteBucket$, {}, context), {
      status: 204,
      headers: { 'x-amz-request-id': 'r' },
    })
    assert.deepEqual(writeRest(sdk.PutObject$, { ETag: '"e"' }, context), {
      status: 200,
      headers: { 'x-amz-request-id': 'r', etag: '"e"' },
    })
    const slice = { file: '/tmp/blob', start: 0, end: 5 }
    const got = writeRest(
      sdk.GetObject$,
      { Body: slice, ContentRange: 'bytes 0-4/9', ContentLength: 5, Metadata: { a: 'b' } },
      context,
    )
    assert.equal(got.status, 206)
    assert.equal(got.body, slice)
    assert.deepEqual([got.headers['content-length'], got.headers['x-amz-meta-a']], ['5', 'b'])
    const head = writeRest(
      sdk.HeadObject$,
      { ContentLength: 9, LastModified: new Date('2014-02-16T12:00:00Z') },
      { ...context, method: 'HEAD' },
    )
    assert.deepEqual([head.body, head.headers['last-modified']], [undefined, 'Sun, 16 Feb 2014 12:00:00 GMT'])
  })

  it('writes the location as the root itself, and text that no header can carry as bytes', () => {
    assert.match(
      String(writeRest(sdk.GetBucketLocation$, { LocationConstraint: 'EU' }, context).body),
      /<LocationConstraint xmlns="[^"]*">EU<\/LocationConstraint>$/,
    )
    const { headers } = writeRest(
      sdk.GetObject$,
      { ContentDisposition: 'a\r\nSet-Cookie: x', Metadata: { name: '🙂' } },
      context,
    )
    assert.equal(headers['content-disposition'], 'aSet-Cookie: x')
    assert.equal(Buffer.from(headers['x-amz-meta-name'] ?? '', 'latin1').toString(), '🙂')
  })
})
