// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { instanceCredentials, revokeInstanceCredentials } from '../../../src/engine/iam/instance-credentials'
import { profileNamed, profileRole } from '../../../src/engine/iam/profile-names'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from './refused'

const trusting = (Principal: object) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] })
const ec2Trust = trusting({ Service: 'ec2.amazonaws.com' })

describe('roles and instance profiles', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient

  const create = (RoleName: string, more: Partial<iam.CreateRoleCommandInput> = {}) =>
    client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ec2Trust, ...more }))
  const profile = (InstanceProfileName: string) =>
    client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }))
  const add = (InstanceProfileName: string, RoleName: string) =>
    client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
  })
  afterEach(() => c.close())

  it('are shown as they were made', async () => {
    const { Role } = await create('builder', { Path: '/ci', Description: 'builds', MaxSessionDuration: 7200 })
    assert.equal(Role?.Arn, `arn:aws:iam::${alice.accountId}:role/ci/builder`)
    assert.match(Role?.RoleId ?? '', /^AROAA[A-Z2-7]{16}$/)
    assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), ec2Trust)
    const got = await client.send(new iam.GetRoleCommand({ RoleName: 'builder' }))
    assert.deepEqual(got.Role, Role)
    assert.equal(got.Role?.MaxSessionDuration, 7200)
    assert.equal(got.Role?.Description, 'builds')
    await create('other')
    const listed = await client.send(new iam.ListRolesCommand({ PathPrefix: '/ci/' }))
    assert.deepEqual(
      listed.Roles?.map(role => role.RoleName),
      ['builder'],
    )
    assert.equal((await c.iam().send(new iam.ListRolesCommand({}))).Roles?.length, 0)
  })

  it('are changed piece by piece', async () => {
    await create('builder', { Description: 'before' })
    await client.send(new iam.UpdateRoleCommand({ RoleName: 'builder', MaxSessionDuration: 43200 }))
    await client.send(new iam.UpdateRoleDescriptionCommand({ RoleName: 'builder', Description: 'after' }))
    const trust = trusting({ AWS: alice.accountId })
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'builder', PolicyDocument: trust }))
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'builder' }))
    assert.equal(Role?.MaxSessionDuration, 43200)
    assert.equal(Role?.Description, 'after')
    assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), trust)
  })

  it('are refused with names, paths, documents and numbers that are none', async () => {
    await create('taken')
    await refusedWith('EntityAlreadyExists', 409, 'Role taken already exists.', create('taken'))
    await refusedWith('ValidationError', 400, 'Invalid role name a/b', create('a/b'))
    await refusedWith('ValidationError', 400, `Invalid role name ${'a'.repeat(65)}`, create('a'.repeat(65)))
    await create('a'.repeat(64))
    for (const Path of ['no-slash', '/with space/', '/a/../b/', `/${'a'.repeat(511)}/`]) {
      await refusedWith('ValidationError', 400, `Invalid role path ${Path}`, create('fresh', { Path }))
    }
    await refusedWith(
      'MalformedPolicyDocument',
      400,
      undefined,
      create('fresh', { AssumeRolePolicyDocument: '{' }),
    )
    for (const MaxSessionDuration of [3599, 43201, 3600.5]) {
      await refusedWith('ValidationError', 400, undefined, create('fresh', { MaxSessionDuration }))
    }
    const get = client.send(new iam.GetRoleCommand({ RoleName: 'fresh' }))
    await refusedWith('NoSuchEntity', 404, 'Can not find role fresh', get)
  })

  it('stay as long as something is attached to them', async () => {
    await create('builder')
    await profile('p')
    await add('p', 'builder')
    const remove = () => client.send(new iam.DeleteRoleCommand({ RoleName: 'builder' }))
    const message = 'Attempted to delete role with resources attached by admin'
    await refusedWith('DeleteConflict', 409, message, remove())
    const unprofile = () => client.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName: 'p' }))
    await refusedWith('DeleteConflict', 409, undefined, unprofile())
    await client.send(
      new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'p', RoleName: 'builder' }),
    )
    await remove()
    await unprofile()
    await refusedWith('NoSuchEntity', 404, 'Can not find instance profile p', unprofile())
  })

  it('give a profile one role, the last that was added', async () => {
    await create('first')
    await create('second')
    await profile('p')
    await refusedWith('EntityAlreadyExists', 409, 'Instance profile p already exists.', profile('p'))
    await refusedWith('NoSuchEntity', 404, 'Can not find role third', add('p', 'third'))
    await add('p', 'first')
    await refusedWith(
      'EntityAlreadyExists',
      409,
      'Role first is already in the instance profile p',
      add('p', 'first'),
    )
    await add('p', 'second')
    const got = await client.send(new iam.GetInstanceProfileCommand({ InstanceProfileName: 'p' }))
    assert.deepEqual(
      got.InstanceProfile?.Roles?.map(role => role.RoleName),
      ['second'],
    )
    const forRole = (RoleName: string) =>
      client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName }))
    assert.deepEqual((await forRole('first')).InstanceProfiles, [])
    assert.equal((await forRole('second')).InstanceProfiles?.[0]?.InstanceProfileName, 'p')
    // Whichever role is named, the profile's own goes.
    await client.send(
      new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'p', RoleName: 'first' }),
    )
    assert.deepEqual((await forRole('second')).InstanceProfiles, [])
  })

  it('give instances keys that are renewed before they expire, and die with what they rest on', async () => {
    await create('builder')
    await profile('p')
    await add('p', 'builder')
    const Arn = `arn:aws:iam::${alice.accountId}:instance-profile/p`
    const instance = { id: 'i-00000001', account: alice.accountId, profileArn: Arn }
    const keys = () => c.engine.write(tx => instanceCredentials(tx, instance))
    const first = keys()
    assert.equal(first?.role, 'builder')
    assert.equal(first?.AccessKeyId.slice(0, 3), 'ASI')
    assert.deepEqual(keys(), first)
    c.clock.advance(5 * 3600 - 1)
    assert.deepEqual(keys(), first)
    c.clock.advance(1)
    const second = keys()
    assert.notEqual(second?.AccessKeyId, first?.AccessKeyId)
    c.engine.write(tx => revokeInstanceCredentials(tx, instance))
    const sessions = c.engine.read(tx => tx.sessions.list())
    assert.equal(sessions.length, 0)
    assert.ok(keys())
    await client.send(
      new iam.UpdateAssumeRolePolicyCommand({
        RoleName: 'builder',
        PolicyDocument: trusting({ AWS: alice.accountId }),
      }),
    )
    assert.equal(keys(), undefined)
  })

  it('are trusted with nothing but being assumed', async () => {
    await create('builder')
    const message = 'AssumeRole policy may only specify STS AssumeRole actions.'
    const trust = (...Action: string[]) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: alice.accountId }, Action }] })
    const update = (PolicyDocument: string) =>
      client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'builder', PolicyDocument }))
    for (const wrong of [trust('s3:GetObject'), trust('sts:AssumeRole', 'iam:PassRole'), trust('iam:*')]) {
      await refusedWith('MalformedPolicyDocument', 400, message, update(wrong))
      const request = { RoleName: 'other', AssumeRolePolicyDocument: wrong }
      await refusedWith(
        'MalformedPolicyDocument',
        400,
        message,
        client.send(new iam.CreateRoleCommand(request)),
      )
    }
    for (const right of [trust('sts:AssumeRole', 'STS:TagSession'), trust('sts:*'), trust('*')]) {
      await update(right)
    }
  })

  it('are found by the names EC2 is given', async () => {
    await create('builder')
    await profile('p')
    await add('p', 'builder')
    const Arn = `arn:aws:iam::${alice.accountId}:instance-profile/p`
    const found = c.engine.read(tx => {
      const record = tx.instanceProfiles.in(alice.accountId).get('p')
      return record && profileRole(tx, record)?.name
    })
    assert.equal(found, 'builder')
    assert.equal(
      c.engine.read(tx => profileNamed(tx, { Arn })),
      undefined,
    )
  })
})
