// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateGroupCommand,
  CreateUserCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Cloud, cloud } from '../../../support/cloud'
import { type Workshop, workshop } from './workshop'

const allow = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = (Service = 'ec2.amazonaws.com') => ({
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
})
const inline = (PolicyName: string, action = 's3:ListBucket') => ({
  PolicyName,
  PolicyDocument: allow(action),
})

describe('users, groups and roles of stacks', () => {
  let c: Cloud
  let shop: Workshop
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c, { tags: [{ key: 'team', value: 'console' }] })
  })
  afterEach(() => c.close())

  const groupsOf = async (UserName: string) =>
    (await c.iam().send(new ListGroupsForUserCommand({ UserName }))).Groups?.map(({ GroupName }) => GroupName)
  const inlineOf = async (UserName: string) =>
    (await c.iam().send(new ListUserPoliciesCommand({ UserName }))).PolicyNames
  const attachedTo = async (UserName: string) =>
    (await c.iam().send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies?.map(
      ({ PolicyArn }) => PolicyArn,
    )

  it('a user has groups, a password, policies and tags, and each comes and goes where he is', async () => {
    for (const GroupName of ['a', 'b']) await c.iam().send(new CreateGroupCommand({ GroupName }))
    const policy = shop.begin('Managed', 'AWS::IAM::ManagedPolicy', { PolicyDocument: allow('s3:*') })
    const arn = policy.made.ref
    const user = shop.begin('Person', 'AWS::IAM::User', {
      ...{ Groups: ['a'], Path: '/people/', Policies: [inline('one'), inline('two')] },
      ...{ LoginProfile: { Password: 'Correct horse 7 battery' }, ManagedPolicyArns: [arn] },
      Tags: [{ Key: 'role', Value: 'guest' }],
    })
    const UserName = user.made.ref
    assert.equal(user.made.attributes.Arn, `arn:aws:iam::${c.accountId}:user/people/${UserName}`)
    const tagsOf = async () =>
      (await c.iam().send(new ListUserTagsCommand({ UserName }))).Tags?.map(({ Key }) => Key).sort()
    assert.deepEqual(await groupsOf(UserName), ['a'])
    assert.deepEqual(await inlineOf(UserName), ['one', 'two'])
    assert.deepEqual(await attachedTo(UserName), [arn])
    assert.deepEqual(await tagsOf(), ['role', 'team'])
    const changed = await shop.change(user, {
      ...{ Groups: ['b'], Path: '/', Policies: [inline('two', 's3:GetObject'), inline('three')] },
      LoginProfile: { Password: 'Another horse 8 battery', PasswordResetRequired: 'true' },
    })
    assert.deepEqual(await groupsOf(UserName), ['b'])
    assert.deepEqual(await inlineOf(UserName), ['three', 'two'])
    assert.deepEqual(await attachedTo(UserName), [])
    assert.deepEqual(await tagsOf(), ['team'])
    assert.equal(changed.made.attributes.Arn, `arn:aws:iam::${c.accountId}:user/${UserName}`)
    const { User } = await c.iam().send(new GetUserCommand({ UserName }))
    assert.equal(User?.Path, '/')
    await shop.remove(changed)
    await shop.remove(policy)
  })

  it('a user who was given more by hand is not removed, in IAM’s words', async () => {
    const user = shop.begin('Person', 'AWS::IAM::User', {})
    shop.begin('Key', 'AWS::IAM::AccessKey', { UserName: user.made.ref })
    await assert.rejects(shop.remove(user), { code: 'DeleteConflict' })
  })

  it('a name that somebody has is refused', async () => {
    await c.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    assert.throws(() => shop.begin('Person', 'AWS::IAM::User', { UserName: 'bob' }), {
      code: 'EntityAlreadyExists',
    })
  })

  it('an access key signs, and its status is changed where it is', async () => {
    const user = shop.begin('Person', 'AWS::IAM::User', {})
    const given = { UserName: user.made.ref, Status: 'Active' }
    const key = shop.begin('Key', 'AWS::IAM::AccessKey', given)
    const secretAccessKey = String(key.made.attributes.SecretAccessKey)
    const his = c.signedBy({ accessKeyId: key.made.ref, secretAccessKey })
    const { Arn } = await his.sts().send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, user.made.attributes.Arn)
    await shop.change(key, { ...given, Status: 'Inactive' })
    const { AccessKeyMetadata } = await c.iam().send(new ListAccessKeysCommand({ UserName: given.UserName }))
    assert.equal(AccessKeyMetadata?.[0]?.Status, 'Inactive')
    assert.throws(() => shop.begin('Key', 'AWS::IAM::AccessKey', { ...given, Status: 'Maybe' }), {
      code: 'InvalidValue',
    })
  })

  it('users are added to a group, and to another one', async () => {
    for (const GroupName of ['a', 'b']) await c.iam().send(new CreateGroupCommand({ GroupName }))
    for (const UserName of ['x', 'y', 'z']) await c.iam().send(new CreateUserCommand({ UserName }))
    const type = 'AWS::IAM::UserToGroupAddition'
    const addition = shop.begin('Add', type, { GroupName: 'a', Users: ['x', 'y'] })
    const other = await shop.change(addition, { GroupName: 'a', Users: ['y', 'z'] })
    assert.deepEqual(await Promise.all(['x', 'y', 'z'].map(groupsOf)), [[], ['a'], ['a']])
    const moved = await shop.change(other, { GroupName: 'b', Users: ['z'] })
    assert.deepEqual(await Promise.all(['x', 'y', 'z'].map(groupsOf)), [[], [], ['b']])
    await shop.remove(moved)
    assert.deepEqual(await groupsOf('z'), [])
    assert.throws(() => shop.begin('Add', type, { GroupName: 'none', Users: ['x'] }), {
      code: 'NoSuchEntity',
    })
  })

  it('a group is moved to another path, and its policies follow the template', async () => {
    const group = shop.begin('People', 'AWS::IAM::Group', { Policies: [inline('one')] })
    const changed = await shop.change(group, { Path: '/all/', Policies: [inline('two')] })
    assert.equal(changed.made.attributes.Arn, `arn:aws:iam::${c.accountId}:group/all/${group.made.ref}`)
    await shop.remove(changed)
  })

  it('a role’s trust, description, longest session and policies are changed where it is', async () => {
    const type = 'AWS::IAM::Role'
    const role = shop.begin('Host', type, {
      ...{ AssumeRolePolicyDocument: trust(), Path: '/hosts/', Policies: [inline('one')] },
      ...{ Description: 'of hosts', MaxSessionDuration: '7200' },
    })
    const RoleName = role.made.ref
    assert.equal(role.made.attributes.Arn, `arn:aws:iam::${c.accountId}:role/hosts/${RoleName}`)
    const changed = await shop.change(role, {
      ...{ AssumeRolePolicyDocument: JSON.stringify(trust('autoscaling.amazonaws.com')), Path: '/hosts/' },
      Policies: [inline('two')],
    })
    const { Role } = await c.iam().send(new GetRoleCommand({ RoleName }))
    assert.match(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), /autoscaling\.amazonaws\.com/)
    assert.deepEqual([Role?.Description ?? '', Role?.MaxSessionDuration], ['', 3600])
    const { PolicyNames } = await c.iam().send(new ListRolePoliciesCommand({ RoleName }))
    assert.deepEqual(PolicyNames, ['two'])
    await shop.remove(changed)
    const wrong = { AssumeRolePolicyDocument: '{' }
    assert.throws(() => shop.begin('Host', type, wrong), { code: 'MalformedPolicyDocument' })
  })

  it('a profile has another role', async () => {
    const roles = ['First', 'Second'].map(
      name => shop.begin(name, 'AWS::IAM::Role', { AssumeRolePolicyDocument: trust() }).made.ref,
    )
    const type = 'AWS::IAM::InstanceProfile'
    const profile = shop.begin('Profile', type, { Path: '/', Roles: [roles[0] ?? ''] })
    await shop.change(profile, { Path: '/', Roles: [roles[1] ?? ''] })
    const record = c.engine.read(tx => tx.instanceProfiles.in(c.accountId).must(profile.made.ref))
    assert.equal(record.role, roles[1])
  })

  it('a policy is put to whom it names, under the name that it has', async () => {
    for (const UserName of ['x', 'y']) await c.iam().send(new CreateUserCommand({ UserName }))
    const given = { PolicyDocument: allow('s3:*'), PolicyName: 'reading', Users: ['x'] }
    const policy = shop.begin('Reading', 'AWS::IAM::Policy', given)
    const changed = await shop.change(policy, { ...given, PolicyName: 'writing', Users: ['x', 'y'] })
    assert.deepEqual([await inlineOf('x'), await inlineOf('y')], [['writing'], ['writing']])
    const fewer = await shop.change(changed, { ...given, PolicyName: 'writing', Users: ['y'] })
    assert.deepEqual([await inlineOf('x'), await inlineOf('y')], [[], ['writing']])
    await shop.remove(fewer)
    assert.deepEqual(await inlineOf('y'), [])
  })

  it('a managed policy has one version, however often its document changes', async () => {
    await c.iam().send(new CreateUserCommand({ UserName: 'x' }))
    const given = { PolicyDocument: allow('s3:*'), Users: ['x'] }
    let policy = shop.begin('Managed', 'AWS::IAM::ManagedPolicy', given)
    const PolicyArn = policy.made.ref
    for (let round = 0; round < 7; round++) {
      policy = await shop.change(policy, { PolicyDocument: allow(`s3:Get${round}*`) })
    }
    const { Versions = [] } = await c.iam().send(new ListPolicyVersionsCommand({ PolicyArn }))
    assert.equal(Versions.length, 1)
    const VersionId = Versions[0]?.VersionId
    const { PolicyVersion } = await c.iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
    assert.match(decodeURIComponent(PolicyVersion?.Document ?? ''), /s3:Get6\*/)
    assert.deepEqual(await attachedTo('x'), [])
  })

  it('whoever orders the stack needs the rights to make users', async () => {
    const alice = await c.account('alice')
    await alice.iam().send(new CreateUserCommand({ UserName: 'bob' }))
    const his = workshop(c, { who: alice, userName: 'bob' })
    assert.throws(() => his.begin('Person', 'AWS::IAM::User', {}), { name: 'Refusal' })
    assert.equal(
      c.engine.read(tx => tx.users.in(alice.accountId).list().length),
      2,
    )
  })
})
