// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveUser, policyOf, trusting, withKeys } from '../sts/people'
import { refusedWith } from './refused'

const document = policyOf('Allow', 's3:ListBucket')
const isIt = (text: string | undefined) => decodeURIComponent(text ?? '') === document

describe('all of an account', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  let policyArn: string

  const details = (input: iam.GetAccountAuthorizationDetailsRequest = {}, who = client) =>
    who.send(new iam.GetAccountAuthorizationDetailsCommand(input))

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    const named = { PolicyName: 'lists', PolicyDocument: document }
    const { Policy } = await client.send(new iam.CreatePolicyCommand(named))
    policyArn = Policy?.Arn ?? ''
    const PermissionsBoundary = policyArn
    const Tags = [{ Key: 'team', Value: 'red' }]
    const AssumeRolePolicyDocument = trusting({ AWS: alice.accountId })
    await client.send(new iam.CreateUserCommand({ UserName: 'ann', Tags, PermissionsBoundary }))
    await client.send(new iam.CreateGroupCommand({ GroupName: 'readers', Path: '/house/' }))
    await client.send(new iam.CreateRoleCommand({ RoleName: 'guest', AssumeRolePolicyDocument, Tags }))
    await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'guests' }))
    const guests = { InstanceProfileName: 'guests', RoleName: 'guest' }
    await client.send(new iam.AddRoleToInstanceProfileCommand(guests))
    await client.send(new iam.AddUserToGroupCommand({ GroupName: 'readers', UserName: 'ann' }))
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'ann', ...named }))
    await client.send(new iam.PutGroupPolicyCommand({ GroupName: 'readers', ...named }))
    await client.send(new iam.PutRolePolicyCommand({ RoleName: 'guest', ...named }))
    await client.send(new iam.AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn: policyArn }))
    await client.send(new iam.AttachRolePolicyCommand({ RoleName: 'guest', PolicyArn: policyArn }))
  })
  afterEach(() => c.close())

  it('comes in one answer', async () => {
    const { UserDetailList = [], GroupDetailList = [], RoleDetailList = [], Policies = [] } = await details()
    const attached = [{ PolicyName: 'lists', PolicyArn: policyArn }]
    const ann = UserDetailList.find(({ UserName }) => UserName === 'ann')
    assert.deepEqual(ann?.GroupList, ['readers'])
    assert.deepEqual(ann.Tags, [{ Key: 'team', Value: 'red' }])
    assert.equal(ann.PermissionsBoundary?.PermissionsBoundaryArn, policyArn)
    assert.deepEqual(ann.AttachedManagedPolicies, [])
    assert.ok(isIt(ann.UserPolicyList?.[0]?.PolicyDocument))
    const [group] = GroupDetailList
    assert.equal(group?.Arn, `arn:aws:iam::${alice.accountId}:group/house/readers`)
    assert.deepEqual(group.AttachedManagedPolicies, attached)
    assert.ok(isIt(group.GroupPolicyList?.[0]?.PolicyDocument))
    const role = RoleDetailList.find(({ RoleName }) => RoleName === 'guest')
    assert.deepEqual(role?.AttachedManagedPolicies, attached)
    assert.deepEqual(role.Tags, [{ Key: 'team', Value: 'red' }])
    assert.deepEqual(
      role.InstanceProfileList?.map(({ InstanceProfileName, Roles }) => [
        InstanceProfileName,
        Roles?.[0]?.RoleName,
      ]),
      [['guests', 'guest']],
    )
    assert.ok(isIt(role.RolePolicyList?.[0]?.PolicyDocument))
    const policy = Policies.find(({ Arn }) => Arn === policyArn)
    assert.deepEqual([policy?.AttachmentCount, policy?.PermissionsBoundaryUsageCount], [2, 1])
    assert.deepEqual(
      policy?.PolicyVersionList?.map(({ VersionId, Document }) => [VersionId, isIt(Document)]),
      [['v1', true]],
    )
    assert.ok(Policies.some(({ Arn }) => Arn === 'arn:aws:iam::aws:policy/AdministratorAccess'))
  })

  it('comes by what it is', async () => {
    const counts = async (...Filter: iam.EntityType[]) => {
      const found = await details({ Filter })
      return [found.UserDetailList, found.GroupDetailList, found.RoleDetailList, found.Policies].map(
        list => list?.length,
      )
    }
    const [users] = await counts('User')
    assert.deepEqual(await counts('User'), [users, 0, 0, 0])
    assert.deepEqual(await counts('Group', 'LocalManagedPolicy'), [0, 1, 0, 1])
    assert.deepEqual(await counts('Role'), [0, 0, 1, 0])
    const [, , , shared = 0] = await counts('AWSManagedPolicy')
    assert.ok(shared > 1)
    const wrong = details({ Filter: ['Robot' as iam.EntityType] })
    await refusedWith('ValidationError', 400, 'Invalid entity filter Robot', wrong)
  })

  it('comes in pages', async () => {
    const namesOf = (found: iam.GetAccountAuthorizationDetailsResponse) => [
      ...(found.UserDetailList ?? []).map(({ UserName }) => UserName),
      ...(found.GroupDetailList ?? []).map(({ GroupName }) => GroupName),
      ...(found.RoleDetailList ?? []).map(({ RoleName }) => RoleName),
      ...(found.Policies ?? []).map(({ PolicyName }) => PolicyName),
    ]
    const paged: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const found = await details({ MaxItems: 2, Marker })
      const names = namesOf(found)
      assert.ok(names.length <= 2)
      paged.push(...names)
      Marker = found.Marker
      assert.equal(found.IsTruncated, Marker !== undefined)
    } while (Marker)
    assert.deepEqual([...paged].sort(), namesOf(await details()).sort())
  })

  it('is told to whom a policy lets see it', async () => {
    const ben = haveUser(c, alice.accountId, 'ben')
    const bens = withKeys(c, ben).iam()
    await refusedWith('NotAuthorized', 403, undefined, details({}, bens))
    havePolicy(c, alice.accountId, 'user/ben', policyOf('Allow', 'iam:GetAccountAuthorizationDetails'))
    const { UserDetailList = [] } = await details({ Filter: ['User'] }, bens)
    assert.ok(UserDetailList.some(({ UserName }) => UserName === 'ben'))
    const others = await c.account('eve')
    const { GroupDetailList } = await details({}, others.iam())
    assert.deepEqual(GroupDetailList, [])
  })
})
