// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { clientFor, ReceivedDate, receivedText } from '../../src/clients'
import { signQueryV2 } from '../../src/clients/sign'
import { targetOf } from '../../src/clients/target'
import { accessKeyId, io, type RecordingServer, secretKey, settingsOf, startServer } from './server'

const empty = { body: '<R xmlns="x"><requestId>r</requestId></R>' }

describe('query clients', () => {
  let server: RecordingServer
  beforeEach(async () => {
    server = await startServer()
    server.answer(empty)
  })
  afterEach(() => server.close())

  const ec2 = (env = {}, waits: number[] = []) =>
    clientFor('ec2', settingsOf({ EC2_URL: `${server.url}/services/compute`, ...env }), io(waits))
  const last = () => server.requests.at(-1) ?? assert.fail('nothing was asked')
  const formOf = () => Object.fromEntries(last().form)

  describe('requests', () => {
    it('are signed forms, posted to the endpoint’s own path', async () => {
      await (await ec2()).describeImages({
        ImageIds: ['emi-1', 'emi-2'],
        Filters: [{ Name: 'n', Values: [''] }],
      })
      assert.equal(last().method, 'POST')
      assert.equal(last().url, '/services/compute')
      assert.deepEqual(formOf(), {
        Action: 'DescribeImages',
        Version: '2015-10-01',
        'ImageId.1': 'emi-1',
        'ImageId.2': 'emi-2',
        'Filter.1.Name': 'n',
        'Filter.1.Value.1': '',
      })
      const { headers } = last()
      assert.equal(headers['user-agent'], 'euca2ools/3.4.1 (mallee 9.9.9)')
      assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
      assert.equal(headers['x-amz-date'], '20140216T121316Z')
      assert.match(
        headers.authorization ?? '',
        /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20140216\/undefined-4711\/ec2\/aws4_request, /,
      )
      assert.equal(headers.expect, undefined)
    })

    it('keep a trailing slash and an encoded path as they were configured', async () => {
      await (await ec2({ EC2_URL: `r::${server.url}/a%20b/` })).describeRegions()
      assert.equal(last().url, '/a%20b/')
      assert.match(last().headers.authorization ?? '', /\/r\/ec2\//)
    })

    it('hold nested structures, booleans and times as EC2 writes them, and nothing for what is absent', async () => {
      await (await ec2()).runInstances({
        ImageId: 'emi-1',
        MinCount: 1,
        MaxCount: 2,
        KernelId: undefined,
        SecurityGroups: [],
        BlockDeviceMappings: [
          { DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: false, VolumeSize: 2 } },
        ],
        Placement: { AvailabilityZone: 'PARTI00' },
      })
      assert.deepEqual(formOf(), {
        Action: 'RunInstances',
        Version: '2015-10-01',
        ImageId: 'emi-1',
        MinCount: '1',
        MaxCount: '2',
        'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
        'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'false',
        'BlockDeviceMapping.1.Ebs.VolumeSize': '2',
        'Placement.AvailabilityZone': 'PARTI00',
      })
    })

    it('can be signed by version 2, which puts the signature into the form', async () => {
      await (await ec2()).registerImage({ Name: 'a b', ImageLocation: 'b/m.xml' }, { signature: 2 })
      assert.equal(last().headers.authorization, undefined)
      const { Signature, AWSAccessKeyId, SignatureVersion, SignatureMethod, Timestamp, ...plain } = formOf()
      assert.deepEqual([AWSAccessKeyId, SignatureVersion, SignatureMethod], [accessKeyId, '2', 'HmacSHA256'])
      assert.equal(Timestamp, '2014-02-16T12:13:16Z')
      const again = signQueryV2(
        { method: 'POST', target: targetOf(`${server.url}/services/compute`) },
        Object.entries(plain),
        { accessKeyId, secretKey },
        new Date(Timestamp ?? ''),
      )
      assert.equal(Signature, again.at(-1)?.[1])
    })

    it('carry the session token', async () => {
      await (await ec2({ AWS_SECURITY_TOKEN: 'TOKEN' })).describeRegions()
      assert.equal(last().headers['x-amz-security-token'], 'TOKEN')
    })

    it('refuse at once when the endpoint, then when the credentials are missing', async () => {
      const none = settingsOf({ S3_URL: server.url, AWS_ACCESS_KEY: '', AWS_SECRET_KEY: '' })
      await assert.rejects(clientFor('ec2', none), /^ConfigError: No ec2 endpoint/)
      await assert.rejects(clientFor('s3', none), /^ConfigError: missing access key ID/)
      assert.equal(server.requests.length, 0)
    })
  })

  describe('answers', () => {
    it('are read by schema, with timestamps that remember their text', async () => {
      server.answer({
        body: `<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId><groupSet/>
          <instancesSet><item><instanceId>i-1</instanceId><amiLaunchIndex>0</amiLaunchIndex>
          <instanceState><code>16</code><name>running</name></instanceState><ebsOptimized>false</ebsOptimized>
          <launchTime>2014-02-16T12:13:16.1Z</launchTime><keyName> k </keyName><instanceType>m9.odd</instanceType>
          <unknownThing><x/></unknownThing></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
      })
      const { Reservations } = await (await ec2()).describeInstances()
      const instance = Reservations?.[0]?.Instances?.[0] ?? assert.fail('no instance')
      const { LaunchTime, ...rest } = instance
      assert.deepEqual(rest, {
        InstanceId: 'i-1',
        AmiLaunchIndex: 0,
        State: { Code: 16, Name: 'running' },
        EbsOptimized: false,
        KeyName: ' k ',
        InstanceType: 'm9.odd',
      })
      assert.ok(LaunchTime instanceof ReceivedDate)
      assert.equal(receivedText(LaunchTime), '2014-02-16T12:13:16.1Z')
      assert.equal(LaunchTime.getTime(), Date.parse('2014-02-16T12:13:16.100Z'))
      assert.equal(JSON.stringify(LaunchTime), '"2014-02-16T12:13:16.1Z"')
      assert.deepEqual(Reservations?.[0]?.Groups, [])
    })

    it('of other services are taken out of their wrapper, named or alone', async () => {
      const iam = await clientFor('iam', settingsOf({ AWS_IAM_URL: server.url }), io())
      const result =
        '<AccountAliases><member>eucalyptus</member></AccountAliases><IsTruncated>false</IsTruncated>'
      for (const name of ['ListAccountAliasesResult', 'Odd']) {
        server.answer({ body: `<R><${name}>${result}</${name}><ResponseMetadata/></R>` })
        assert.deepEqual(await iam.listAccountAliases(), {
          AccountAliases: ['eucalyptus'],
          IsTruncated: false,
        })
      }
      assert.deepEqual(formOf(), { Action: 'ListAccountAliases', Version: '2010-05-08' })
    })

    it('of Eucalyptus’ own actions are read by our schemas', async () => {
      const bootstrap = await clientFor('bootstrap', settingsOf({ EUCA_BOOTSTRAP_URL: server.url }), io())
      server.answer({
        body: `<R><serviceCertificates><item><serviceType>compute</serviceType><certificateUsage>image-bundling</certificateUsage>
<certificate>PEM
</certificate></item></serviceCertificates></R>`,
      })
      const { ServiceCertificates } = await bootstrap.describeServiceCertificates({
        Format: 'pem',
        FingerprintDigest: 'SHA-256',
      })
      assert.deepEqual(ServiceCertificates, [
        { ServiceType: 'compute', CertificateUsage: 'image-bundling', Certificate: 'PEM\n' },
      ])
      assert.deepEqual(formOf(), {
        Action: 'DescribeServiceCertificates',
        Version: 'eucalyptus',
        Format: 'pem',
        FingerprintDigest: 'SHA-256',
      })
      server.answer({
        body: `<R><instanceTypeDetails><item><name>m1.small</name><cpu>1</cpu><memory>256</memory><disk>5</disk>
<networkInterfaces>2</networkInterfaces><availability><any><zoneName>one</zoneName><max>13</max><available>10</available></any>
</availability></item></instanceTypeDetails></R>`,
      })
      const { InstanceTypeDetails } = await (await ec2()).describeInstanceTypes({
        InstanceTypes: ['m1.small'],
        Availability: true,
      })
      assert.deepEqual(InstanceTypeDetails, [
        {
          Name: 'm1.small',
          Cpu: 1,
          MemoryMib: 256,
          DiskGib: 5,
          NetworkInterfaces: 2,
          Availability: [{ ZoneName: 'one', Max: 13, Available: 10 }],
        },
      ])
      assert.deepEqual(formOf(), {
        Action: 'DescribeInstanceTypes',
        Version: '2015-10-01',
        'InstanceType.1': 'm1.small',
        Availability: 'true',
      })
    })

    for (const body of ['', 'not XML', '<a><b></a>'])
      it(`that cannot be read are an error: ${JSON.stringify(body)}`, async () => {
        server.answer({ body })
        await assert.rejects((await ec2()).describeImages(), {
          name: 'ClientError',
          message: 'XML parse error',
        })
      })
  })

  describe('refusals', () => {
    const refusals: [what: string, status: number, body: string, code: string, message: string][] = [
      [
        'of EC2',
        400,
        '<Response><Errors><Error><Code>InvalidVolume.NotFound</Code><Message>The volume does not exist.</Message></Error></Errors></Response>',
        'InvalidVolume.NotFound',
        'The volume does not exist.',
      ],
      [
        'of query services',
        404,
        '<ErrorResponse xmlns="x"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>',
        'NoSuchEntity',
        'no',
      ],
      [
        'of S3',
        409,
        '<Error><Code>BucketNotEmpty</Code><Message>not empty</Message></Error>',
        'BucketNotEmpty',
        'not empty',
      ],
      ['in plain text', 403, 'Access\nforbidden', '403', 'Access\nforbidden'],
      ['in HTML', 409, '<html><body>oh</body></html>', '409', 'Conflict'],
      ['in HTML that is no XML', 502, '<html><br></html>', '502', '<html><br></html>'],
      ['without a body', 404, '', '404', 'Not Found'],
      ['without a message', 400, '<Error><Code>C</Code><Message/></Error>', 'C', 'Bad Request'],
      ['that point nowhere', 304, '', '304', 'Not Modified'],
    ]
    for (const [what, status, body, code, message] of refusals)
      it(`${what} keep the wire’s own code and message`, async () => {
        server.answer({ status, body })
        await assert.rejects((await ec2()).describeImages(), {
          name: 'ServiceError',
          code,
          message,
          status,
        })
      })
  })

  describe('retries', () => {
    const broken = { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow</Message></Error>' }

    it('follow a 500 or 503, after growing waits, and are signed anew', async () => {
      const waits: number[] = []
      server.answer({ status: 500 }, broken, empty)
      await (await ec2({}, waits)).describeImages()
      assert.deepEqual(waits, [1500, 3000])
      assert.equal(server.requests.length, 3)
    })

    it('end after three tries, with the last refusal', async () => {
      server.answer(broken)
      await assert.rejects((await ec2()).describeImages(), { code: 'SlowDown', status: 503 })
      assert.equal(server.requests.length, 3)
    })

    it('do not follow other refusals', async () => {
      server.answer({ status: 504 })
      await assert.rejects((await ec2()).describeImages(), { code: '504' })
      assert.equal(server.requests.length, 1)
    })

    it('follow time-outs, and the last one is told', async () => {
      server.answer(() => undefined)
      const settings = { ...settingsOf({ EC2_URL: server.url }), timeoutSeconds: 0.05 }
      const client = await clientFor('ec2', settings, io())
      await assert.rejects(client.describeImages(), { name: 'ClientError', message: 'request timed out' })
      assert.equal(server.requests.length, 3)
    })

    it('wait no longer than fifteen seconds', async () => {
      const waits: number[] = []
      server.answer(broken)
      const client = await clientFor(
        'ec2',
        { ...settingsOf({ EC2_URL: server.url }), maxRetries: 6 },
        io(waits),
      )
      await assert.rejects(client.describeImages())
      assert.deepEqual(waits, [1500, 3000, 6000, 12000, 15000, 15000])
    })

    it('do not follow a connection that cannot be made or is lost', async () => {
      const closed = createServer()
      await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
      const { port } = closed.address() as { port: number }
      await new Promise(resolve => closed.close(resolve))
      const waits: number[] = []
      await assert.rejects((await ec2({ EC2_URL: `http://127.0.0.1:${port}/` }, waits)).describeImages(), {
        name: 'ClientError',
        message: `connection error (127.0.0.1:${port}: Connection refused)`,
      })
      server.answer((_, response) => void response.socket?.destroy())
      await assert.rejects((await ec2({}, waits)).describeImages(), {
        name: 'ClientError',
        message: /^connection error \(127/,
      })
      server.answer((_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('<R>')
        setImmediate(() => response.socket?.destroy())
        return undefined
      })
      await assert.rejects((await ec2({}, waits)).describeImages(), {
        name: 'ClientError',
        message: /^connection error \(127/,
      })
      assert.deepEqual(waits, [])
    })

    it('stop when the call is aborted, which is its own reason', async () => {
      const abort = new AbortController()
      server.answer(() => void abort.abort(new Error('enough')))
      await assert.rejects((await ec2()).describeImages({}, { signal: abort.signal }), /^Error: enough$/)
      await assert.rejects((await ec2()).describeImages({}, { signal: abort.signal }), /^Error: enough$/)
      assert.equal(server.requests.length, 1)
    })
  })

  describe('redirects', () => {
    it('are followed with the same body, signed for the new place', async () => {
      const other = await startServer()
      other.answer(empty)
      server.answer({ status: 307, headers: { location: `${other.url}/new` } })
      await (await ec2()).describeImages({ ImageIds: ['emi-1'] })
      const [request] = other.requests
      assert.equal(request?.url, '/new')
      assert.equal(request?.method, 'POST')
      assert.equal(request?.form.get('ImageId.1'), 'emi-1')
      assert.equal(`http://${request?.headers.host}`, other.url)
      assert.notEqual(request?.headers.authorization, server.requests[0]?.headers.authorization)
      await other.close()
    })

    it('end after five, as a refusal', async () => {
      server.answer({ status: 302, headers: { location: '/again' } })
      await assert.rejects((await ec2()).describeImages(), {
        name: 'ServiceError',
        code: '302',
        message: 'Found',
      })
      assert.equal(server.requests.length, 6)
    })
  })

  it('go through a proxy, unless the host is exempt', async () => {
    const proxy = await startServer()
    proxy.answer(empty)
    const env = { EC2_URL: 'http://cloud.example:8773/x', http_proxy: proxy.url.replace('//', '//me:pw@') }
    await (await ec2(env)).describeImages()
    assert.equal(proxy.requests[0]?.url, 'http://cloud.example:8773/x')
    assert.equal(proxy.requests[0]?.headers.host, 'cloud.example:8773')
    assert.equal(proxy.requests[0]?.headers['proxy-authorization'], `Basic ${btoa('me:pw')}`)
    await (await ec2({ http_proxy: proxy.url, no_proxy: '127.0.0.1' })).describeImages()
    assert.equal(proxy.requests.length, 1)
    assert.equal(server.requests.length, 1)
    await proxy.close()
  })

  it('log what they send without its secrets', async () => {
    const lines: string[] = []
    const settings = settingsOf({ EC2_URL: server.url, AWS_SECURITY_TOKEN: 'TOKEN' })
    await (await clientFor('ec2', settings, { ...io(), log: line => lines.push(line) })).describeImages()
    assert.ok(lines.includes('request method: POST'))
    assert.ok(lines.includes('request header: authorization: <redacted>'))
    assert.ok(!lines.join('\n').includes('TOKEN'))
  })
})
