// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
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

  it('log what they send without its secrets', async () => {
    const lines: string[] = []
    const settings = settingsOf({ EC2_URL: server.url, AWS_SECURITY_TOKEN: 'TOKEN' })
    await (await clientFor('ec2', settings, { ...io(), log: line => lines.push(line) })).describeImages()
    assert.ok(lines.includes('request method: POST'))
    assert.ok(lines.includes('request header: authorization: <redacted>'))
    assert.ok(!lines.join('\n').includes('TOKEN'))
  })
})
