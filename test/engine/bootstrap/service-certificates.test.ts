// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import {
  DescribeServiceCertificates$,
  type DescribeServiceCertificatesOutput,
} from '../../../src/schemas/extensions'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { send } from '../ec2/command'
import { refused } from '../ec2/expect'
import { documentOf, person } from '../ec2/people'
import { havePolicy, haveRole, trusting, withKeys } from '../sts/people'

describe('service certificates', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  /** The EC2 client, pointed at the administration service. */
  const describe = async (input: object, who: Clients = c) => {
    const client = who.ec2()
    client.config.endpoint = async () => ({
      protocol: 'http:',
      hostname: 'cloud.test',
      port: 8773,
      path: '/services/Empyrean',
    })
    const output = await send<DescribeServiceCertificatesOutput>(client, DescribeServiceCertificates$, input)
    return output.ServiceCertificates?.[0]
  }

  it('are the cloud’s own, for bundling images', async () => {
    const item = await describe({ Format: 'pem', FingerprintDigest: 'SHA-256' })
    assert.equal(item?.ServiceType, 'compute')
    assert.equal(item?.CertificateUsage, 'image-bundling')
    const certificate = new X509Certificate(item?.Certificate ?? '')
    assert.equal(
      certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      new X509Certificate(c.engine.read(tx => tx.cloudIdentity.must('cloud').certificate)).publicKey
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    )
    assert.equal(item?.CertificateFingerprint, certificate.fingerprint256.toLowerCase())
  })

  it('come as DER and with another digest when asked', async () => {
    const item = await describe({ Format: 'der', FingerprintDigest: 'SHA-1' })
    const certificate = new X509Certificate(Buffer.from(item?.Certificate ?? '', 'base64'))
    assert.equal(item?.CertificateFormat, 'der')
    assert.equal(item?.CertificateFingerprint, certificate.fingerprint.toLowerCase())
  })

  it('are refused in other forms and to other accounts', async () => {
    await refused(describe({ Format: 'xml' }), 'InvalidParameterValue')
    await refused(describe({ FingerprintDigest: 'MD5' }), 'InvalidParameterValue')
    await refused(describe({}, await c.account('alice')), 'UnauthorizedOperation')
  })

  it('are for roles of the cloud’s own account when a policy says so, and for no user of another', async () => {
    const bob = await c.account('bob')
    const carl = person(c, bob, 'carl')
    carl.may({ Action: '*' })
    const as = (who: Pick<Clients, 'ec2'>) => describe({}, { ...bob, ec2: who.ec2 })
    await refused(as(carl), 'UnauthorizedOperation')
    await haveRole(c, 'bundler', trusting({ AWS: carl.keys.arn }))
    const { Credentials } = await withKeys(c, carl.keys)
      .sts()
      .send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${c.accountId}:role/bundler`,
          RoleSessionName: 'now',
        }),
      )
    const inRole = withKeys(c, Credentials ?? {})
    await refused(as(inRole), 'UnauthorizedOperation')
    havePolicy(c, c.accountId, 'role/bundler', documentOf([{ Action: 'bootstrap:*' }]))
    assert.equal((await as(inRole))?.ServiceType, 'compute')
  })
})
