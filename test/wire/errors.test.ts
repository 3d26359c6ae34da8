// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { HeadBucketCommand, ListObjectsCommand, S3Client } from '@aws-sdk/client-s3'
import { Refusal } from '../../src/engine/errors'
import type { HttpResponse } from '../../src/engine/http'
import { ProtocolRefusal, statusOf, writeError } from '../../src/engine/wire/errors'

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

describe('an error document', () => {
  it('of EC2 has the code, the message and a request id, without a namespace', () => {
    const { status, body } = writeError('ec2', new Refusal('InvalidAMIID.NotFound', 'No <such> image'), {
      requestId: 'r-1',
    })
    assert.equal(status, 400)
    assert.equal(
      body,
      `${XML}<Response><Errors><Error><Code>InvalidAMIID.NotFound</Code><Message>No &lt;such&gt; image</Message></Error></Errors>` +
        '<RequestID>r-1</RequestID></Response>',
    )
  })

  it('of the protocol has the status line for a code and repeats its message, whatever the query service', () => {
    for (const family of ['ec2', 'query'] as const) {
      const answer = writeError(family, new ProtocolRefusal(403, 'Signature validation failed'), {
        requestId: 'r',
      })
      assert.equal(answer.status, 403)
      assert.deepEqual(answer.headers, {
        connection: 'close',
        'content-type': 'text/plain; charset=utf-8',
        'x-amzn-requestid': 'r',
      })
      assert.equal(
        answer.body,
        `${XML}<Response><Errors><Error><Code>403 Forbidden</Code><Message>Signature validation failed</Message></Error></Errors>` +
          '<RequestID>Signature validation failed</RequestID></Response>',
      )
    }
  })

  it('of a query service has its namespace and says whose fault it is', () => {
    const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/'
    const { status, body } = writeError('query', new Refusal('NoSuchEntity', 'No user'), {
      requestId: 'r',
      namespace,
    })
    assert.equal(status, 404)
    assert.equal(
      body,
      `${XML}<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>No user</Message></Error>` +
        '<RequestId>r</RequestId></ErrorResponse>',
    )
  })

  it('of IAM blames the sender even for failures, as Eucalyptus has it; others do not', () => {
    const typeOf = (namespace: string) =>
      /<Type>(\w+)</.exec(
        String(writeError('query', new Error('x'), { requestId: 'r', namespace }).body),
      )?.[1]
    assert.equal(typeOf('https://iam.amazonaws.com/doc/2010-05-08/'), 'Sender')
    assert.equal(typeOf('https://sts.amazonaws.com/doc/2011-06-15/'), 'Receiver')
  })

  it('of a JSON service has its name in a header, and the rest as members', () => {
    const refusal = new Refusal('ValidationException', 'No "such" <block>', undefined, {
      Reason: 'INVALID_BLOCK',
    })
    assert.deepEqual(writeError('json', refusal, { requestId: 'r' }), {
      status: 400,
      headers: {
        'x-amzn-requestid': 'r',
        'x-amzn-errortype': 'ValidationException',
        'content-type': 'application/json',
      },
      body: '{"Message":"No \\"such\\" <block>","Reason":"INVALID_BLOCK"}',
    })
    const bug = writeError('json', new Error('/secret/path'), { requestId: 'r' })
    assert.deepEqual([bug.status, bug.body], [500, '{"Message":"An internal error has occurred."}'])
    assert.equal(bug.headers['x-amzn-errortype'], 'InternalServerException')
  })

  it('of S3 has the resource and the details, and none of it in answer to HEAD', () => {
    const refusal = new Refusal('NoSuchBucket', 'The specified bucket does not exist', undefined, {
      BucketName: 'b',
    })
    const context = { requestId: 'r', resource: '/b', hostId: 'h' }
    const { status, body } = writeError('s3', refusal, context)
    assert.equal(status, 404)
    assert.equal(
      body,
      `${XML}<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><Resource>/b</Resource>` +
        '<BucketName>b</BucketName><RequestId>r</RequestId><HostId>h</HostId></Error>',
    )
    assert.equal(writeError('s3', refusal, { ...context, method: 'HEAD' }).body, undefined)
  })

  it('of S3 tells the request in a header, and has the headers of the refusal', () => {
    const refusal = new Refusal('NotModified', 'Not Modified', 304, {}, { etag: '"e"' })
    const answer = writeError('s3', refusal, { requestId: 'r' })
    assert.deepEqual(answer, { status: 304, headers: { 'x-amz-request-id': 'r', etag: '"e"' } })
  })

  it('says nothing of an unexpected error', () => {
    for (const family of ['ec2', 'query', 's3'] as const) {
      const { status, body } = writeError(family, new Error('ENOENT /home/secret'), { requestId: 'r' })
      assert.equal(status, 500)
      assert.doesNotMatch(String(body), /secret/)
      assert.match(String(body), /<Code>Internal(Error|Failure)</)
    }
  })

  it('has the status its code is known for, or the one it was given', () => {
    assert.equal(statusOf('ec2', new Refusal('UnauthorizedOperation', '')), 403)
    assert.equal(statusOf('s3', new Refusal('BucketNotEmpty', '')), 409)
    assert.equal(statusOf('s3', new Refusal('NotImplemented', '')), 501)
    assert.equal(statusOf('s3', new Refusal('constructor', '')), 400)
    assert.equal(statusOf('ec2', new Refusal('DryRunOperation', '', 412)), 412)
  })
})

describe('the SDK, given an error document,', () => {
  const config = (answer: HttpResponse) => ({
    region: 'eucalyptus',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({
        response: {
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Readable.from(answer.body === undefined ? [] : [Buffer.from(String(answer.body))]),
        },
      }),
      // Three clients, three request types: what the handler answers is the same for all.
    } as never,
  })
  const context = { requestId: 'r-1' }
  const shown = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail('not an error'),
      (error: { name: string; message: string; $metadata: { httpStatusCode?: number } }) =>
        [error.name, error.message, error.$metadata.httpStatusCode] as const,
    )

  it('finds code, message and status of EC2, and the status line of the protocol', async () => {
    const ask = (error: Refusal) =>
      shown(new EC2Client(config(writeError('ec2', error, context))).send(new DescribeImagesCommand({})))
    assert.deepEqual(await ask(new Refusal('InvalidAMIID.NotFound', 'none')), [
      'InvalidAMIID.NotFound',
      'none',
      400,
    ])
    assert.deepEqual(await ask(new ProtocolRefusal(403, 'no & no')), ['403 Forbidden', 'no & no', 403])
  })

  it('finds them in the answers of identity and of S3', async () => {
    const missing = writeError('query', new Refusal('NoSuchEntity', 'no user'), {
      ...context,
      namespace: 'urn:x',
    })
    const user = await shown(new IAMClient(config(missing)).send(new GetUserCommand({})))
    assert.deepEqual(user, ['NoSuchEntityException', 'no user', 404])
    const s3 = (method: string) =>
      new S3Client(config(writeError('s3', new Refusal('NoSuchBucket', 'no'), { ...context, method })))
    assert.deepEqual(await shown(s3('GET').send(new ListObjectsCommand({ Bucket: 'b' }))), [
      'NoSuchBucket',
      'no',
      404,
    ])
    assert.equal((await shown(s3('HEAD').send(new HeadBucketCommand({ Bucket: 'b' }))))[2], 404)
  })
})
