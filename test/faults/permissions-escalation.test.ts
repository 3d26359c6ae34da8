// SPDX-License-Identifier: BSD-2-Clause
// Who may do a little tries to be able to do more: each way from a few permissions to all of them that is known of other
// clouds.
import assert from 'node:assert/strict'
import * as ec2 from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import {
  allowing,
  denying,
  havePolicy,
  haveRole,
  outcomeOf,
  type Person,
  person,
  trusting,
} from './intruders'

describe('a user with few permissions', () => {
  let c: Cloud
  let alice: Clients
  let bob: Person
  const arn = (rest: string) => `arn:aws:iam::${alice.accountId}:${rest}`

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = person(c, alice.accountId, 'bob')
    havePolicy(c, alice.accountId, 'group/powerful', allowing('*'))
    await alice.iam().send(new iam.CreateGroupCommand({ GroupName: 'powerful' }))
    await haveRole(alice, 'powerful', trusting({ Service: 'ec2.amazonaws.com' }))
    havePolicy(c, alice.accountId, 'role/powerful', allowing('*'))
    person(c, alice.accountId, 'carol')
  })
  afterEach(() => c.close())

  const identities = () =>
    c.engine.read(tx =>
      JSON.stringify([
        tx.accessKeys.list().map(({ id, active }) => [id, active]),
        ...[tx.users, tx.groups, tx.roles, tx.heldPolicies, tx.managedPolicies, tx.instanceProfiles].map(
          table => table.in(alice.accountId).list(),
        ),
      ]),
    )

  it('makes of himself no more than he is, by none of the ways there are', async () => {
    // All that is about himself, and nothing that gives more.
    bob.may(allowing(['iam:Get*', 'iam:List*', 'iam:ChangePassword'], arn('user/bob')))
    const PolicyDocument = allowing('*')
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    const was = identities()
    const UserName = 'bob'
    const ways: readonly object[] = [
      new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }),
      new iam.AttachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.DeleteUserPermissionsBoundaryCommand({ UserName }),
      new iam.AddUserToGroupCommand({ UserName, GroupName: 'powerful' }),
      new iam.PutGroupPolicyCommand({ GroupName: 'powerful', PolicyName: 'p', PolicyDocument }),
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName: 'powerful',
        PolicyDocument: trusting({ AWS: arn('user/bob') }),
      }),
      new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
      new iam.CreateAccessKeyCommand({ UserName: 'admin' }),
      new iam.CreateAccessKeyCommand({ UserName: 'carol' }),
      new iam.UpdateAccessKeyCommand({ UserName: 'admin', AccessKeyId: alice.key.id, Status: 'Inactive' }),
      new iam.CreateLoginProfileCommand({ UserName: 'admin', Password: 'euca123' }),
      new iam.UpdateLoginProfileCommand({ UserName: 'carol', Password: 'euca123' }),
      new iam.UpdateUserCommand({ UserName, NewUserName: 'admin' }),
      new iam.UpdateUserCommand({ UserName: 'carol', NewUserName: 'bob' }),
      new iam.CreateUserCommand({ UserName: 'admin', Path: '/x/' }),
      new iam.CreateAccountAliasCommand({ AccountAlias: 'eucalyptus' }),
    ]
    for (const way of ways) {
      const outcome = await outcomeOf(bob.iam().send(way as iam.GetUserCommand))
      assert.equal(outcome, 'NotAuthorized', way.constructor.name)
    }
    assert.equal(identities(), was)
  })

  it('passes no role on that he may not pass on, by none of the doors', async () => {
    bob.may(
      allowing([
        'ec2:*',
        'iam:CreateInstanceProfile',
        'iam:AddRoleToInstanceProfile',
        'iam:GetInstanceProfile',
      ]),
    )
    await bob.iam().send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'his' }))
    const add = new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: 'his', RoleName: 'powerful' })
    assert.equal(await outcomeOf(bob.iam().send(add)), 'NotAuthorized')
    await alice.iam().send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'hers' }))
    await alice
      .iam()
      .send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: 'hers', RoleName: 'powerful' }))
    for (const IamInstanceProfile of [{ Name: 'hers' }, { Arn: arn('instance-profile/hers') }]) {
      const run = new ec2.RunInstancesCommand({
        ...{ ImageId: 'emi-00000001', MinCount: 1, MaxCount: 1, IamInstanceProfile },
      })
      assert.equal(await outcomeOf(bob.ec2().send(run)), 'UnauthorizedOperation')
    }
  })

  it('is nobody’s successor: keys, sessions and policies end with who had them', async () => {
    const session = await bob.sts().send(new sts.GetSessionTokenCommand({}))
    havePolicy(c, alice.accountId, 'user/bob', allowing('*'))
    const admin = alice.iam()
    await admin.send(new iam.DeleteUserPolicyCommand({ UserName: 'bob', PolicyName: 'p' }))
    await admin.send(
      new iam.DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.credentials.accessKeyId }),
    )
    await admin.send(new iam.DeleteUserCommand({ UserName: 'bob' }))
    await admin.send(new iam.CreateUserCommand({ UserName: 'bob' }))
    havePolicy(c, alice.accountId, 'user/bob', allowing('*'))
    for (const credentials of [bob.credentials, signer(session.Credentials)]) {
      const services = c.signedBy(credentials)
      assert.notEqual(await outcomeOf(services.iam().send(new iam.ListUsersCommand({}))), 'answered')
    }
  })

  it('is not told who there is and who is not', async () => {
    bob.may(allowing('iam:*', arn('user/none/*')))
    const his = bob.iam()
    const requests = (UserName: string, GroupName: string, RoleName: string): readonly object[] => [
      new iam.GetUserCommand({ UserName }),
      new iam.UpdateUserCommand({ UserName, NewPath: '/none/' }),
      new iam.CreateAccessKeyCommand({ UserName }),
      new iam.CreateLoginProfileCommand({ UserName, Password: 'euca123' }),
      new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: allowing('*') }),
      new iam.AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      new iam.AddUserToGroupCommand({ UserName, GroupName }),
      new iam.GetGroupCommand({ GroupName }),
      new iam.UpdateGroupCommand({ GroupName, NewGroupName: 'x' }),
      new iam.GetRoleCommand({ RoleName }),
      new iam.DeleteRoleCommand({ RoleName }),
    ]
    const sent = (all: readonly object[]) =>
      Promise.all(all.map(one => outcomeOf(his.send(one as iam.GetUserCommand))))
    const there = await sent(requests('carol', 'powerful', 'powerful'))
    assert.deepEqual(await sent(requests('nobody', 'nobody', 'nobody')), there)
    assert.deepEqual([...new Set(there)], ['NotAuthorized'])
  })

  it('shuts no administrator out of his account, whatever he may do to policies', async () => {
    bob.may(allowing('iam:*'))
    havePolicy(c, alice.accountId, 'group/powerless', denying('*'))
    const his = bob.iam()
    await his.send(new iam.CreateGroupCommand({ GroupName: 'powerless' }))
    const UserName = 'admin'
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const ways: readonly object[] = [
      new iam.AttachUserPolicyCommand({ UserName, PolicyArn }),
      new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: denying('*') }),
      new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn }),
      new iam.DeactivateMFADeviceCommand({ UserName, SerialNumber: arn('mfa/x') }),
      new iam.UpdateUserCommand({ UserName }),
    ]
    for (const way of ways) {
      const outcome = await outcomeOf(his.send(way as iam.GetUserCommand))
      assert.equal(outcome, 'NotAuthorized', way.constructor.name)
    }
    // He may be put into a group, whose policies are nothing to him.
    await his.send(new iam.AddUserToGroupCommand({ UserName, GroupName: 'powerless' }))
    await alice.iam().send(new iam.RemoveUserFromGroupCommand({ UserName, GroupName: 'powerless' }))
  })
})

const signer = (keys: sts.Credentials | undefined) => ({
  accessKeyId: keys?.AccessKeyId ?? '',
  secretAccessKey: keys?.SecretAccessKey ?? '',
  sessionToken: keys?.SessionToken ?? '',
})

describe('who is within policies in the cloud’s own account', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    await c.account('alice')
  })
  afterEach(() => c.close())

  it('becomes nobody who is above them', async () => {
    const Policy = allowing('*')
    const federated = await c.sts().send(new sts.GetFederationTokenCommand({ Name: 'fred', Policy }))
    const cloudsArn = `arn:aws:iam::${c.accountId}`
    await haveRole(c, 'worker', trusting({ AWS: `${cloudsArn}:root` }))
    havePolicy(c, c.accountId, 'role/worker', Policy)
    const role = await c
      .sts()
      .send(new sts.AssumeRoleCommand({ RoleArn: `${cloudsArn}:role/worker`, RoleSessionName: 'work' }))
    for (const { Credentials } of [federated, role]) {
      const services = c.signedBy(signer(Credentials))
      for (const command of [
        new sts.GetSessionTokenCommand({}),
        new sts.GetFederationTokenCommand({ Name: 'fred', Policy }),
        new sts.AssumeRoleCommand({ RoleArn: `${cloudsArn}:role/worker`, RoleSessionName: 'work' }),
      ]) {
        const outcome = await outcomeOf(services.sts().send(command as sts.GetSessionTokenCommand))
        assert.equal(outcome, 'MissingAuthenticationToken')
      }
      const delegated = services.iam()
      delegated.middlewareStack.add(
        next => args => {
          const request = args.request as { body: string; headers: Record<string, string> }
          request.body += '&DelegateAccount=alice'
          request.headers['content-length'] = String(request.body.length)
          return next(args)
        },
        { step: 'build', priority: 'low' },
      )
      assert.equal(await outcomeOf(delegated.send(new iam.ListUsersCommand({}))), 'NotAuthorized')
    }
  })
})
