// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import {
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListSigningCertificatesCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { selfSigned } from '../../../src/engine/iam/certificates'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from '../ec2/expect'

describe('identities', () => {
  let c: Cloud
  let iam: IAMClient
  beforeEach(async () => {
    c = await cloud()
    iam = c.iam()
  })
  afterEach(() => c.close())

  const certificate = (name: string) => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    return selfSigned({ privateKey, subject: [['CN', name]], serial: Buffer.from([1]), now: new Date() })
  }

  it('of accounts have one name each, lest somebody be called as the administrators are', async () => {
    await assert.rejects(c.account('eucalyptus'), { code: 'EntityAlreadyExists' })
    await c.account('alice')
    await assert.rejects(c.account('alice'), { code: 'EntityAlreadyExists' })
  })

  it('tell a caller who they are', async () => {
    const identity = await c.sts().send(new GetCallerIdentityCommand({}))
    const { User } = await iam.send(new GetUserCommand({}))
    assert.equal(identity.Account, c.accountId)
    assert.equal(identity.Arn, `arn:aws:iam::${c.accountId}:user/admin`)
    assert.equal(User?.Arn, identity.Arn)
    assert.equal(User?.UserId, identity.UserId)
    assert.equal(User?.UserName, 'admin')
    assert.equal(User?.CreateDate?.toISOString(), '2014-02-16T12:13:16.000Z')
    const { AccountAliases } = await iam.send(new ListAccountAliasesCommand({}))
    assert.deepEqual(AccountAliases, ['eucalyptus'])
  })

  it('are listed within their account', async () => {
    const alice = (await c.account('alice')).iam()
    const { Users, IsTruncated } = await alice.send(new ListUsersCommand({}))
    assert.deepEqual(
      Users?.map(user => user.UserName),
      ['admin'],
    )
    assert.equal(IsTruncated, false)
    assert.deepEqual((await alice.send(new ListAccountAliasesCommand({}))).AccountAliases, ['alice'])
    const none = await alice.send(new ListUsersCommand({ PathPrefix: '/other/' }))
    assert.deepEqual(none.Users ?? [], [])
    await refused(
      alice.send(new GetUserCommand({ UserName: 'bob' })),
      'NoSuchEntityException',
      'Can not find user bob',
    )
  })

  it('come in pages of a sensible size, by markers of this cloud', async () => {
    const list = (input: ListUsersCommandInput) => c.iam().send(new ListUsersCommand(input))
    const page = await list({ MaxItems: 1 })
    assert.deepEqual([page.Users?.length, page.IsTruncated, page.Marker], [1, false, undefined])
    for (const [MaxItems, bound] of [
      [0, 'greater than or equal to 1'],
      [1001, 'less than or equal to 1000'],
    ] as const) {
      const message = `1 validation error detected: Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: Member must have value ${bound}`
      await assert.rejects(list({ MaxItems }), { name: 'ValidationError', message })
    }
    await assert.rejects(list({ MaxItems: 1.5 }), {
      name: 'InvalidParameterValue',
      message: 'Value (1.5) for parameter MaxItems is invalid.',
    })
    await assert.rejects(list({ Marker: 'nonsense' }), {
      name: 'ValidationError',
      message: 'Invalid Marker.',
    })
  })

  it('show access keys without their secrets', async () => {
    const answer = await iam.send(new ListAccessKeysCommand({}))
    assert.equal(answer.AccessKeyMetadata?.[0]?.AccessKeyId, c.key.id)
    assert.equal(answer.AccessKeyMetadata?.[0]?.Status, 'Active')
    assert.equal(JSON.stringify(answer).includes(c.key.secret), false)
  })

  it('take a second signing certificate and no third, nor the same twice', async () => {
    const upload = (CertificateBody: string) =>
      iam.send(new UploadSigningCertificateCommand({ CertificateBody }))
    const mine = certificate('mine')
    const { Certificate } = await upload(mine)
    assert.match(Certificate?.CertificateId ?? '', /^[A-Z2-7]{32}$/)
    const { Certificates } = await iam.send(new ListSigningCertificatesCommand({ UserName: 'admin' }))
    assert.equal(Certificates?.length, 2)
    assert.equal(JSON.stringify(Certificates).includes('PRIVATE'), false)
    await refused(upload(mine), 'DuplicateCertificateException')
    await refused(upload(certificate('third')), 'LimitExceededException')
    await refused(upload('not a certificate'), 'MalformedCertificateException')
  })
})
