// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { IamClient } from '../../../src/clients'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allowing, euareOf, identities, refusal, userOf } from './euare'

describe('people', () => {
  let c: Cloud
  let root: IamClient
  let alice: Clients
  let admin: IamClient
  beforeEach(async () => {
    c = await cloud()
    root = await euareOf(c)
    alice = await c.account('alice')
    admin = await euareOf(c, alice.key)
  })
  afterEach(() => c.close())

  const usersOf = async (client: IamClient, PathPrefix?: string) =>
    (await client.listUsers(PathPrefix === undefined ? {} : { PathPrefix })).Users?.map(u => u.UserName)

  describe('users', () => {
    it('are shown with what Eucalyptus adds when they are made, and later when asked', async () => {
      const { User } = await admin.createUser({ UserName: 'bob', Path: '/a/b' })
      assert.equal(User?.Arn, `arn:aws:iam::${alice.accountId}:user/a/b/bob`)
      assert.equal(User?.Path, '/a/b/')
      assert.match(User?.UserId ?? '', /^AIDAA[A-Z2-7]{16}$/)
      assert.equal(User?.Enabled, true)
      assert.equal(User?.RegStatus, 'CONFIRMED')
      assert.equal(User?.PasswordExpiration?.toISOString(), '2014-04-17T12:13:16.000Z')
      assert.deepEqual((await admin.getUser({ UserName: 'bob', ShowExtra: true })).User, User)
      assert.equal((await admin.getUser({ UserName: 'bob' })).User?.Enabled, undefined)
    })

    it('have names and paths within rules', async () => {
      const was = identities(c)
      const bad = ['a/b', '../b', 'a*', 'ä', 'a;b', 'a'.repeat(65)]
      for (const UserName of bad) {
        await refusal(admin.createUser({ UserName }), 'ValidationError', 400, `Invalid user name ${UserName}`)
      }
      await refusal(admin.createUser({ UserName: '' }), 'InvalidName', 400, 'Empty user name')
      for (const Path of ['a', '/../', '/a/../../', '/ä/', '/a b/', `/${'a'.repeat(511)}`]) {
        await refusal(
          admin.createUser({ UserName: 'b', Path }),
          'ValidationError',
          400,
          `Invalid user path ${Path}`,
        )
      }
      await refusal(
        admin.createUser({ UserName: 'admin' }),
        'EntityAlreadyExists',
        409,
        'User admin already exists.',
      )
      assert.equal(identities(c), was)
      for (const UserName of ['a'.repeat(64), 'o+b=,.@-_ c']) await admin.createUser({ UserName })
      await admin.createUser({ UserName: 'deep', Path: `/${'a'.repeat(510)}/` })
    })

    it('are listed by path, a page at a time', async () => {
      for (const UserName of ['bob', 'carol', 'dave']) {
        await admin.createUser({ UserName, Path: UserName === 'dave' ? '/ops/' : '/staff/' })
      }
      assert.deepEqual(await usersOf(admin, '/staff/'), ['bob', 'carol'])
      assert.deepEqual(await usersOf(admin, ''), ['admin', 'bob', 'carol', 'dave'])
      const first = await admin.listUsers({ MaxItems: 3 })
      assert.equal(first.IsTruncated, true)
      const second = await admin.listUsers({ MaxItems: 3, Marker: first.Marker })
      assert.deepEqual(
        [...(first.Users ?? []), ...(second.Users ?? [])].map(({ UserName }) => UserName),
        ['admin', 'bob', 'carol', 'dave'],
      )
      assert.equal(second.IsTruncated, false)
    })

    it('take what they have to a new name', async () => {
      const bob = await userOf(c, admin, 'bob', allowing('iam:*'))
      await admin.createGroup({ GroupName: 'staff' })
      await admin.addUserToGroup({ GroupName: 'staff', UserName: 'bob' })
      await admin.createSigningCertificate({ UserName: 'bob' })
      await admin.updateUser({ UserName: 'bob', NewUserName: 'robert', NewPath: '/staff/' })
      const { User } = await bob.getUser()
      assert.equal(User?.Arn, `arn:aws:iam::${alice.accountId}:user/staff/robert`)
      assert.equal((await admin.listAccessKeys({ UserName: 'robert' })).AccessKeyMetadata?.length, 1)
      assert.equal((await admin.listSigningCertificates({ UserName: 'robert' })).Certificates?.length, 1)
      assert.deepEqual((await admin.listUserPolicies({ UserName: 'robert' })).PolicyNames, ['p0'])
      const { Groups } = await admin.listGroupsForUser({ UserName: 'robert' })
      assert.deepEqual(
        Groups?.map(({ GroupName }) => GroupName),
        ['staff'],
      )
      await refusal(admin.getUser({ UserName: 'bob' }), 'NoSuchEntity', 404, 'Can not find user bob')
      await admin.createUser({ UserName: 'bob' })
      assert.deepEqual((await admin.listUserPolicies({ UserName: 'bob' })).PolicyNames, [])
    })

    it('are renamed to nothing that is taken or no name', async () => {
      await admin.createUser({ UserName: 'bob' })
      const rename = (NewUserName: string) => admin.updateUser({ UserName: 'bob', NewUserName })
      await refusal(rename('admin'), 'EntityAlreadyExists', 409, 'User name admin already exists.')
      await refusal(rename('a/b'), 'ValidationError', 400, 'Invalid new name a/b')
      const moved = admin.updateUser({ UserName: 'bob', NewPath: 'x' })
      await refusal(moved, 'ValidationError', 400, 'Invalid new path x')
      await refusal(
        admin.updateUser({ UserName: 'bob', RegStatus: 'maybe' }),
        'InvalidValue',
        400,
        'Invalid registration status maybe',
      )
      await rename('bob')
    })

    it('who are disabled are nobody until they are enabled again', async () => {
      const bob = await userOf(c, admin, 'bob', allowing('iam:GetUser'))
      await bob.getUser()
      await admin.updateUser({ UserName: 'bob', Enabled: false, RegStatus: 'approved' })
      await refusal(bob.getUser(), '403 Forbidden', 403)
      const { User } = await admin.getUser({ UserName: 'bob', ShowExtra: true })
      assert.deepEqual([User?.Enabled, User?.RegStatus], [false, 'APPROVED'])
      await admin.updateUser({ UserName: 'bob', Enabled: true })
      await bob.getUser()
    })

    it('called admin stay what they are; only the cloud shuts them out, and never its own', async () => {
      const update = { UserName: 'admin' }
      const message = 'Not authorized to update user by admin'
      for (const client of [admin, root]) {
        const renamed = client.updateUser({ ...update, NewUserName: 'x' })
        await refusal(renamed, 'NotAuthorized', 403, message)
        await refusal(client.updateUser({ ...update, NewPath: '/x/' }), 'NotAuthorized', 403, message)
        await refusal(client.updateUser({ ...update, Enabled: false }), 'NotAuthorized', 403, message)
        await refusal(
          client.deleteUser({ UserName: 'admin', IsRecursive: true }),
          'NotAuthorized',
          403,
          'Not authorized to delete user by admin',
        )
      }
      await root.as('alice').updateUser({ ...update, Enabled: false })
      await refusal(admin.getUser(), '403 Forbidden', 403)
    })

    it('are deleted when they have nothing, or with what they have', async () => {
      const bob = await userOf(c, admin, 'bob', allowing('iam:GetUser'))
      const remove = (IsRecursive = false) => admin.deleteUser({ UserName: 'bob', IsRecursive })
      const conflict = 'Attempted to delete a user with resource attached by admin'
      await refusal(remove(), 'DeleteConflict', 409, conflict)
      await admin.deleteUserPolicy({ UserName: 'bob', PolicyName: 'p0' })
      await refusal(remove(), 'DeleteConflict', 409, conflict)
      await remove(true)
      await refusal(bob.getUser(), '403 Forbidden', 403)
      await refusal(remove(), 'NoSuchEntity', 404, 'Can not find user bob')
      await admin.createUser({ UserName: 'carol' })
      await admin.deleteUser({ UserName: 'carol' })
    })

    it('are as many as a quota of the account says; those of users are about nothing here', async () => {
      const limit = (most: number) =>
        JSON.stringify({
          Statement: [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            {
              Effect: 'Limit',
              Action: 'iam:CreateUser',
              Resource: '*',
              Condition: { NumericLessThanEquals: { 'iam:quota-usernumber': String(most) } },
            },
          ],
        })
      await root.putAccountPolicy({ AccountName: 'alice', PolicyName: 'q', PolicyDocument: limit(2) })
      await admin.createUser({ UserName: 'bob' })
      await refusal(admin.createUser({ UserName: 'carol' }), 'LimitExceeded', 409, 'User quota exceeded')
      assert.deepEqual(await usersOf(admin), ['admin', 'bob'])
      await admin.deleteUser({ UserName: 'bob' })
      const carol = await userOf(c, admin, 'carol', limit(0))
      await refusal(carol.createUser({ UserName: 'dan' }), 'LimitExceeded', 409, 'User quota exceeded')
      await root.deleteAccountPolicy({ AccountName: 'alice', PolicyName: 'q' })
      await carol.createUser({ UserName: 'dan' })
    })
  })

  describe('what a user may do', () => {
    it('without a policy is nothing, not even to look at himself', async () => {
      const bob = await userOf(c, admin, 'bob')
      await refusal(bob.getUser(), 'NotAuthorized', 403, 'Not authorized to get user by bob')
      await refusal(bob.listUsers(), 'NotAuthorized', 403, 'Not authorized to list users')
      await refusal(
        bob.updateUserInfo({ UserName: 'bob', InfoKey: 'k' }),
        'NotAuthorized',
        403,
        'Not authorized to update user by bob',
      )
      await refusal(
        bob.listAccessKeys(),
        'NotAuthorized',
        403,
        'Not authorized to list access keys for bob by bob',
      )
      await refusal(
        bob.createAccessKey(),
        'NotAuthorized',
        403,
        'Not authorized to create access key for user bob by bob',
      )
    })

    it('is what the ARN in his policy covers', async () => {
      const own = allowing(['iam:*AccessKey*', 'iam:GetUser'], `arn:aws:iam::${alice.accountId}:user/bob`)
      const bob = await userOf(c, admin, 'bob', own)
      await admin.createUser({ UserName: 'carol' })
      await bob.getUser()
      await bob.createAccessKey()
      await refusal(bob.getUser({ UserName: 'carol' }), 'NotAuthorized', 403)
      await refusal(
        bob.createAccessKey({ UserName: 'carol' }),
        'NotAuthorized',
        403,
        'Not authorized to create access key for user carol by bob',
      )
    })

    it('is to see those whom he may see', async () => {
      await admin.createUser({ UserName: 'carol', Path: '/staff/' })
      await admin.createUser({ UserName: 'dave' })
      const staff = `arn:aws:iam::${alice.accountId}:user/staff/*`
      const bob = await userOf(c, admin, 'bob', allowing('iam:ListUsers', staff))
      assert.deepEqual(await usersOf(bob), ['carol'])
    })

    it('never reaches the administrator’s keys, certificates and password', async () => {
      const bob = await userOf(c, admin, 'bob', allowing('*'))
      const UserName = 'admin'
      await refusal(
        bob.createAccessKey({ UserName }),
        'NotAuthorized',
        403,
        'Not authorized to create access key for user admin by bob',
      )
      await refusal(
        bob.createLoginProfile({ UserName, Password: 'x' }),
        'NotAuthorized',
        403,
        'Not authorized to create login profile for admin by bob',
      )
      await refusal(
        bob.createSigningCertificate({ UserName }),
        'NotAuthorized',
        403,
        'Not authorized to upload signing certificate of admin by bob',
      )
      await refusal(bob.listAccessKeys({ UserName }), 'NotAuthorized', 403)
      await refusal(
        bob.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allowing('*') }),
        'NotAuthorized',
        403,
        'Not authorized to put user policy for admin by bob',
      )
    })

    it('covers a new name or path as well as the old', async () => {
      const staff = `arn:aws:iam::${alice.accountId}:user/staff/*`
      const bob = await userOf(c, admin, 'bob', allowing(['iam:UpdateUser', 'iam:CreateUser'], staff))
      await bob.createUser({ UserName: 'carol', Path: '/staff/' })
      await refusal(
        bob.createUser({ UserName: 'dave' }),
        'NotAuthorized',
        403,
        'Not authorized to create user by bob',
      )
      await bob.updateUser({ UserName: 'carol', NewPath: '/staff/ops/' })
      await refusal(bob.updateUser({ UserName: 'carol', NewPath: '/boss/' }), 'NotAuthorized', 403)
    })
  })

  describe('what is kept with a user', () => {
    it('is found under its key in any case, until its value is empty', async () => {
      await admin.updateUserInfo({ UserName: 'admin', InfoKey: 'Email', InfoValue: 'a@b' })
      await admin.updateUserInfo({ UserName: 'admin', InfoKey: '__proto__', InfoValue: 'x' })
      const infos = async (InfoKey?: string) =>
        (await admin.getUserInfo(InfoKey === undefined ? {} : { InfoKey })).Infos
      assert.deepEqual(await infos('EMAIL'), [{ Key: 'email', Value: 'a@b' }])
      assert.equal((await infos())?.length, 2)
      // Nobody named is who asks.
      await admin.updateUserInfo({ InfoKey: 'email' })
      assert.deepEqual(await infos('email'), [])
    })

    it('is bounded, and has a name', async () => {
      const put = (InfoKey: string, InfoValue = 'x') =>
        admin.updateUserInfo({ UserName: 'admin', InfoKey, InfoValue })
      await refusal(put(''), 'InvalidName', 400, 'Empty key name')
      await refusal(put('k', 'x'.repeat(1025)), 'ValidationError', 400)
      await refusal(put('k'.repeat(129)), 'ValidationError', 400)
      for (let index = 0; index < 50; index++) await put(`k${index}`)
      await refusal(put('more'), 'LimitExceeded', 409)
      await put('k1', 'other')
    })
  })
})
