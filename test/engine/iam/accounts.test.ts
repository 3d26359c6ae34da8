// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateVolumeCommand, DeleteVolumeCommand } from '@aws-sdk/client-ec2'
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { IamClient } from '../../../src/clients'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveGroup } from '../autoscaling/group-record'
import { allowing, euareOf, identities, refusal, userOf } from './euare'

describe('accounts', () => {
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

  const names = async (client: IamClient) => (await client.listAccounts()).Accounts?.map(a => a.AccountName)
  const create = async (AccountName?: string) =>
    (await root.createAccount(AccountName === undefined ? {} : { AccountName })).Account

  it('begin with an administrator who has neither a key nor a password', async () => {
    const account = await create('testuser1')
    assert.match(account?.AccountId ?? '', /^\d{12}$/)
    assert.equal(account?.AccountName, 'testuser1')
    const theirs = root.as('testuser1')
    assert.deepEqual(
      (await theirs.listUsers()).Users?.map(({ Arn }) => Arn),
      [`arn:aws:iam::${account?.AccountId}:user/admin`],
    )
    assert.deepEqual((await theirs.listAccessKeys()).AccessKeyMetadata, [])
    await refusal(theirs.getLoginProfile({ UserName: 'admin' }), 'NoSuchEntity', 404)
  })

  it('are named by their number when they are not named', async () => {
    const account = await create()
    assert.equal(account?.AccountName, account?.AccountId)
    assert.deepEqual((await root.as(account?.AccountId ?? '').listAccountAliases()).AccountAliases, [])
  })

  it('have names of their own rules, up to 63 characters', async () => {
    const was = identities(c)
    const bad = [
      '-a',
      'a--b',
      'A',
      'a_b',
      'ä',
      'a b',
      '../a',
      '123456789012',
      'a'.repeat(64),
      '(eucalyptus)x',
    ]
    for (const name of bad)
      await refusal(create(name), 'ValidationError', 400, `Invalid account name ${name}`)
    await refusal(create('alice'), 'EntityAlreadyExists', 409, 'Account alice already exists.')
    for (const name of ['eucalyptus', 'nobody']) await refusal(create(name), 'EntityAlreadyExists', 409)
    assert.equal(identities(c), was)
    assert.equal((await create('a'.repeat(63)))?.AccountName, 'a'.repeat(63))
    assert.equal((await create('1234567890123'))?.AccountName, '1234567890123')
  })

  it('are all listed for the cloud, and at most their own for others', async () => {
    const all = await names(root)
    assert.equal(all?.length, 11)
    assert.ok(all?.includes('(eucalyptus)blockstorage') && all.includes('nobody'))
    assert.deepEqual(await names(admin), ['alice'])
    const bob = await userOf(c, admin, 'bob')
    await refusal(bob.listAccounts(), 'NotAuthorized', 403, 'Not authorized to list accounts')
    const carol = await userOf(c, admin, 'carol', allowing('iam:ListAccounts'))
    assert.deepEqual(await names(carol), ['alice'])
  })

  it('are made and unmade by nobody but the cloud’s administrators, whatever a policy says', async () => {
    const bob = await userOf(c, admin, 'bob', allowing('*'))
    const was = identities(c)
    for (const [who, name] of [
      [admin, 'admin'],
      [bob, 'bob'],
    ] as const) {
      const refused = (request: Promise<unknown>, what: string) =>
        refusal(request, 'NotAuthorized', 403, `Not authorized to ${what} by ${name}`)
      await refused(who.createAccount({ AccountName: 'more' }), 'create account')
      await refused(who.deleteAccount({ AccountName: 'alice' }), 'delete account')
      const policy = { AccountName: 'alice', PolicyName: 'p' }
      await refused(
        who.putAccountPolicy({ ...policy, PolicyDocument: allowing('*') }),
        'put account policy for alice',
      )
      await refused(who.deleteAccountPolicy(policy), 'delete account policy for alice')
      await refused(who.getAccountPolicy(policy), 'get account policy for alice')
      await refused(who.listAccountPolicies(policy), 'list account policies for alice')
      await refused(who.getLdapSyncStatus({}), 'get ldap sync status')
      await refusal(
        who.as('eucalyptus').listUsers(),
        'NotAuthorized',
        403,
        'Delegation access not authorized for eucalyptus',
      )
    }
    assert.equal(identities(c), was)
  })

  it('can be made by other users of the cloud’s account', async () => {
    const operator = await userOf(c, root, 'operator')
    await operator.createAccount({ AccountName: 'more' })
    assert.ok((await names(root))?.includes('more'))
  })

  it('are spoken for by delegates, under their number and their name', async () => {
    for (const name of ['alice', alice.accountId]) {
      const { User } = await root.as(name).getUser()
      assert.equal(User?.Arn, `arn:aws:iam::${alice.accountId}:user/admin`)
    }
    await root.as('alice').createUser({ UserName: 'bob' })
    assert.deepEqual(
      (await admin.listUsers()).Users?.map(({ UserName }) => UserName),
      ['admin', 'bob'],
    )
    await refusal(
      root.as('nowhere').listUsers(),
      'NotAuthorized',
      403,
      'Can not find delegation account nowhere',
    )
  })

  it('are renamed by an alias, of which they have one', async () => {
    await admin.createAccountAlias({ AccountAlias: 'wonderland' })
    assert.deepEqual((await admin.listAccountAliases()).AccountAliases, ['wonderland'])
    assert.ok((await names(root))?.includes('wonderland'))
    await refusal(
      admin.createAccountAlias({ AccountAlias: 'eucalyptus' }),
      'EntityAlreadyExists',
      409,
      'Can not change to a name already in use: eucalyptus',
    )
    await refusal(
      admin.createAccountAlias({ AccountAlias: '--' }),
      'ValidationError',
      400,
      'Invalid account alias --',
    )
    await refusal(admin.deleteAccountAlias({ AccountAlias: 'alice' }), 'NoSuchEntity', 404)
    await refusal(admin.deleteAccountAlias({ AccountAlias: '' }), 'InvalidValue', 400, 'Empty account alias')
    await admin.deleteAccountAlias({ AccountAlias: 'wonderland' })
    assert.deepEqual((await admin.listAccountAliases()).AccountAliases, [])
    assert.ok((await names(root))?.includes(alice.accountId))
  })

  it('of the system keep their names, as these say who administers the cloud', async () => {
    const refused = 'Not authorized to create account alias by admin'
    await refusal(root.createAccountAlias({ AccountAlias: 'mine' }), 'NotAuthorized', 403, refused)
    const service = root.as('(eucalyptus)blockstorage')
    await refusal(service.createAccountAlias({ AccountAlias: 'mine' }), 'NotAuthorized', 403, refused)
    await refusal(root.deleteAccountAlias({ AccountAlias: 'eucalyptus' }), 'NotAuthorized', 403)
  })

  it('are looked into by roles, which must say whom they mean', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: alice.accountId }, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] })
    await admin.createRole({ RoleName: 'looker', AssumeRolePolicyDocument })
    await admin.putRolePolicy({ RoleName: 'looker', PolicyName: 'p', PolicyDocument: allowing('iam:*') })
    const bob = await userOf(c, admin, 'bob', allowing('sts:AssumeRole'))
    await refusal(bob.getUser(), 'NotAuthorized', 403)
    const { AccessKeyMetadata } = await admin.listAccessKeys({ UserName: 'bob' })
    const id = AccessKeyMetadata?.[0]?.AccessKeyId ?? ''
    const secret = c.engine.read(tx => tx.accessKeys.must(id).secret)
    const sts = c.signedBy({ accessKeyId: id, secretAccessKey: secret }).sts()
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/looker`
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'now' }))
    const role = await euareOf(c, {
      id: Credentials?.AccessKeyId ?? '',
      secret: Credentials?.SecretAccessKey ?? '',
      token: Credentials?.SessionToken ?? '',
    })
    assert.equal((await role.getUser({ UserName: 'bob' })).User?.UserName, 'bob')
    for (const request of [role.getUser(), role.createAccessKey(), role.listSigningCertificates()]) {
      await refusal(
        request,
        'ValidationError',
        400,
        'Must specify userName when calling with non-User credentials',
      )
    }
    await admin.deleteRolePolicy({ RoleName: 'looker', PolicyName: 'p' })
    const message = /^Not authorized to get user by AROAA[A-Z2-7]{16}:now$/
    await assert.rejects(role.getUser({ UserName: 'bob' }), { code: 'NotAuthorized', message })
  })

  it('are summed up', async () => {
    await admin.createUser({ UserName: 'bob' })
    await admin.createGroup({ GroupName: 'staff' })
    assert.deepEqual((await admin.getAccountSummary()).SummaryMap, {
      Groups: 1,
      Users: 2,
      Roles: 0,
      InstanceProfiles: 0,
      ServerCertificates: 0,
      Providers: 0,
    })
    const bob = await userOf(c, admin, 'robert')
    await refusal(
      bob.getAccountSummary(),
      'NotAuthorized',
      403,
      'Not authorized to get account summary by robert',
    )
  })

  it('know no directory', async () => {
    assert.deepEqual(await root.getLdapSyncStatus({}), { SyncEnabled: false, InSync: false })
  })

  describe('are deleted', () => {
    it('empty, or with what is in them', async () => {
      await create('empty')
      await root.deleteAccount({ AccountName: 'empty' })
      await userOf(c, admin, 'bob', allowing('*'))
      await admin.createGroup({ GroupName: 'staff' })
      await refusal(
        root.deleteAccount({ AccountName: 'alice' }),
        'DeleteConflict',
        409,
        'Account alice can not be deleted.',
      )
      await root.deleteAccount({ AccountName: 'alice', Recursive: true })
      assert.ok(!(await names(root))?.includes('alice'))
      assert.ok(!identities(c).includes(alice.accountId))
      await refusal(admin.getUser(), '403 Forbidden', 403)
    })

    it('never while they own disks, objects or images', async () => {
      const remove = () => root.deleteAccount({ AccountName: 'alice', Recursive: true })
      await alice.s3().send(new CreateBucketCommand({ Bucket: 'hers' }))
      await refusal(remove(), 'DeleteConflict', 409)
      await alice.s3().send(new DeleteBucketCommand({ Bucket: 'hers' }))
      const { VolumeId } = await alice
        .ec2()
        .send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: 'PARTI00' }))
      await c.settle()
      await refusal(remove(), 'DeleteConflict', 409)
      await alice.ec2().send(new DeleteVolumeCommand({ VolumeId }))
      await c.pass(60)
      await remove()
    })

    it('never while they have groups of instances', async () => {
      const remove = () => root.deleteAccount({ AccountName: 'alice', Recursive: true })
      haveGroup(c, { account: alice.accountId })
      await refusal(remove(), 'DeleteConflict', 409)
      c.engine.write(tx => tx.scalingGroups.in(alice.accountId).delete('web'))
      await remove()
    })

    it('with their alarms, and what those have been', async () => {
      const EvaluationPeriods = 1
      const metric = { Namespace: 'N', MetricName: 'M', Statistic: 'Average', Period: 60 } as const
      const limit = { ComparisonOperator: 'GreaterThanThreshold', Threshold: 1, EvaluationPeriods } as const
      await alice.cloudwatch().send(new PutMetricAlarmCommand({ AlarmName: 'a', ...metric, ...limit }))
      await refusal(root.deleteAccount({ AccountName: 'alice' }), 'DeleteConflict', 409)
      await root.deleteAccount({ AccountName: 'alice', Recursive: true })
      const left = c.engine.read(tx => [tx.alarms, tx.alarmHistory].map(table => table.everywhere().length))
      assert.deepEqual(left, [0, 0])
      await c.pass(600)
    })

    it('never when they are the system’s', async () => {
      for (const AccountName of ['eucalyptus', 'nobody', '(eucalyptus)imaging']) {
        const message = 'System account can not be deleted.'
        await refusal(root.deleteAccount({ AccountName, Recursive: true }), 'DeleteConflict', 409, message)
      }
    })

    it('only when they are there', async () => {
      await refusal(
        root.deleteAccount({ AccountName: 'nowhere' }),
        'NoSuchEntity',
        404,
        'Can not find account nowhere',
      )
      await refusal(root.deleteAccount({ AccountName: '' }), 'InvalidName', 400, 'Empty account name')
    })
  })

  it('are gated by policies that the cloud attaches', async () => {
    const PolicyDocument = allowing('iam:*User*')
    await root.putAccountPolicy({ AccountName: 'alice', PolicyName: 'gate', PolicyDocument })
    assert.deepEqual((await root.listAccountPolicies({ AccountName: 'alice' })).PolicyNames, ['gate'])
    const got = await root.getAccountPolicy({ AccountName: 'alice', PolicyName: 'gate' })
    assert.equal(decodeURIComponent(got.PolicyDocument ?? ''), PolicyDocument)
    await admin.listUsers()
    await refusal(admin.listGroups(), 'NotAuthorized', 403, 'Not authorized to list groups')
    await root.as('alice').listGroups()
    await root.deleteAccountPolicy({ AccountName: 'alice', PolicyName: 'gate' })
    await admin.listGroups()
    const mine = { AccountName: 'eucalyptus', PolicyName: 'p', PolicyDocument }
    await refusal(
      root.putAccountPolicy(mine),
      'NotAuthorized',
      403,
      'Not authorized to put account policy for eucalyptus by admin',
    )
  })
})
