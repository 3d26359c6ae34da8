// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveUser, policyOf, trusting, withKeys } from '../sts/people'
import { refusedWith } from './refused'

const lists = policyOf('Allow', 'iam:ListRoles')
const nothing = policyOf('Deny', '*')

describe('managed policies', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  let annsClient: iam.IAMClient

  const create = async (PolicyName: string, PolicyDocument = lists, more: object = {}) => {
    const made = await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument, ...more }))
    return made.Policy?.Arn ?? ''
  }
  const attach = (PolicyArn: string, UserName = 'ann') =>
    client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }))
  const detach = (PolicyArn: string) =>
    client.send(new iam.DetachUserPolicyCommand({ UserName: 'ann', PolicyArn }))
  const version = (PolicyArn: string, PolicyDocument: string, SetAsDefault = false) =>
    client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault }))
  const annLists = () => annsClient.send(new iam.ListRolesCommand({}))
  const refusedToAnn = () => refusedWith('NotAuthorized', 403, undefined, annLists())

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    annsClient = withKeys(c, haveUser(c, alice.accountId, 'ann')).iam()
  })
  afterEach(() => c.close())

  it('allow what they say to whom they are attached', async () => {
    const arn = await create('lists', lists, { Path: '/team/', Description: 'of lists' })
    assert.equal(arn, `arn:aws:iam::${alice.accountId}:policy/team/lists`)
    await refusedToAnn()
    await attach(arn)
    await attach(arn)
    await annLists()
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn: arn }))
    assert.equal(Policy?.AttachmentCount, 1)
    assert.equal(Policy?.Description, 'of lists')
    const attached = await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName: 'ann' }))
    assert.deepEqual(attached.AttachedPolicies, [{ PolicyName: 'lists', PolicyArn: arn }])
    await detach(arn)
    await refusedToAnn()
    await refusedWith('NoSuchEntity', 404, `Policy ${arn} was not found.`, detach(arn))
  })

  it('are called by what could be an ARN, and versions by what could be a version', async () => {
    const arn = await create('lists')
    const none = `${arn}s`
    const unknown = `Policy ${none} does not exist or is not attachable.`
    await refusedWith('NoSuchEntity', 404, unknown, attach(none))
    const PolicyArn = 'the-name-and-not-the-arn-lists'
    const wrong = `ARN ${PolicyArn} is not valid.`
    await refusedWith('InvalidInput', 400, wrong, attach(PolicyArn))
    await refusedWith('InvalidInput', 400, wrong, client.send(new iam.GetPolicyCommand({ PolicyArn })))
    await refusedWith('InvalidInput', 400, wrong, client.send(new iam.DeletePolicyCommand({ PolicyArn })))
    const constraint =
      "1 validation error detected: Value at 'versionId' failed to satisfy constraint: " +
      String.raw`Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`
    for (const VersionId of ['2', 'v0', 'v1x', 'wrong_version_id']) {
      const by = { PolicyArn: arn, VersionId }
      for (const command of [
        new iam.GetPolicyVersionCommand(by),
        new iam.SetDefaultPolicyVersionCommand(by),
        new iam.DeletePolicyVersionCommand(by),
      ]) {
        await refusedWith('ValidationError', 400, constraint, client.send(command as never))
      }
    }
    const by = { PolicyArn: arn, VersionId: 'v9' }
    const noVersion = `Policy ${arn} version v9 does not exist or is not attachable.`
    await refusedWith('NoSuchEntity', 404, noVersion, client.send(new iam.GetPolicyVersionCommand(by)))
  })

  it('are in force in the version that is their default', async () => {
    const arn = await create('lists')
    await attach(arn)
    await version(arn, nothing)
    await annLists()
    await client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v2' }))
    await refusedToAnn()
    const got = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v2' }))
    assert.equal(decodeURIComponent(got.PolicyVersion?.Document ?? ''), nothing)
    assert.equal(got.PolicyVersion?.IsDefaultVersion, true)
  })

  it('have five versions at most, whose numbers are not used twice', async () => {
    const arn = await create('lists')
    for (let count = 2; count <= 5; count++) await version(arn, lists)
    const sixth = () => version(arn, lists, true)
    await refusedWith('LimitExceeded', 409, undefined, sixth())
    const remove = (VersionId: string) =>
      client.send(new iam.DeletePolicyVersionCommand({ PolicyArn: arn, VersionId }))
    await refusedWith('DeleteConflict', 409, 'Cannot delete the default version of a policy.', remove('v1'))
    await remove('v5')
    await refusedWith('NoSuchEntity', 404, undefined, remove('v5'))
    await sixth()
    const { Versions } = await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn: arn }))
    assert.deepEqual(
      Versions?.map(one => one.VersionId),
      ['v6', 'v4', 'v3', 'v2', 'v1'],
    )
    assert.deepEqual(
      Versions?.filter(one => one.IsDefaultVersion).map(one => one.VersionId),
      ['v6'],
    )
  })

  it('are kept as long as they are attached or have more than one version', async () => {
    const arn = await create('lists')
    await attach(arn)
    const remove = () => client.send(new iam.DeletePolicyCommand({ PolicyArn: arn }))
    await refusedWith('DeleteConflict', 409, 'Cannot delete a policy attached to entities.', remove())
    await detach(arn)
    await version(arn, lists)
    await refusedWith('DeleteConflict', 409, undefined, remove())
    await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: 'v2' }))
    await remove()
    await refusedWith(
      'NoSuchEntity',
      404,
      undefined,
      client.send(new iam.GetPolicyCommand({ PolicyArn: arn })),
    )
  })

  it('are attached to groups and roles too, ten at most, and tell to whom', async () => {
    const arn = await create('lists')
    await client.send(new iam.CreateGroupCommand({ GroupName: 'team' }))
    await client.send(new iam.AddUserToGroupCommand({ GroupName: 'team', UserName: 'ann' }))
    await client.send(
      new iam.CreateRoleCommand({
        RoleName: 'r',
        AssumeRolePolicyDocument: trusting({ AWS: alice.accountId }),
      }),
    )
    await client.send(new iam.AttachGroupPolicyCommand({ GroupName: 'team', PolicyArn: arn }))
    await client.send(new iam.AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }))
    await annLists()
    const entities = (EntityFilter?: iam.EntityType) =>
      client.send(new iam.ListEntitiesForPolicyCommand({ PolicyArn: arn, EntityFilter }))
    const all = await entities()
    assert.deepEqual(
      all.PolicyGroups?.map(one => one.GroupName),
      ['team'],
    )
    assert.deepEqual(
      all.PolicyRoles?.map(one => one.RoleName),
      ['r'],
    )
    assert.deepEqual((await entities('Role')).PolicyGroups, [])
    const ofRole = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName: 'r' }))
    assert.equal(ofRole.AttachedPolicies?.length, 1)
    const removed = client.send(new iam.DeleteRoleCommand({ RoleName: 'r' }))
    await refusedWith('DeleteConflict', 409, undefined, removed)
    await client.send(new iam.DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }))
    await client.send(new iam.DetachGroupPolicyCommand({ GroupName: 'team', PolicyArn: arn }))
    for (let count = 0; count < 10; count++) await attach(await create(`p${count}`))
    await refusedWith('LimitExceeded', 409, 'Cannot exceed quota for PoliciesPerUser: 10', attach(arn))
  })

  it('are also those that the cloud has for every account, which nobody changes', async () => {
    const arn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
    await attach(arn)
    await annLists()
    const cannot = annsClient.send(new iam.CreateGroupCommand({ GroupName: 'g' }))
    await refusedWith('NotAuthorized', 403, undefined, cannot)
    const listed = async (Scope: iam.PolicyScopeType, more: object = {}) => {
      const { Policies } = await client.send(new iam.ListPoliciesCommand({ Scope, ...more }))
      return Policies?.map(one => one.PolicyName)
    }
    assert.ok((await listed('AWS'))?.includes('AdministratorAccess'))
    assert.deepEqual(await listed('AWS', { OnlyAttached: true }), ['IAMReadOnlyAccess'])
    assert.deepEqual(await listed('Local'), [])
    await refusedWith('AccessDenied', 403, undefined, version(arn, nothing))
    const { PolicyVersion } = await client.send(
      new iam.GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }),
    )
    assert.match(decodeURIComponent(PolicyVersion?.Document ?? ''), /iam:Get\*/)
    const page = await client.send(new iam.ListPoliciesCommand({ MaxItems: 2 }))
    assert.equal(page.IsTruncated, true)
  })

  it('are another account’s own', async () => {
    const arn = await create('lists')
    const bobs = await c.account('bob')
    const bob = bobs.iam()
    haveUser(c, bobs.accountId, 'ben')
    for (const command of [
      new iam.GetPolicyCommand({ PolicyArn: arn }),
      new iam.DeletePolicyCommand({ PolicyArn: arn }),
      new iam.AttachUserPolicyCommand({ UserName: 'ben', PolicyArn: arn }),
    ]) {
      await refusedWith('NoSuchEntity', 404, undefined, bob.send(command as iam.GetPolicyCommand))
    }
  })

  it('are refused when malformed, too large, or named wrongly', async () => {
    await create('lists')
    await refusedWith('EntityAlreadyExists', 409, undefined, create('lists'))
    await refusedWith('MalformedPolicyDocument', 400, undefined, create('x', '{}'))
    await refusedWith('MalformedPolicyDocument', 400, undefined, create('x', trusting({ AWS: '*' })))
    const large = policyOf('Allow', 'iam:ListRoles', [`arn:aws:iam:::role/${'x'.repeat(6200)}`])
    await refusedWith('LimitExceeded', 409, 'Cannot exceed quota for PolicySize: 6144', create('x', large))
    await refusedWith('ValidationError', 400, 'Invalid policy name a/b', create('a/b'))
    const unknown = `arn:aws:iam::${alice.accountId}:policy/none`
    await refusedWith(
      'NoSuchEntity',
      404,
      `Policy ${unknown} does not exist or is not attachable.`,
      attach(unknown),
    )
    await refusedWith(
      'NoSuchEntity',
      404,
      undefined,
      attach(`arn:aws:iam::${alice.accountId}:policy/x/lists`),
    )
  })

  it('are bounds that all else must be within', async () => {
    const arn = await create('all', policyOf('Allow', 'iam:*'))
    const bound = await create('bound', lists)
    await attach(arn)
    const profiles = () => annsClient.send(new iam.ListInstanceProfilesCommand({}))
    await profiles()
    await client.send(
      new iam.PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary: bound }),
    )
    await annLists()
    await refusedWith('NotAuthorized', 403, undefined, profiles())
    const conflict = client.send(new iam.DeletePolicyCommand({ PolicyArn: bound }))
    await refusedWith('DeleteConflict', 409, undefined, conflict)
    const remove = () => client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName: 'ann' }))
    await remove()
    await profiles()
    await refusedWith('NoSuchEntity', 404, undefined, remove())
    const PermissionsBoundary = `${bound}x`
    const unknown = client.send(
      new iam.PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary }),
    )
    await refusedWith('NoSuchEntity', 404, undefined, unknown)
    const made = await client.send(
      new iam.CreateRoleCommand({
        RoleName: 'bounded',
        AssumeRolePolicyDocument: trusting({ AWS: alice.accountId }),
        PermissionsBoundary: bound,
      }),
    )
    assert.equal(made.Role?.PermissionsBoundary?.PermissionsBoundaryArn, bound)
  })

  it('may be attached by who may attach just these', async () => {
    const [harmless, all] = [await create('harmless'), await create('all', policyOf('Allow', '*'))]
    const Condition = { ArnEquals: { 'iam:PolicyARN': harmless } }
    const Statement = [{ Effect: 'Allow', Action: 'iam:AttachUserPolicy', Resource: '*', Condition }]
    await client.send(
      new iam.PutUserPolicyCommand({
        UserName: 'ann',
        PolicyName: 'attach',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    )
    const attaching = (PolicyArn: string) =>
      annsClient.send(new iam.AttachUserPolicyCommand({ UserName: 'ann', PolicyArn }))
    await refusedWith('NotAuthorized', 403, undefined, attaching(all))
    await attaching(harmless)
    await annLists()
  })
})
