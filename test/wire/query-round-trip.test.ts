// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { AwsQueryProtocol } from '@aws-sdk/core/protocols'
import type { StaticOperationSchema } from '@smithy/types'
import type { HttpResponse } from '../../src/engine/http'
import { readEc2, writeEc2 } from '../../src/engine/wire/ec2'
import { readForm } from '../../src/engine/wire/form'
import { readQuery, writeQuery } from '../../src/engine/wire/query'
import { inputOf, outputOf } from '../../src/schemas/shapes'
import { plain, Samples } from './samples'
import { operationsOf } from './sdk-protocol'

interface SdkRequest {
  readonly body: string
}
type Answer = (request: SdkRequest) => HttpResponse

// The SDK's own request handler, as its clients know one, answering from here.
const answering = (answer: Answer) => ({
  handle: async (request: SdkRequest) => {
    const { status, headers, body } = answer(request)
    return {
      response: {
        statusCode: status,
        headers: { ...headers },
        body: Readable.from([Buffer.from(String(body))]),
      },
    }
  },
})

const CLIENTS = {
  ec2: 'EC2Client',
  iam: 'IAMClient',
  sts: 'STSClient',
  'auto-scaling': 'AutoScalingClient',
  cloudwatch: 'CloudWatchClient',
} as const
type Service = keyof typeof CLIENTS
const NAMESPACE = 'https://example.amazonaws.com/doc/2010-05-08/'

const load = async (service: Service): Promise<Record<string, unknown>> => {
  switch (service) {
    case 'ec2':
      return import('@aws-sdk/client-ec2')
    case 'iam':
      return import('@aws-sdk/client-iam')
    case 'sts':
      return import('@aws-sdk/client-sts')
    case 'auto-scaling':
      return import('@aws-sdk/client-auto-scaling')
    case 'cloudwatch':
      return import('@aws-sdk/client-cloudwatch')
  }
}

const queryProtocol = new AwsQueryProtocol({
  defaultNamespace: 'com.amazonaws.cloudwatch',
  xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  version: '2010-08-01',
})

// Clients and commands are looked up by name, which types cannot follow.
type Client = {
  send(command: unknown): Promise<Record<string, unknown>>
  middlewareStack: { remove(name: string): void }
}
type Class<T> = new (options: unknown) => T

for (const service of Object.keys(CLIENTS) as Service[]) {
  describe(`every operation of ${service}`, () => {
    let sdk: Record<string, unknown>
    let operations: readonly StaticOperationSchema[]
    let client: Client
    let answer: Answer

    before(async () => {
      sdk = await load(service)
      operations = operationsOf(sdk)
      const ClientClass = sdk[CLIENTS[service]] as Class<Client>
      client = new ClientClass({
        region: 'us-east-1',
        endpoint: 'http://127.0.0.1:1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
        requestHandler: answering(request => answer(request)),
        maxAttempts: 1,
        // Its client has come to prefer other forms; older ones send this.
        ...(service === 'cloudwatch' && { protocol: queryProtocol }),
      })
      // It signs a second request inside CopySnapshot's, which is not about reading and writing.
      client.middlewareStack.remove('crossRegionPresignedUrlMiddleware')
    })

    it('reads what the SDK sends, and the SDK reads what it writes', async () => {
      assert.ok(operations.length > 5)
      for (const schema of operations) {
        const name = schema[2]
        const samples = new Samples()
        const sent = samples.struct(inputOf(schema))
        const answered = samples.struct(outputOf(schema))
        let received: unknown
        answer = request => {
          const form = readForm('', Buffer.from(request.body), { bodyBytes: 1e7, parameters: 1e5 })
          assert.equal(form.action, name)
          received = service === 'ec2' ? readEc2(schema, form) : readQuery(schema, form)
          return service === 'ec2'
            ? writeEc2(schema, answered, { requestId: 'request-1', version: form.version })
            : writeQuery(schema, answered, { requestId: 'request-1', namespace: NAMESPACE })
        }
        const Command = sdk[`${name}Command`] as Class<unknown>
        const { $metadata, ...result } = await client.send(new Command(sent))
        assert.deepEqual(plain(received), plain(sent), `input of ${name}`)
        assert.deepEqual(plain(result), plain(answered), `output of ${name}`)
        assert.ok($metadata)
      }
    })
  })
}
