// SPDX-License-Identifier: BSD-2-Clause
// Who is held to a condition writes what it compares otherwise: zones, and keys of tags.
import assert from 'node:assert/strict'
import * as ec2 from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { outcomeOf, type Person, person } from './intruders'

describe('who is held to a condition', () => {
  let c: Cloud
  let alice: Clients
  let bob: Person

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = person(c, alice.accountId, 'bob')
  })
  afterEach(() => c.close())

  it('does not get around a condition by writing a zone otherwise', async () => {
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
          {
            ...{ Effect: 'Deny', Action: '*', Resource: '*' },
            Condition: { StringEquals: { 'ec2:AvailabilityZone': 'PARTI01' } },
          },
        ],
      }),
    )
    for (const zone of ['PARTI01', 'parti01', 'Parti01']) {
      for (const where of [{ AvailabilityZone: zone }, { AvailabilityZoneId: zone }]) {
        const create = new ec2.CreateVolumeCommand({ Size: 1, ...where })
        assert.equal(await outcomeOf(bob.ec2().send(create)), 'UnauthorizedOperation', zone)
      }
      const run = new ec2.RunInstancesCommand({
        ...{ ImageId: 'emi-00000001', MinCount: 1, MaxCount: 1, Placement: { AvailabilityZone: zone } },
      })
      assert.equal(await outcomeOf(bob.ec2().send(run)), 'UnauthorizedOperation', zone)
    }
  })

  it('makes no larger volumes by having instances bring them', async () => {
    const image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
          {
            ...{ Effect: 'Deny', Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:volume/*' },
            Condition: { NumericGreaterThan: { 'ec2:VolumeSize': '2' } },
          },
        ],
      }),
    )
    const run = (...sizes: readonly number[]) => {
      const BlockDeviceMappings = sizes.map((VolumeSize, index) => ({
        DeviceName: `/dev/sd${'fgh'[index]}`,
        Ebs: { VolumeSize },
      }))
      const wish = { ImageId: image, MinCount: 1, MaxCount: 1, DryRun: true, BlockDeviceMappings }
      return outcomeOf(bob.ec2().send(new ec2.RunInstancesCommand(wish)))
    }
    assert.notEqual(await run(2), 'UnauthorizedOperation')
    assert.equal(await run(3), 'UnauthorizedOperation')
    assert.equal(await run(1, 2, 3), 'UnauthorizedOperation')
  })

  it('makes nothing larger than it may be by changing it afterwards', async () => {
    const image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
    const hers = alice.ec2()
    const { VolumeId } = await hers.send(
      new ec2.CreateVolumeCommand({ Size: 1, AvailabilityZone: 'PARTI00', VolumeType: 'gp2' }),
    )
    const { Instances } = await hers.send(
      new ec2.RunInstancesCommand({ ImageId: image, MinCount: 1, MaxCount: 1 }),
    )
    const InstanceId = Instances?.[0]?.InstanceId ?? ''
    await c.pass(10)
    const denials: readonly object[] = [
      { Resource: '*', Condition: { NumericGreaterThan: { 'ec2:VolumeSize': '2' } } },
      { Resource: 'arn:aws:ec2:::instance/*', Condition: { StringLike: { 'ec2:InstanceType': 'm3.*' } } },
      { Resource: 'arn:aws:ec2:::vmtype/c1.*' },
    ]
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
          ...denials.map(one => ({ Effect: 'Deny', Action: 'ec2:Modify*', ...one })),
        ],
      }),
    )
    const his = bob.ec2()
    const grow = (Size: number) => outcomeOf(his.send(new ec2.ModifyVolumeCommand({ VolumeId, Size })))
    assert.equal(await grow(3), 'UnauthorizedOperation')
    assert.equal(await grow(2), 'answered')
    const denied = 'UnauthorizedOperation'
    for (const [Value, outcome] of [
      ['m3.xlarge', denied],
      ['c1.medium', denied],
      ['m1.medium', 'IncorrectInstanceState'],
    ] as const) {
      const one = new ec2.ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value } })
      assert.equal(await outcomeOf(his.send(one)), outcome, Value)
      const other = new ec2.ModifyInstanceAttributeCommand({ InstanceId, Attribute: 'instanceType', Value })
      assert.equal(await outcomeOf(his.send(other)), outcome, Value)
    }
  })

  it('changes none of his own tags that he may not by writing its key otherwise', async () => {
    const UserName = 'bob'
    await alice.iam().send(new iam.TagUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'red' }] }))
    const Condition = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
          { Effect: 'Deny', Action: ['iam:TagUser', 'iam:UntagUser'], Resource: '*', Condition },
        ],
      }),
    )
    for (const Key of ['team', 'TEAM', 'Team']) {
      const tag = new iam.TagUserCommand({ UserName, Tags: [{ Key, Value: 'blue' }] })
      assert.equal(await outcomeOf(bob.iam().send(tag)), 'NotAuthorized', Key)
      const untag = new iam.UntagUserCommand({ UserName, TagKeys: [Key] })
      assert.equal(await outcomeOf(bob.iam().send(untag)), 'NotAuthorized', Key)
    }
    const other = new iam.TagUserCommand({ UserName, Tags: [{ Key: 'mood', Value: 'fair' }] })
    assert.equal(await outcomeOf(bob.iam().send(other)), 'answered')
  })

  it('hides no tag behind one whose key is written otherwise', async () => {
    const create = (...keys: readonly (readonly [string, string])[]) => {
      const Tags = keys.map(([Key, Value]) => ({ Key, Value }))
      const TagSpecifications = [{ ResourceType: 'volume' as const, Tags }]
      return new ec2.CreateVolumeCommand({ Size: 1, AvailabilityZone: 'PARTI00', TagSpecifications })
    }
    const owner = { 'aws:RequestTag/Owner': 'bob' }
    const policies: readonly object[] = [
      [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*', Condition: { StringEquals: owner } }],
      [
        { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        { Effect: 'Deny', Action: 'ec2:*', Resource: '*', Condition: { StringNotEquals: owner } },
      ],
    ]
    for (const Statement of policies) {
      bob.may(JSON.stringify({ Version: '2012-10-17', Statement }))
      const his = bob.ec2()
      assert.equal(await outcomeOf(his.send(create(['Owner', 'bob']))), 'answered')
      for (const keys of [
        [['Owner', 'alice'] as const, ['owner', 'bob'] as const],
        [['owner', 'bob'] as const, ['Owner', 'alice'] as const],
        [['OWNER', 'bob'] as const, ['Owner', 'alice'] as const],
      ]) {
        assert.equal(await outcomeOf(his.send(create(...keys))), 'UnauthorizedOperation')
      }
    }
    // A thing that is guarded by its tag stays so.
    const { VolumeId = '' } = await alice.ec2().send(create(['Guarded', 'yes']))
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
          {
            ...{ Effect: 'Deny', Action: 'ec2:DeleteVolume', Resource: '*' },
            Condition: { StringEquals: { 'ec2:ResourceTag/Guarded': 'yes' } },
          },
        ],
      }),
    )
    for (const Key of ['guarded', 'GUARDED']) {
      const tag = new ec2.CreateTagsCommand({ Resources: [VolumeId], Tags: [{ Key, Value: 'no' }] })
      await bob.ec2().send(tag)
      const gone = bob.ec2().send(new ec2.DeleteVolumeCommand({ VolumeId }))
      assert.equal(await outcomeOf(gone), 'UnauthorizedOperation')
    }
  })

  it('takes no tag away by naming none', async () => {
    const hers = alice.ec2()
    const { VolumeId = '' } = await hers.send(
      new ec2.CreateVolumeCommand({ Size: 1, AvailabilityZone: 'PARTI00' }),
    )
    const Resources = [VolumeId.toUpperCase().replace('VOL', 'vol')]
    const Tags = [
      { Key: 'guarded', Value: 'yes' },
      { Key: 'free', Value: 'yes' },
    ]
    await hers.send(new ec2.CreateTagsCommand({ Resources, Tags }))
    const Condition = { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'guarded' } }
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
          { Effect: 'Deny', Action: 'ec2:DeleteTags', Resource: '*', Condition },
        ],
      }),
    )
    const untag = (more: object) =>
      outcomeOf(bob.ec2().send(new ec2.DeleteTagsCommand({ Resources, ...more })))
    assert.equal(await untag({ Tags: [{ Key: 'guarded' }] }), 'UnauthorizedOperation')
    assert.equal(await untag({}), 'UnauthorizedOperation')
    assert.equal(await untag({ Tags: [{ Key: 'free' }] }), 'answered')
  })
})
