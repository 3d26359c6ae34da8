// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { ChangePasswordCommand } from '@aws-sdk/client-iam'
import type { IamClient } from '../../../src/clients'
import { selfSigned } from '../../../src/engine/iam/certificates'
import { isPassword } from '../../../src/engine/iam/passwords'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { withKeys } from '../sts/people'
import { allowing, euareOf, identities, refusal, userOf } from './euare'

const bob = { UserName: 'bob' }

describe('what users have', () => {
  let c: Cloud
  let root: IamClient
  let alice: Clients
  let admin: IamClient
  beforeEach(async () => {
    c = await cloud()
    root = await euareOf(c)
    alice = await c.account('alice')
    admin = await euareOf(c, alice.key)
    await admin.createUser(bob)
  })
  afterEach(() => c.close())

  describe('access keys', () => {
    const add = async () => {
      const { AccessKey } = await admin.createAccessKey(bob)
      return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' }
    }

    it('are two at most', async () => {
      const { id, secret } = await add()
      assert.match(id, /^AKIAA[A-Z2-7]{15}$/)
      assert.match(secret, /^[A-Za-z0-9]{40}$/)
      await add()
      await refusal(add(), 'LimitExceeded', 409, 'Access key limit exceeded')
      const { AccessKeyMetadata } = await admin.listAccessKeys(bob)
      assert.equal(AccessKeyMetadata?.length, 2)
      assert.ok(!JSON.stringify(AccessKeyMetadata).includes(secret))
      await admin.deleteAccessKey({ ...bob, AccessKeyId: id })
      await add()
    })

    it('are not good while they are inactive, nor once they are deleted', async () => {
      const key = await add()
      const PolicyDocument = allowing('iam:GetUser')
      await admin.putUserPolicy({ ...bob, PolicyName: 'look', PolicyDocument })
      const client = await euareOf(c, key)
      await client.getUser()
      const set = (Status: string) =>
        admin.updateAccessKey({ ...bob, AccessKeyId: key.id, Status: Status as 'Active' })
      await set('Inactive')
      await refusal(client.getUser(), '403 Forbidden', 403)
      assert.equal((await admin.listAccessKeys(bob)).AccessKeyMetadata?.[0]?.Status, 'Inactive')
      await set('active')
      await client.getUser()
      await refusal(set('Sleeping'), 'InvalidValue', 400, 'Invalid status Sleeping')
      await refusal(set(''), 'InvalidValue', 400, 'Empty status')
      await admin.deleteAccessKey({ ...bob, AccessKeyId: key.id })
      await refusal(client.getUser(), '403 Forbidden', 403)
    })

    it('are a user’s own', async () => {
      const { id } = await add()
      const message = (AccessKeyId: string) => `Access Key with id ${AccessKeyId} not found for user`
      const AccessKeyId = alice.key.id
      await refusal(admin.deleteAccessKey({ ...bob, AccessKeyId }), 'NoSuchEntity', 404, message(AccessKeyId))
      await refusal(root.deleteAccessKey({ AccessKeyId: id }), 'NoSuchEntity', 404, message(id))
      const empty = admin.deleteAccessKey({ ...bob, AccessKeyId: '' })
      await refusal(empty, 'InvalidId', 400, 'Empty access key id')
    })

    it('are made for an account’s administrator by a delegate who names nobody', async () => {
      await root.createAccount({ AccountName: 'testuser1' })
      const { AccessKey } = await root.as('testuser1').createAccessKey()
      assert.equal(AccessKey?.UserName, 'admin')
      const id = AccessKey?.AccessKeyId ?? ''
      const theirs = await euareOf(c, { id, secret: AccessKey?.SecretAccessKey ?? '' })
      assert.equal((await theirs.getUser()).User?.UserName, 'admin')
      assert.deepEqual((await theirs.listAccountAliases()).AccountAliases, ['testuser1'])
    })
  })

  describe('passwords', () => {
    const Password = 'euca123'
    const kept = (UserName = 'bob') =>
      c.engine.read(tx => tx.users.in(alice.accountId).must(UserName).password)

    it('are given, shown to be there, changed and taken', async () => {
      await refusal(admin.getLoginProfile(bob), 'NoSuchEntity', 404, 'Can not find login profile for bob')
      const { LoginProfile } = await admin.createLoginProfile({ ...bob, Password })
      assert.equal(LoginProfile?.UserName, 'bob')
      assert.equal((await admin.getLoginProfile(bob)).LoginProfile?.PasswordResetRequired, false)
      assert.ok(isPassword(kept(), Password))
      await refusal(
        admin.createLoginProfile({ ...bob, Password }),
        'EntityAlreadyExists',
        409,
        'User bob already has a login profile',
      )
      await admin.updateLoginProfile({ ...bob, Password: 'other' })
      assert.ok(isPassword(kept(), 'other') && !isPassword(kept(), Password))
      await admin.deleteLoginProfile(bob)
      assert.equal(kept(), undefined)
      await refusal(admin.deleteLoginProfile(bob), 'NoSuchEntity', 404)
      await refusal(
        admin.updateLoginProfile({ ...bob, Password }),
        'NoSuchEntity',
        404,
        'Cannot find Login Profile for User bob',
      )
    })

    it('are something, not the name, and not too long', async () => {
      for (const wrong of ['', 'bob', 'x'.repeat(129)]) {
        const created = admin.createLoginProfile({ ...bob, Password: wrong })
        await refusal(created, 'ValidationError', 400, 'Invalid password')
      }
      await admin.createLoginProfile({ ...bob, Password: 'x'.repeat(128) })
      const updated = admin.updateLoginProfile({ ...bob, Password: 'bob' })
      await refusal(updated, 'Invalid password', 400, 'Invalid password')
    })

    it('are good for sixty days, or until a time that is set', async () => {
      await admin.createLoginProfile({ ...bob, Password })
      const until = async () =>
        (await admin.getUser({ ...bob, ShowExtra: true })).User?.PasswordExpiration?.toISOString()
      assert.equal(await until(), '2014-04-17T12:13:16.000Z')
      await admin.updateUser({ ...bob, PasswordExpiration: new Date('2015-01-01T00:00:00Z') })
      assert.equal(await until(), '2015-01-01T00:00:00.000Z')
      await admin.updateUser({ ...bob, PasswordExpiration: new Date('2013-01-01T00:00:00Z') })
      assert.equal(await until(), '2015-01-01T00:00:00.000Z')
    })

    it('are changed by who knows the old one', async () => {
      const PolicyDocument = allowing('iam:ChangePassword', `arn:aws:iam::${alice.accountId}:user/bob`)
      await admin.putUserPolicy({ ...bob, PolicyName: 'own', PolicyDocument })
      await admin.createLoginProfile({ ...bob, Password, PasswordResetRequired: true })
      const { AccessKey } = await admin.createAccessKey(bob)
      // The tools have no such operation.
      const client = withKeys(c, AccessKey ?? {}).iam()
      const change = (OldPassword: string, NewPassword: string) =>
        client.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
      const codeOf = (request: Promise<unknown>) =>
        request.then(
          () => 'none',
          (error: { Code?: string; name: string }) => error.Code ?? error.name,
        )
      assert.equal(await codeOf(change('wrong', 'next')), 'AccessDenied')
      assert.equal(await codeOf(change(Password, '')), 'ValidationError')
      assert.equal(await codeOf(change(Password, 'next')), 'none')
      assert.ok(isPassword(kept(), 'next'))
      assert.equal(kept()?.mustChange, undefined)
    })
  })

  describe('signing certificates', () => {
    const certificate = (name: string, now = new Date('2014-01-01T00:00:00Z'), bits = 1024) => {
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength: bits,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      })
      return selfSigned({ privateKey, subject: [['CN', name]], serial: Buffer.from([1]), now })
    }

    it('are made with their key, which is told once', async () => {
      const { Certificate } = await admin.createSigningCertificate(bob)
      const made = new X509Certificate(Certificate?.CertificateBody ?? '')
      assert.equal(made.subject, 'C=US\nO=User\nOU=Eucalyptus\nCN=bob'.split('\n').reverse().join('\n'))
      assert.equal(made.validTo, 'Feb 16 12:13:16 2019 GMT')
      assert.ok(made.checkPrivateKey(createPrivateKey(Certificate?.PrivateKey ?? '')))
      assert.match(Certificate?.CertificateId ?? '', /^[A-Z2-7]{32}$/)
      const { Certificates } = await admin.listSigningCertificates(bob)
      assert.equal(Certificates?.[0]?.CertificateId, Certificate?.CertificateId)
      assert.ok(!JSON.stringify(Certificates).includes('PRIVATE'))
    })

    it('are two at most, made or uploaded', async () => {
      await admin.createSigningCertificate(bob)
      const CertificateBody = certificate('bob')
      await admin.uploadSigningCertificate({ ...bob, CertificateBody })
      const message = 'Signing certificate limit exceeded'
      await refusal(admin.createSigningCertificate(bob), 'LimitExceeded', 409, message)
      const third = admin.uploadSigningCertificate({ ...bob, CertificateBody: certificate('third') })
      await refusal(third, 'LimitExceeded', 409, message)
    })

    it('are certificates, of one user, that are still good', async () => {
      const CertificateBody = certificate('bob')
      await admin.uploadSigningCertificate({ ...bob, CertificateBody })
      const was = identities(c)
      const upload = (body: string, UserName = 'bob') =>
        admin.uploadSigningCertificate({ UserName, CertificateBody: body })
      for (const user of ['bob', 'admin']) {
        await refusal(
          upload(CertificateBody, user),
          'DuplicateCertificate',
          409,
          'Trying to upload duplicate certificate',
        )
      }
      await refusal(upload(''), 'MalformedCertificate', 400, 'Empty certificate body')
      for (const body of [
        'nonsense',
        CertificateBody.slice(0, 200),
        '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n',
      ]) {
        await refusal(upload(body), 'MalformedCertificate', 400)
      }
      const old = certificate('old', new Date('2008-01-01T00:00:00Z'))
      await refusal(upload(old), 'InvalidCertificate', 400, 'Certificate has expired.')
      assert.equal(identities(c), was)
    })

    it('are set aside and deleted', async () => {
      const { Certificate } = await admin.createSigningCertificate(bob)
      const CertificateId = Certificate?.CertificateId ?? ''
      const set = (Status: string, id = CertificateId) =>
        admin.updateSigningCertificate({ ...bob, CertificateId: id, Status: Status as 'Active' })
      await set('Inactive')
      assert.equal((await admin.listSigningCertificates(bob)).Certificates?.[0]?.Status, 'Inactive')
      await refusal(set('Active', 'NONE'), 'NoSuchEntity', 404, 'Can not find the certificate NONE')
      await refusal(set('Active', ''), 'InvalidId', 400, 'Empty certificate id')
      await refusal(set(''), 'InvalidValue', 400, 'Empty status')
      await admin.deleteSigningCertificate({ ...bob, CertificateId })
      await refusal(admin.deleteSigningCertificate({ ...bob, CertificateId }), 'NoSuchEntity', 404)
    })
  })

  describe('inline policies', () => {
    const PolicyDocument = `{ "Statement": [{ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" }] }  `
    const look = { ...bob, PolicyName: 'look' }

    it('are shown as they were put, percent-encoded', async () => {
      await admin.putUserPolicy({ ...look, PolicyDocument })
      await admin.putUserPolicy({ ...bob, PolicyName: 'another', PolicyDocument })
      const got = await admin.getUserPolicy(look)
      assert.equal(decodeURIComponent(got.PolicyDocument ?? ''), PolicyDocument)
      assert.ok(got.PolicyDocument?.includes('%2A'))
      assert.deepEqual((await admin.listUserPolicies(bob)).PolicyNames, ['another', 'look'])
      const first = await admin.listUserPolicies({ ...bob, MaxItems: 1 })
      assert.deepEqual([first.PolicyNames, first.IsTruncated], [['another'], true])
      const { PolicyNames } = await admin.listUserPolicies({ ...bob, MaxItems: 1, Marker: first.Marker })
      assert.deepEqual(PolicyNames, ['look'])
      await admin.deleteUserPolicy(look)
      await refusal(admin.getUserPolicy(look), 'NoSuchEntity', 404, 'Can not find policy look')
      await refusal(admin.deleteUserPolicy(look), 'NoSuchEntity', 404, 'Can not find policy look')
    })

    it('are of users, groups and roles', async () => {
      await admin.createGroup({ GroupName: 'staff' })
      const group = { GroupName: 'staff', PolicyName: 'g' }
      await admin.putGroupPolicy({ ...group, PolicyDocument })
      assert.equal(
        decodeURIComponent((await admin.getGroupPolicy(group)).PolicyDocument ?? ''),
        PolicyDocument,
      )
      await admin.deleteGroupPolicy(group)
      assert.deepEqual((await admin.listGroupPolicies(group)).PolicyNames, [])
      const AssumeRolePolicyDocument = JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      })
      await admin.createRole({ RoleName: 'builder', AssumeRolePolicyDocument })
      const role = { RoleName: 'builder', PolicyName: 'r' }
      await admin.putRolePolicy({ ...role, PolicyDocument })
      assert.deepEqual((await admin.listRolePolicies(role)).PolicyNames, ['r'])
      assert.equal(decodeURIComponent((await admin.getRolePolicy(role)).PolicyDocument ?? ''), PolicyDocument)
      await admin.deleteRolePolicy(role)
      await refusal(admin.getRolePolicy(role), 'NoSuchEntity', 404, 'Can not find policy r')
    })

    it('have names without slashes, stars and blanks, of 128 characters at most', async () => {
      const was = identities(c)
      for (const PolicyName of ['a/b', 'a\\b', 'a*', 'a?', 'a b', '../a', 'a'.repeat(129)]) {
        const put = admin.putUserPolicy({ ...bob, PolicyName, PolicyDocument })
        await refusal(put, 'ValidationError', 400, `Invalid policy name ${PolicyName}`)
      }
      const empty = admin.putUserPolicy({ ...bob, PolicyName: '', PolicyDocument })
      await refusal(empty, 'InvalidName', 400, 'Empty policy name')
      assert.equal(identities(c), was)
      await admin.putUserPolicy({ ...bob, PolicyName: 'a'.repeat(128), PolicyDocument })
    })

    it('are policies', async () => {
      const was = identities(c)
      for (const document of ['', '{', '[]', '{"Statement":[{"Effect":"Maybe"}]}']) {
        const put = admin.putUserPolicy({ ...look, PolicyDocument: document })
        await refusal(put, 'MalformedPolicyDocument', 400)
      }
      assert.equal(identities(c), was)
    })

    it('of the administrator are the cloud’s to give', async () => {
      const put = admin.putUserPolicy({ UserName: 'admin', PolicyName: 'p', PolicyDocument })
      const message = 'Not authorized to put user policy for admin by admin'
      await refusal(put, 'NotAuthorized', 403, message)
    })
  })

  it('is nothing to other accounts', async () => {
    await c.account('mallory')
    const mallory = root.as('mallory')
    await refusal(mallory.getUser(bob), 'NoSuchEntity', 404, 'Can not find user bob')
    await userOf(c, mallory, 'eve')
    assert.equal((await admin.listUsers()).Users?.length, 2)
  })
})
