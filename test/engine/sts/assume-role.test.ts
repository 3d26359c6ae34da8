// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from '../iam/refused'
import { havePolicy, haveRole, haveUser, policyOf, trusting, withKeys } from './people'

describe('AssumeRole', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = await c.account('bob')
  })
  afterEach(() => c.close())

  const arnOf = (of: Clients, name: string) => `arn:aws:iam::${of.accountId}:role/${name}`
  const assume = (
    who: Parameters<typeof withKeys>[1],
    RoleArn: string,
    more: Partial<AssumeRoleCommandInput> = {},
  ) =>
    withKeys(c, who)
      .sts()
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work', ...more }))
  const denied = (arn: string, role: string) =>
    `User: ${arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`

  it('gives whom a role names a key that is the role, until it expires', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/reader', policyOf('Allow', 'iam:ListRoles'))
    const { Credentials, AssumedRoleUser } = await assume(ann, arnOf(alice, 'reader'))
    const arn = `arn:aws:sts::${alice.accountId}:assumed-role/reader/work`
    assert.equal(AssumedRoleUser?.Arn, arn)
    assert.equal(Credentials?.Expiration?.getTime(), c.clock.now() + 3600_000)
    const role = withKeys(c, Credentials ?? {})
    const identity = await role.sts().send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, arn)
    assert.equal(identity.UserId, AssumedRoleUser?.AssumedRoleId)
    const listed = await role.iam().send(new iam.ListRolesCommand({}))
    assert.deepEqual(
      listed.Roles?.map(one => one.RoleName),
      ['reader'],
    )
    await assert.rejects(role.iam().send(new iam.DeleteRoleCommand({ RoleName: 'reader' })))
    c.clock.advance(3600)
    await assert.rejects(role.iam().send(new iam.ListRolesCommand({})))
  })

  it('needs the policies of the caller where a role trusts the whole account', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: `arn:aws:iam::${alice.accountId}:root` }))
    await refusedWith('AccessDenied', 403, denied(ann.arn, role), assume(ann, role))
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Allow', 'sts:AssumeRole', role))
    assert.ok((await assume(ann, role)).Credentials)
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Deny', 'sts:AssumeRole', role))
    await refusedWith('AccessDenied', 403, denied(ann.arn, role), assume(ann, role))
  })

  it('is refused to whom a role does not trust, whatever policies he has', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: bob.accountId }))
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Allow', '*'))
    await refusedWith('AccessDenied', 403, denied(ann.arn, role), assume(ann, role))
  })

  it('crosses accounts when both sides agree, by the number of the account or its alias', async () => {
    const ben = haveUser(c, bob.accountId, 'ben')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: ben.arn }))
    await refusedWith('AccessDenied', 403, denied(ben.arn, role), assume(ben, role))
    havePolicy(c, bob.accountId, 'user/ben', policyOf('Allow', 'sts:AssumeRole', role))
    assert.ok((await assume(ben, role)).Credentials)
    const { AssumedRoleUser } = await assume(ben, 'arn:aws:iam::alice:role/reader')
    assert.equal(AssumedRoleUser?.Arn, `arn:aws:sts::${alice.accountId}:assumed-role/reader/work`)
  })

  it('hears the external id that a role asks for', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    const Condition = { StringEquals: { 'sts:ExternalId': 'shared' } }
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }, { Condition }))
    await refusedWith('AccessDenied', 403, denied(ann.arn, role), assume(ann, role))
    await refusedWith('AccessDenied', 403, undefined, assume(ann, role, { ExternalId: 'other' }))
    assert.ok((await assume(ann, role, { ExternalId: 'shared' })).Credentials)
  })

  it('keeps to a session policy as well', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/reader', policyOf('Allow', 'iam:*'))
    const Policy = policyOf('Allow', 'iam:List*')
    const { Credentials, PackedPolicySize } = await assume(ann, role, { Policy })
    assert.ok((PackedPolicySize ?? 0) > 0)
    const limited = withKeys(c, Credentials ?? {}).iam()
    assert.equal((await limited.send(new iam.ListRolesCommand({}))).Roles?.length, 1)
    await refusedWith(
      'NotAuthorized',
      403,
      undefined,
      limited.send(new iam.GetRoleCommand({ RoleName: 'reader' })),
    )
    await refusedWith('MalformedPolicyDocument', 400, undefined, assume(ann, role, { Policy: '{' }))
    await refusedWith('ValidationError', 400, undefined, assume(ann, role, { Policy: 'x'.repeat(2049) }))
    const PolicyArns = [{ arn: `arn:aws:iam::${alice.accountId}:policy/none` }]
    await refusedWith('ValidationError', 400, undefined, assume(ann, role, { PolicyArns }))
  })

  it('keeps to managed policies that come with the request', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/reader', policyOf('Allow', '*'))
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }]
    const { Credentials } = await assume(ann, arnOf(alice, 'reader'), { PolicyArns })
    const limited = withKeys(c, Credentials ?? {}).iam()
    await limited.send(new iam.GetRoleCommand({ RoleName: 'reader' }))
    const remove = limited.send(new iam.DeleteRoleCommand({ RoleName: 'reader' }))
    await refusedWith('NotAuthorized', 403, undefined, remove)
    const many = Array.from({ length: 11 }, () => PolicyArns[0] ?? {})
    const tooMany = assume(ann, arnOf(alice, 'reader'), { PolicyArns: many })
    await refusedWith('ValidationError', 400, undefined, tooMany)
  })

  it('is within the policies of the account, and cloud administrators are above trust', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'account', policyOf('Allow', 'iam:*'))
    await refusedWith('AccessDenied', 403, denied(ann.arn, role), assume(ann, role))
    havePolicy(c, alice.accountId, 'account', policyOf('Allow', '*'))
    assert.ok((await assume(ann, role)).Credentials)
    const root = { AccessKeyId: c.key.id, SecretAccessKey: c.key.secret }
    assert.ok((await assume(root, role)).Credentials)
    // The account's own administrator is not.
    const admin = { AccessKeyId: alice.key.id, SecretAccessKey: alice.key.secret }
    await refusedWith('AccessDenied', 403, undefined, assume(admin, role))
  })

  it('ends with its role, and with the role that has its name anew it is not the same', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/reader', policyOf('Allow', '*'))
    const { Credentials } = await assume(ann, arnOf(alice, 'reader'))
    const role = withKeys(c, Credentials ?? {})
    await role.iam().send(new iam.ListRolesCommand({}))
    c.engine.write(tx => tx.heldPolicies.in(alice.accountId).delete('role/reader'))
    await alice.iam().send(new iam.DeleteRoleCommand({ RoleName: 'reader' }))
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/reader', policyOf('Allow', '*'))
    await assert.rejects(role.iam().send(new iam.ListRolesCommand({})))
  })

  it('is refused with temporary keys: roles are not chained', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    await haveRole(alice, 'first', trusting({ AWS: ann.arn }))
    await haveRole(alice, 'second', trusting({ AWS: arnOf(alice, 'first') }))
    const { Credentials } = await assume(ann, arnOf(alice, 'first'))
    await refusedWith(
      'MissingAuthenticationToken',
      403,
      'Temporary credential not permitted.',
      assume(Credentials ?? {}, arnOf(alice, 'second')),
    )
  })

  it('is refused with durations, names and roles that are none, and what it cannot do', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const role = arnOf(alice, 'reader')
    await haveRole(alice, 'reader', trusting({ AWS: ann.arn }))
    await haveRole(alice, 'longer', trusting({ AWS: ann.arn }), { MaxSessionDuration: 7200, Path: '/far/' })
    const most = (seconds: number) =>
      `Invalid duration requested, maximum permitted duration is ${seconds} seconds.`
    const least = 'Invalid duration requested, minimum permitted duration is 900 seconds.'
    const lasting = (DurationSeconds: number, arn = role) => assume(ann, arn, { DurationSeconds })
    await refusedWith('ValidationError', 400, most(3600), lasting(3601))
    await refusedWith('ValidationError', 400, least, lasting(899))
    // Which stands for half a day, as in Eucalyptus.
    await refusedWith('ValidationError', 400, most(3600), lasting(0))
    await lasting(900)
    const far = `arn:aws:iam::${alice.accountId}:role/far/longer`
    await lasting(7200, far)
    await refusedWith('ValidationError', 400, most(7200), lasting(7201, far))
    for (const RoleSessionName of ['a', 'a b', 'x'.repeat(65), 'a/b']) {
      const message = 'Invalid role session name'
      await refusedWith('ValidationError', 400, message, assume(ann, role, { RoleSessionName }))
    }
    for (const arn of [
      arnOf(alice, 'none'),
      arnOf(alice, 'longer'),
      'arn:aws:iam::nobody:role/reader',
      'reader',
    ]) {
      await refusedWith('InvalidParameterValue', 400, `Invalid role: ${arn}`, assume(ann, arn))
    }
    const Tags = [{ Key: 'a', Value: 'b' }]
    await refusedWith('NotImplemented', 400, undefined, assume(ann, role, { Tags }))
    assert.equal(
      c.engine.read(tx => tx.sessions.list().length),
      2,
    )
  })
})
