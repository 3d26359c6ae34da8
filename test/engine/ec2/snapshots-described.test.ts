// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateTagsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandInput,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
  ResetSnapshotAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ask, errorOf } from './answer'
import { refused } from './expect'
import { haveSnapshot, haveSnapshotOf, haveVolume, snapshotOf } from './volume'

describe('describing and sharing snapshots', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const list = async (input: DescribeSnapshotsCommandInput = {}, who: Clients = c) => {
    const { Snapshots = [] } = await who.ec2().send(new DescribeSnapshotsCommand(input))
    return Snapshots.map(({ SnapshotId }) => SnapshotId ?? '')
  }
  const modify = (SnapshotId: string, more: Partial<ModifySnapshotAttributeCommandInput>, who: Clients = c) =>
    who.ec2().send(new ModifySnapshotAttributeCommand({ SnapshotId, ...more }))
  const share = (id: string, permission: { UserId?: string; Group?: 'all' }, who: Clients = c) =>
    modify(id, { CreateVolumePermission: { Add: [permission] } }, who)
  const attribute = (SnapshotId: string, Attribute: string, who: Clients = c) =>
    who.ec2().send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: Attribute as never }))
  const permissions = async (id: string) =>
    (await attribute(id, 'createVolumePermission')).CreateVolumePermissions
  const reset = (SnapshotId: string, Attribute = 'createVolumePermission', who: Clients = c) =>
    who.ec2().send(new ResetSnapshotAttributeCommand({ SnapshotId, Attribute: Attribute as never }))

  describe('DescribeSnapshots', () => {
    it('an account sees its own, those shared with it, and public ones', async () => {
      const alice = await c.account('alice')
      const bob = await c.account('bob')
      const hidden = await haveSnapshotOf(c, '1', alice)
      const shared = await haveSnapshotOf(c, '2', alice)
      const open = await haveSnapshotOf(c, '3', alice)
      await share(shared, { UserId: bob.accountId }, alice)
      await share(open, { Group: 'all' }, alice)
      assert.deepEqual((await list({}, alice)).sort(), [hidden, shared, open].sort())
      assert.deepEqual((await list({}, bob)).sort(), [shared, open].sort())
      assert.deepEqual(await list({ OwnerIds: ['self'] }, bob), [])
      assert.deepEqual(await list({ RestorableByUserIds: ['self'] }, bob), [shared])
      assert.deepEqual(await list({ RestorableByUserIds: ['all'] }, bob), [open])
      assert.deepEqual(await list({ RestorableByUserIds: [bob.accountId] }, alice), [shared])
      assert.deepEqual(await list({ RestorableByUserIds: [alice.accountId] }, bob), [])
      for (const herself of ['self', alice.accountId]) {
        const restorable = await list({ RestorableByUserIds: [herself] }, alice)
        assert.deepEqual(restorable.sort(), [hidden, shared, open].sort())
      }
      assert.deepEqual((await list({ OwnerIds: [alice.accountId] }, bob)).sort(), [shared, open].sort())
      assert.deepEqual((await list({ OwnerIds: ['alice'] }, alice)).length, 3)
      await refused(list({ SnapshotIds: [hidden] }, bob), 'InvalidSnapshot.NotFound')
      assert.deepEqual(await list({ SnapshotIds: [shared] }, bob), [shared])
    })

    it('a cloud administrator sees his own, others by id or owner, and all as `verbose`', async () => {
      const alice = await c.account('alice')
      const hers = await haveSnapshotOf(c, 'hers', alice)
      const mine = await haveSnapshotOf(c, 'mine')
      assert.deepEqual(await list(), [mine])
      assert.deepEqual(await list({ SnapshotIds: [hers] }), [hers])
      assert.deepEqual(await list({ OwnerIds: ['alice'] }), [hers])
      assert.deepEqual((await list({ SnapshotIds: ['verbose'] })).sort(), [mine, hers].sort())
      await refused(list({ SnapshotIds: ['verbose'] }, alice), 'InvalidParameterValue')
    })

    it('all that are asked for must be there', async () => {
      await refused(
        list({ SnapshotIds: ['snap-00000000'] }),
        'InvalidSnapshot.NotFound',
        "The snapshot 'snap-00000000' does not exist.",
      )
      await refused(
        list({ SnapshotIds: ['snap-00000000', 'snap-00000001'] }),
        'InvalidSnapshot.NotFound',
        "The snapshots 'snap-00000000, snap-00000001' do not exist.",
      )
      await refused(
        list({ SnapshotIds: ['vol-00000000'] }),
        'InvalidParameterValue',
        "Value (vol-00000000) for parameter snapshots is invalid. Expected: 'snap-...'.",
      )
    })

    it('every filter finds what it names, and nothing else', async () => {
      const alice = await c.account('alice')
      const other = await haveSnapshotOf(c, 'hers', alice)
      await share(other, { Group: 'all' }, alice)
      await c.pass(60)
      const volume = await haveVolume(c, { Size: 3 })
      const snapshot = await haveSnapshot(c, volume)
      c.engine.write(tx =>
        tx.snapshots.put({
          ...tx.snapshots.must(snapshot),
          description: 'before',
          state: 'pending',
          progress: 42,
        }),
      )
      await c
        .ec2()
        .send(new CreateTagsCommand({ Resources: [snapshot], Tags: [{ Key: 'Name', Value: 'data' }] }))
      const having = (Name: string, ...Values: string[]) => list({ Filters: [{ Name, Values }] })
      for (const [name, value] of [
        ['description', 'bef*'],
        ['owner-alias', 'eucalyptus'],
        ['owner-id', c.accountId],
        ['progress', '42%'],
        ['snapshot-id', snapshot],
        ['start-time', new Date(c.clock.now()).toISOString()],
        ['status', 'pending'],
        ['tag:Name', 'data'],
        ['tag-key', 'Name'],
        ['tag-value', 'data'],
        ['volume-id', volume],
        ['volume-size', '3'],
      ] as const) {
        assert.deepEqual(await having(name, value), [snapshot], name)
      }
      assert.equal((await having('encrypted', 'false')).length, 2)
      assert.equal((await having('storage-tier', 'standard')).length, 2)
      assert.deepEqual(await having('transfer-type', '*'), [])
      await refused(having('colour', 'red'), 'InvalidParameterValue')
    })

    it('a list comes in pages', async () => {
      const volume = await haveVolume(c)
      const made: string[] = []
      for (let n = 0; n < 6; n++) made.push(await haveSnapshot(c, volume))
      const { Snapshots: first = [], NextToken } = await c
        .ec2()
        .send(new DescribeSnapshotsCommand({ MaxResults: 5 }))
      const rest = await list({ MaxResults: 5, ...(NextToken && { NextToken }) })
      assert.deepEqual([...first.map(({ SnapshotId }) => SnapshotId), ...rest], made.sort())
      await refused(list({ MaxResults: 5, SnapshotIds: [made[0] ?? ''] }), 'InvalidParameterCombination')
    })
  })

  describe('attributes', () => {
    it('permissions are added and taken away again', async () => {
      const alice = await c.account('alice')
      const snapshot = await haveSnapshotOf(c, 'bytes')
      assert.deepEqual(await permissions(snapshot), [])
      await share(snapshot, { UserId: alice.accountId })
      await share(snapshot, { UserId: alice.accountId })
      await share(snapshot, { Group: 'all' })
      assert.deepEqual(await permissions(snapshot), [{ Group: 'all' }, { UserId: alice.accountId }])
      await modify(snapshot, { CreateVolumePermission: { Remove: [{ Group: 'all' }] } })
      assert.deepEqual(await permissions(snapshot), [{ UserId: alice.accountId }])
      await modify(snapshot, {
        CreateVolumePermission: { Remove: [{ UserId: alice.accountId }, { UserId: '000000000000' }] },
      })
      assert.deepEqual(await permissions(snapshot), [])
    })

    it("they may come in EC2's first form", async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const Attribute = 'createVolumePermission' as const
      await modify(snapshot, { Attribute, OperationType: 'add', UserIds: ['111122223333'] })
      await modify(snapshot, { Attribute, OperationType: 'add', GroupNames: ['all'] })
      assert.deepEqual(await permissions(snapshot), [{ Group: 'all' }, { UserId: '111122223333' }])
      await modify(snapshot, { Attribute, OperationType: 'remove', GroupNames: ['all'] })
      assert.deepEqual(await permissions(snapshot), [{ UserId: '111122223333' }])
      await refused(
        modify(snapshot, { Attribute, OperationType: 'turn' as 'add', UserIds: ['111122223333'] }),
        'InvalidParameterValue',
      )
    })

    it('only account numbers and `all` can be given permission', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      await refused(
        share(snapshot, { UserId: 'alice' }),
        'InvalidUserID.Malformed',
        'Not a valid userId : alice',
      )
      await refused(
        share(snapshot, { Group: 'some' as 'all' }),
        'InvalidParameterValue',
        'Not a valid group : some',
      )
      await refused(modify(snapshot, {}), 'InvalidParameterCombination')
      await refused(modify(snapshot, { Attribute: 'colour' as never }), 'InvalidParameterValue')
      assert.deepEqual(await permissions(snapshot), [])
    })

    it('permissions are 1,000 at most', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const users = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, index) => String(from + index).padStart(12, '0'))
      c.engine.write(tx =>
        tx.snapshots.put({ ...tx.snapshots.must(snapshot), volumeAccounts: users(0, 999) }),
      )
      await share(snapshot, { UserId: '999999999998' })
      await refused(share(snapshot, { UserId: '999999999999' }), 'ResourceLimitExceeded')
    })

    it('product codes can be added, by the parameter of old', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      const add = (parameters: Record<string, string>) =>
        ask(c, { Action: 'ModifySnapshotAttribute', SnapshotId: snapshot, ...parameters })
      assert.equal((await add({ 'ProductCode.1': 'ABC', 'ProductCode.2': 'DEF' })).status, 200)
      await add({ 'ProductCode.1': 'ABC', Attribute: 'productCodes' })
      const { ProductCodes } = await attribute(snapshot, 'productCodes')
      assert.deepEqual(
        ProductCodes?.map(({ ProductCodeId }) => ProductCodeId),
        ['ABC', 'DEF'],
      )
      const many = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`ProductCode.${n + 1}`, `P${n}`]))
      assert.equal(errorOf(await add(many))[0], 'ResourceLimitExceeded')
    })

    it('permissions are reset to none', async () => {
      const snapshot = await haveSnapshotOf(c, 'bytes')
      await share(snapshot, { Group: 'all' })
      await share(snapshot, { UserId: '111122223333' })
      await reset(snapshot)
      assert.deepEqual(await permissions(snapshot), [])
      await refused(reset(snapshot, 'productCodes'), 'InvalidParameterValue')
    })

    it('they are for the owner and a cloud administrator, also when the snapshot is public', async () => {
      const alice = await c.account('alice')
      const bob = await c.account('bob')
      const snapshot = await haveSnapshotOf(c, 'hers', alice)
      const refusals = async () => {
        await refused(attribute(snapshot, 'createVolumePermission', bob), 'AuthFailure')
        await refused(share(snapshot, { UserId: bob.accountId }, bob), 'AuthFailure')
        await refused(
          reset(snapshot, 'createVolumePermission', bob),
          'AuthFailure',
          `Not authorized to reset attribute for snapshot ${snapshot}`,
        )
      }
      await refusals()
      await share(snapshot, { Group: 'all' }, alice)
      await refusals()
      await reset(snapshot)
      assert.deepEqual(await permissions(snapshot), [])
    })

    it('a snapshot must be there, and not have failed', async () => {
      await refused(attribute('snap-00000000', 'createVolumePermission'), 'InvalidSnapshot.NotFound')
      await refused(share('snap-00000000', { Group: 'all' }), 'InvalidSnapshot.NotFound')
      await refused(reset('snap-00000000'), 'InvalidSnapshot.NotFound')
      await refused(reset('data'), 'InvalidParameterValue')
      const snapshot = await haveSnapshotOf(c, 'bytes')
      await refused(attribute(snapshot, 'colour'), 'InvalidParameterValue')
      c.engine.write(tx => tx.snapshots.put({ ...tx.snapshots.must(snapshot), state: 'error' }))
      await refused(share(snapshot, { Group: 'all' }), 'IncorrectState')
      await refused(reset(snapshot), 'IncorrectState')
    })
  })

  it('tags on a public snapshot are of the account that makes them', async () => {
    const alice = await c.account('alice')
    const snapshot = await haveSnapshotOf(c, 'bytes')
    const tag = (who: Clients, Value: string) =>
      who.ec2().send(new CreateTagsCommand({ Resources: [snapshot], Tags: [{ Key: 'whose', Value }] }))
    await tag(c, 'mine')
    await refused(tag(alice, 'hers'), 'InvalidSnapshot.NotFound')
    await share(snapshot, { Group: 'all' })
    await tag(alice, 'hers')
    assert.deepEqual((await snapshotOf(c, snapshot)).Tags, [{ Key: 'whose', Value: 'mine' }])
    assert.deepEqual((await snapshotOf(c, snapshot, alice)).Tags, [{ Key: 'whose', Value: 'hers' }])
    const volume = await haveVolume(c)
    const tagVolume = alice
      .ec2()
      .send(new CreateTagsCommand({ Resources: [volume], Tags: [{ Key: 'a', Value: 'b' }] }))
    await refused(tagVolume, 'InvalidVolume.NotFound')
  })
})
