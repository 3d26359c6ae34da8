// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  DeleteKeyPairCommand,
  DescribeAddressesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  ImportKeyPairCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { GetUserCommand, type IAMClient } from '@aws-sdk/client-iam'
import { type Cloud, cloud } from '../support/cloud'

/** The code of the refusal; `close` of the cloud fails when it was a bug. */
const code = async (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'none',
    error => error.Code ?? error.name,
  )

describe('names without end', () => {
  let c: Cloud
  let ec2: EC2Client
  let iam: IAMClient
  const long = 'a'.repeat(20_000)

  before(async () => {
    c = await cloud()
    ec2 = c.ec2()
    iam = c.iam()
  })
  after(() => c.close())

  it('are names of nothing', async () => {
    const run = { ImageId: 'emi-00000001', MinCount: 1, MaxCount: 1 }
    assert.deepEqual(
      [
        await code(ec2.send(new DeleteKeyPairCommand({ KeyName: long }))),
        await code(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [`sg-${long}`] }))),
        await code(
          ec2.send(new AssociateAddressCommand({ InstanceId: `i-${long}`, PublicIp: '198.18.0.1' })),
        ),
        await code(ec2.send(new DescribeAddressesCommand({ PublicIps: ['verbose', long] }))),
        await code(ec2.send(new AllocateAddressCommand({ Address: long }))),
        await code(ec2.send(new TerminateInstancesCommand({ InstanceIds: [long] }))),
        await code(ec2.send(new RunInstancesCommand({ ...run, ImageId: `emi-${long}` }))),
        await code(iam.send(new GetUserCommand({ UserName: long }))),
      ],
      [
        'none',
        'InvalidGroup.NotFound',
        'InvalidInstanceID.Malformed',
        'InvalidParameterValue',
        'InvalidAddress.NotFound',
        'InvalidInstanceID.Malformed',
        'InvalidAMIID.NotFound',
        'NoSuchEntity',
      ],
    )
  })

  it('are no client tokens, nor names of new key pairs', async () => {
    const run = { ImageId: 'emi-00000001', MinCount: 1, MaxCount: 1 }
    const material = Buffer.from('ssh-rsa AAAA')
    assert.deepEqual(
      [
        await code(ec2.send(new RunInstancesCommand({ ...run, ClientToken: 'a'.repeat(65) }))),
        await code(ec2.send(new RunInstancesCommand({ ...run, ClientToken: 'a'.repeat(64) }))),
        await code(ec2.send(new ImportKeyPairCommand({ KeyName: long, PublicKeyMaterial: material }))),
      ],
      ['InvalidParameterValue', 'InvalidAMIID.NotFound', 'InvalidParameterValue'],
    )
  })

  it('are no access keys', async () => {
    const response = await c.engine.handle({
      method: 'POST',
      path: '/services/compute',
      query: '',
      headers: { host: 'cloud.test' },
      body: Buffer.from(
        `Action=DescribeImages&AWSAccessKeyId=${long}&Signature=x&SignatureVersion=2&Timestamp=2014-02-16T12:13:16Z`,
      ),
    })
    assert.equal(response.status, 403)
    assert.match(String(response.body), /Failed to find access key/)
  })
})
