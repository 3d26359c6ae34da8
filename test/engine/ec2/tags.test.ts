// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  type EC2Client,
  type Filter,
  type Tag,
} from '@aws-sdk/client-ec2'
import { tagsOf } from '../../../src/engine/tags'
import { type Cloud, cloud } from '../../support/cloud'
import { drawIds } from './drawn-ids'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('tags', () => {
  let c: Cloud
  let ec2: EC2Client
  let group: string
  beforeEach(async () => {
    c = await cloud()
    ec2 = c.ec2()
    const made = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'd' }))
    group = made.GroupId ?? ''
    haveInstance(c, { id: 'i-00000001' })
  })
  afterEach(() => c.close())

  const create = (Resources: string[], Tags: Tag[], client = ec2) =>
    client.send(new CreateTagsCommand({ Resources, Tags }))
  const remove = (Resources: string[], Tags?: Tag[], client = ec2) =>
    client.send(new DeleteTagsCommand({ Resources, Tags }))
  const all = async (Filters?: Filter[], client = ec2) =>
    ((await client.send(new DescribeTagsCommand({ Filters }))).Tags ?? []).map(
      ({ ResourceType, ResourceId, Key, Value }) => [ResourceType, ResourceId, Key, Value].join(' '),
    )

  it('are put on several resources at once, and change their value', async () => {
    await create([group, 'I-00000001'], [{ Key: 'use', Value: 'test' }, { Key: 'empty' }])
    assert.deepEqual(await all(), [
      'instance i-00000001 empty ',
      'instance i-00000001 use test',
      `security-group ${group} empty `,
      `security-group ${group} use test`,
    ])
    await create([group], [{ Key: 'use', Value: 'work' }])
    assert.deepEqual(await all([{ Name: 'resource-id', Values: ['sg-*'] }]), [
      `security-group ${group} empty `,
      `security-group ${group} use work`,
    ])
  })

  it('show with their resource and find it', async () => {
    await create([group], [{ Key: 'use', Value: 'test' }])
    const found = async (Name: string, ...Values: string[]) => {
      const input = { Filters: [{ Name, Values }] }
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand(input))
      return SecurityGroups?.map(({ GroupName, Tags }) => [GroupName, Tags?.[0]?.Value])
    }
    assert.deepEqual(await found('tag:use', 't*'), [['web', 'test']])
    assert.deepEqual(await found('tag-key', 'use'), [['web', 'test']])
    assert.deepEqual(await found('tag-value', 'test'), [['web', 'test']])
    assert.deepEqual(await found('tag:use', 'work'), [])
    assert.deepEqual(await found('tag:other', '*'), [])
  })

  it('are found by filters', async () => {
    await create([group, 'i-00000001'], [{ Key: 'use', Value: 'test' }])
    const by = (Name: string, ...Values: string[]) => all([{ Name, Values }])
    assert.equal((await by('key', 'u*')).length, 2)
    assert.equal((await by('value', 'test')).length, 2)
    assert.deepEqual(await by('resource-type', 'instance'), ['instance i-00000001 use test'])
    assert.deepEqual(await by('key', 'other'), [])
    await refused(by('owner', 'me'), 'InvalidParameterValue', "The filter 'owner' is invalid")
  })

  it('come in pages', async () => {
    const tags = Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    await create([group], tags)
    const first = await ec2.send(new DescribeTagsCommand({ MaxResults: 7 }))
    assert.equal(first.Tags?.length, 7)
    const rest = await ec2.send(new DescribeTagsCommand({ MaxResults: 7, NextToken: first.NextToken }))
    assert.equal(new Set([...(first.Tags ?? []), ...(rest.Tags ?? [])].map(tag => tag.Key)).size, 12)
    await refused(ec2.send(new DescribeTagsCommand({ NextToken: 'no' })), 'InvalidNextToken')
  })

  it('are deleted by key, by key and value, or all', async () => {
    const tags = ['a', 'b', 'c', 'd'].map(Key => ({ Key, Value: Key === 'd' ? '' : 'v' }))
    await create([group], tags)
    const keys = async () => (await all()).map(line => line.split(' ')[2])
    await remove([group], [{ Key: 'a' }])
    assert.deepEqual(await keys(), ['b', 'c', 'd'])
    await remove([group], [{ Key: 'b', Value: 'w' }])
    await remove([group], [{ Key: 'b', Value: '' }])
    assert.deepEqual(await keys(), ['b', 'c', 'd'])
    await remove([group], [{ Key: 'b', Value: 'v' }])
    await remove([group], [{ Key: 'd', Value: '' }])
    await remove([group, 'i-0000000f'], [{ Key: 'x' }])
    assert.deepEqual(await keys(), ['c'])
    await remove([group])
    assert.deepEqual(await keys(), [])
  })

  it('are refused on what is not there, is another’s, or is no id', async () => {
    const tag = [{ Key: 'k', Value: 'v' }]
    const alice = (await c.account('alice')).ec2()
    await refused(create(['i-0000000f'], tag), 'InvalidInstanceID.NotFound')
    await refused(create(['emi-0000000f'], tag), 'InvalidAMIID.NotFound')
    await refused(create(['sg-0000000f'], tag), 'InvalidGroup.NotFound')
    await refused(create(['key-0000000f'], tag), 'InvalidKeyPair.NotFound')
    await refused(create(['vol-0000000f'], tag), 'InvalidVolume.NotFound')
    await refused(create(['snap-0000000f'], tag), 'InvalidSnapshot.NotFound')
    await refused(create([group], tag, alice), 'InvalidGroup.NotFound')
    for (const id of ['web', 'sg-1', 'foo-00000001', 'constructor-00000001', `${group};`]) {
      await refused(create([id], tag), 'InvalidID', `The ID '${id}' is not valid`)
    }
    // One bad resource leaves the good ones untagged too.
    await refused(create([group, 'i-0000000f'], tag), 'InvalidInstanceID.NotFound')
    assert.deepEqual(await all(), [])
  })

  it('are refused with keys and values that are reserved, empty or too long', async () => {
    const cases: Tag[][] = [
      [{ Key: 'aws:x', Value: '' }],
      [{ Key: 'euca:image-conversion-state', Value: '' }],
      [{ Key: '', Value: '' }],
      [{ Key: 'k'.repeat(129), Value: '' }],
      [{ Key: 'k', Value: 'v'.repeat(257) }],
      [{ Key: 'k' }, { Key: 'k', Value: 'again' }],
    ]
    for (const tags of cases) await refused(create([group], tags), 'InvalidParameterValue')
    await refused(remove([group], [{ Key: 'aws:x' }]), 'InvalidParameterValue')
    await refused(create([group], []), 'MissingParameter')
    await create([group], [{ Key: 'k'.repeat(128), Value: 'v'.repeat(256) }])
  })

  it('are at most 50 on a resource', async () => {
    const tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    await create([group], tags)
    await create([group], [{ Key: 'k0', Value: 'changed' }])
    await refused(create([group], [{ Key: 'one more', Value: '' }]), 'TagLimitExceeded')
  })

  it('go with their resource, and belong to the account that made them', async () => {
    await create([group], [{ Key: 'k', Value: 'v' }])
    const alice = await c.account('alice')
    assert.deepEqual(await all(undefined, alice.ec2()), [])
    assert.deepEqual(
      c.engine.read(tx => tagsOf(tx, group, alice.accountId)),
      [],
    )
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))
    assert.deepEqual(await all(), [])
  })

  it('are given at creation, to the kinds that the operation makes', async () => {
    const making = (ResourceType: string, Tags: Tag[]) =>
      ec2.send(
        new CreateKeyPairCommand({
          KeyName: 'k',
          TagSpecifications: [{ ResourceType: ResourceType as 'key-pair', Tags }],
        }),
      )
    await refused(making('instance', [{ Key: 'a' }]), 'InvalidParameterValue')
    await refused(making('key-pair', [{ Key: 'aws:a' }]), 'InvalidParameterValue')
    const { KeyPairId } = await making('key-pair', [{ Key: 'a', Value: 'b' }])
    assert.deepEqual(await all(), [`key-pair ${KeyPairId} a b`])
    await ec2.send(new DeleteKeyPairCommand({ KeyName: 'k' }))
    assert.deepEqual(await all(), [])
  })

  it('of every account go with the resource', async () => {
    const alice = await c.account('alice')
    const tag = { resourceId: group, key: 'k', value: 'v' }
    c.engine.write(tx => {
      for (const account of [c.accountId, alice.accountId]) tx.tags.put({ ...tag, account })
      tx.tags.put({ ...tag, account: alice.accountId, resourceId: `${group}0` })
    })
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))
    assert.deepEqual(
      c.engine.read(tx => tx.tags.everywhere().map(({ resourceId }) => resourceId)),
      [`${group}0`],
    )
  })

  it('are not shared by two groups: an id is given once', async () => {
    const make = async (GroupName: string) =>
      (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'd' }))).GroupId
    drawIds(c, 'aaaaaaaa', 'aaaaaaaa', 'bbbbbbbb')
    assert.deepEqual([await make('one'), await make('two')], ['sg-aaaaaaaa', 'sg-bbbbbbbb'])
  })
})
