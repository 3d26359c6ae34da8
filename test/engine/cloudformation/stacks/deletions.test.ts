// SPDX-License-Identifier: BSD-2-Clause
// Stacks that are deleted: not all of it can be, or is to be.
import assert from 'node:assert/strict'
import { DeleteStackCommand, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, eventsOf, group, remove, resourcesNow, stackNow, statusOf, update } from './made'

describe('stacks that are deleted', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  /** Nobody looks after stacks meanwhile. */
  const elapse = async (seconds: number): Promise<void> => {
    c.clock.advance(seconds)
    await c.settle()
  }

  const groups = async () =>
    ((await c.ec2().send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [])
      .map(({ GroupName = '' }) => GroupName)
      .filter(name => name !== 'default')

  it('cannot be deleted as long as a resource cannot, and the others go', async () => {
    const id = await create(c, { A: group('a'), B: group('b') })
    const { A } = await resourcesNow(c)
    await c.ec2().send(new CreateSecurityGroupCommand({ GroupName: 'other', Description: 'o' }))
    const rule = {
      GroupName: 'other',
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupName: A?.id ?? '' }] },
      ],
    }
    await c.ec2().send(new AuthorizeSecurityGroupIngressCommand(rule))
    await remove(c)
    // For an hour, and it is asked now and then.
    for (let minute = 0; minute <= 61; minute++) await elapse(60)
    const events = await eventsOf(c)
    assert.ok(
      events.some(event => event.startsWith('A DELETE_FAILED ')),
      events.join('\n'),
    )
    assert.ok(events.includes('B DELETE_COMPLETE'))
    assert.equal((await stackNow(c)).StackStatusReason, 'The following resource(s) failed to delete: [A].')
    await c.ec2().send(new RevokeSecurityGroupIngressCommand(rule))
    await remove(c)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.deepEqual(await groups(), ['other'])
    await c.ec2().send(new DeleteSecurityGroupCommand({ GroupName: 'other' }))
  })

  it('leave alone what is to be retained', async () => {
    const id = await create(c, { A: group('a', {}, { DeletionPolicy: 'Retain' }), B: group('b') })
    const { A } = await resourcesNow(c)
    await remove(c)
    assert.deepEqual(await groups(), [A?.id])
    const { StackResources = [] } = await c
      .cloudformation()
      .send(new DescribeStackResourcesCommand({ StackName: id }))
    assert.deepEqual(
      StackResources.map(({ ResourceStatus }) => ResourceStatus),
      ['DELETE_SKIPPED', 'DELETE_COMPLETE'],
    )
  })

  it('can be deleted without what cannot be', async () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } }
    const id = await create(c, { A: group('a'), B: bucket })
    await c.s3().send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'b' }))
    const without = (...RetainResources: string[]) =>
      c.cloudformation().send(new DeleteStackCommand({ StackName: 'web', RetainResources }))
    for (let time = 0; time < 2; time++) {
      await remove(c)
      const { StackStatus, StackStatusReason } = await stackNow(c)
      assert.equal(
        `${StackStatus} ${StackStatusReason}`,
        'DELETE_FAILED The following resource(s) failed to delete: [B].',
      )
    }
    await assert.rejects(
      without('A', 'B'),
      /Do not specify resources that are in the DELETE_COMPLETE state\./,
    )
    await without('B')
    await c.settle()
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    const events = await eventsOf(c, id)
    assert.deepEqual(
      events.filter(event => event.startsWith('B DELETE')),
      [
        ...Array(2).fill([
          'B DELETE_IN_PROGRESS',
          'B DELETE_FAILED The bucket you tried to delete is not empty.',
        ]),
        'B DELETE_SKIPPED',
      ].flat(),
    )
    await c.s3().send(new HeadBucketCommand({ Bucket: 'full' }))
  })

  it('take along what updates could not clear away, which is tried again with each', async () => {
    const bucket = (BucketName: string) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName } })
    const fill = (Bucket: string) => c.s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'b' }))
    const empty = (Bucket: string) => c.s3().send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    const buckets = async () =>
      ((await c.s3().send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name)
    const id = await create(c, { A: group('a'), B: bucket('one'), C: bucket('two') })
    await fill('one')
    await fill('two')
    await update(c, { A: group('a'), B: bucket('three') })
    const { StackStatus, StackStatusReason } = await stackNow(c)
    assert.equal(
      `${StackStatus} ${StackStatusReason}`,
      'UPDATE_COMPLETE One or more resources could not be deleted.',
    )
    assert.deepEqual(await buckets(), ['one', 'three', 'two'])
    await empty('one')
    await update(c, { A: group('a', {}, { Metadata: { more: true } }), B: bucket('three') })
    assert.deepEqual(await buckets(), ['three', 'two'])
    await remove(c)
    assert.equal((await stackNow(c)).StackStatusReason, 'The following resource(s) failed to delete: [C].')
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'web', RetainResources: ['C'] }))
    await c.settle()
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.deepEqual(await buckets(), ['two'])
  })
})
