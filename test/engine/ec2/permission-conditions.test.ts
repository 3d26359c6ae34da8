// SPDX-License-Identifier: BSD-2-Clause
// What conditions of policies look at in EC2, and what goes with permission: tags, DryRun, client tokens, roles that
// instances are given, and how long they may run.
import assert from 'node:assert/strict'
import {
  AssociateIamInstanceProfileCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveRole, trusting } from '../sts/people'
import { refused } from './expect'
import { arnIn, gate, type Person, person } from './people'
import { haveSnapshotOf, haveVolume, volumeOf } from './volume'

const denied = 'UnauthorizedOperation'

const tagged = (type: 'volume' | 'instance', Value: string, Key = 'team') => ({
  TagSpecifications: [{ ResourceType: type, Tags: [{ Key, Value }] }],
})

describe('conditions of policies in EC2', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let image: string
  let arn: ReturnType<typeof arnIn>

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    carl = person(c, alice, 'carl')
    arn = arnIn(alice.accountId)
    image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, alice)
  })
  afterEach(() => c.close())

  const makeVolume = (more: Partial<CreateVolumeCommandInput> = {}) =>
    carl.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1, ...more }))

  const run = (more: Partial<RunInstancesCommandInput> = {}, who: Pick<Clients, 'ec2'> = carl) =>
    who.ec2().send(new RunInstancesCommand({ ImageId: image, MinCount: 1, MaxCount: 1, ...more }))

  it('know the tags that something is made with', async () => {
    const Condition = {
      StringEquals: { 'aws:RequestTag/team': 'red' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
    }
    carl.may({ Action: ['ec2:CreateVolume', 'ec2:CreateTags'], Condition })
    await refused(makeVolume(), denied)
    await refused(makeVolume(tagged('volume', 'blue')), denied)
    await refused(makeVolume(tagged('volume', 'red', 'other')), denied)
    const two = [
      { Key: 'team', Value: 'red' },
      { Key: 'more', Value: 'x' },
    ]
    await refused(makeVolume({ TagSpecifications: [{ ResourceType: 'volume', Tags: two }] }), denied)
    await makeVolume(tagged('volume', 'red'))
  })

  it('know that tags come with what is made', async () => {
    const Condition = { StringEquals: { 'ec2:CreateAction': 'CreateVolume' } }
    carl.may({ Action: 'ec2:CreateVolume' }, { Action: 'ec2:CreateTags', Condition })
    const { VolumeId = '' } = await makeVolume(tagged('volume', 'red'))
    const Tags = [{ Key: 'team', Value: 'blue' }]
    await refused(carl.ec2().send(new CreateTagsCommand({ Resources: [VolumeId], Tags })), denied)
    await refused(carl.ec2().send(new DeleteTagsCommand({ Resources: [VolumeId] })), denied)
  })

  it('know the tags that something has, under both names', async () => {
    for (const name of ['ec2:ResourceTag/team', 'aws:ResourceTag/team']) {
      const ours = await haveVolume(c, tagged('volume', 'red'), alice)
      const theirs = await haveVolume(c, tagged('volume', 'blue'), alice)
      const Condition = { StringEquals: { [name]: 'red' } }
      carl.may({ Action: ['ec2:DescribeVolumes', 'ec2:CreateTags'], Condition })
      const visible = async () => Object.keys(await volumeOf(c, ours, { ...alice, ec2: carl.ec2 })).length > 0
      assert.ok(await visible())
      await refused(volumeOf(c, theirs, { ...alice, ec2: carl.ec2 }), 'InvalidVolume.NotFound')
      const Tags = [{ Key: 'team', Value: 'blue' }]
      const tag = (id: string) => carl.ec2().send(new CreateTagsCommand({ Resources: [id], Tags }))
      await refused(tag(theirs), denied)
      await tag(ours)
      await refused(tag(ours), denied)
    }
  })

  it('know what is asked for', async () => {
    const snapshot = await haveSnapshotOf(c, 'hers', alice)
    const onVolume = arn('volume')
    const allowed: readonly (readonly [object, Partial<CreateVolumeCommandInput>, object])[] = [
      [{ NumericLessThanEquals: { 'ec2:VolumeSize': '2' } }, { Size: 2 }, { Size: 3 }],
      [{ StringEquals: { 'ec2:VolumeType': 'gp2' } }, { VolumeType: 'gp2' }, {}],
      [{ StringEquals: { 'ec2:AvailabilityZone': 'PARTI00' } }, {}, { AvailabilityZone: 'PARTI01' }],
      [{ ArnLike: { 'ec2:ParentSnapshot': arn('snapshot', snapshot) } }, { SnapshotId: snapshot }, {}],
      [{ StringEquals: { 'ec2:Region': 'eucalyptus', 'ec2:VolumeSize': '1' } }, {}, { Size: 2 }],
    ]
    for (const [Condition, good, bad] of allowed) {
      carl.may(
        { Action: 'ec2:CreateVolume', Resource: onVolume, Condition },
        { Action: 'ec2:CreateVolume', Resource: arn('snapshot') },
      )
      await makeVolume(good)
      await refused(makeVolume(bad), denied)
    }
  })

  it('know the image, the type and the zone of instances', async () => {
    const deny = (Resource: string, Condition: object) =>
      carl.may({ Action: 'ec2:*' }, { Effect: 'Deny', Action: 'ec2:RunInstances', Resource, Condition })
    deny(arn('instance'), { StringNotEquals: { 'ec2:InstanceType': 'm1.small' } })
    await refused(run({ InstanceType: 'm1.large' }), denied)
    deny(arn('image'), { Bool: { 'ec2:Public': 'false' } })
    await refused(run(), denied)
    deny(arn('image'), { StringEquals: { 'ec2:Owner': alice.accountId } })
    await refused(run(), denied)
    deny(arn('instance'), { StringEquals: { 'ec2:RootDeviceType': 'instance-store' } })
    await refused(run(), denied)
    deny(arn('instance'), { StringEquals: { 'ec2:Tenancy': 'dedicated' } })
    await refused(run({ Placement: { Tenancy: 'dedicated' } }), denied)
    await run()
  })

  it('runs instances in a zone that may be used, when none is named', async () => {
    carl.may(
      { Action: 'ec2:*' },
      { Effect: 'Deny', Action: 'ec2:*', Resource: arn('availabilityzone', 'PARTI00') },
    )
    const { Instances } = await run()
    assert.equal(Instances?.[0]?.Placement?.AvailabilityZone, 'PARTI01')
    await refused(run({ Placement: { AvailabilityZone: 'PARTI00' } }), denied)
    carl.may({ Action: 'ec2:*' }, { Effect: 'Deny', Action: 'ec2:*', Resource: arn('availabilityzone') })
    await refused(run(), denied)
    const found = await alice.ec2().send(new DescribeInstancesCommand({}))
    assert.equal(found.Reservations?.length, 1)
  })

  it('hold for the administrator of an account when they are the account’s', async () => {
    gate(c, alice, { Action: 'ec2:*', Resource: arn('volume') })
    await refused(run({}, alice), denied)
    await haveVolume(c, {}, alice)
    gate(c, alice, { Action: '*' })
    await run({}, alice)
  })

  it('are asked before DryRun is answered', async () => {
    carl.may({ Action: 'ec2:RunInstances', Resource: arn('image') })
    await refused(run({ DryRun: true }), denied)
    carl.may({ Action: 'ec2:RunInstances' })
    await refused(run({ DryRun: true }), 'DryRunOperation')
  })

  it('are asked before a client token is answered', async () => {
    carl.may({ Action: 'ec2:RunInstances' })
    const { ReservationId } = await run({ ClientToken: 'once' })
    assert.equal((await run({ ClientToken: 'once' })).ReservationId, ReservationId)
    carl.mayNothing()
    await refused(run({ ClientToken: 'once' }), denied)
    const dora = person(c, alice, 'dora')
    await refused(run({ ClientToken: 'once' }, dora), denied)
  })

  describe('of an instance profile', () => {
    const ec2Trust = trusting({ Service: 'ec2.amazonaws.com' })
    const profile = { IamInstanceProfile: { Name: 'web' } }
    const addRole = () =>
      alice
        .iam()
        .send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: 'server' }))

    beforeEach(async () => {
      await haveRole(alice, 'server', ec2Trust)
      await alice.iam().send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'web' }))
      carl.may({ Action: ['ec2:*', 'iam:PassRole'] })
    })

    const profileArn = () => `arn:aws:iam::${alice.accountId}:instance-profile/web`
    const roleArn = () => `arn:aws:iam::${alice.accountId}:role/server`

    it('refuse an unknown profile, and one without a role', async () => {
      const invalid = 'InvalidParameterValue'
      await refused(run({ IamInstanceProfile: { Name: 'none' } }), invalid, /No such instance profile$/)
      const elsewhere = { Arn: profileArn().replace(alice.accountId, c.accountId) }
      await refused(run({ IamInstanceProfile: elsewhere }), invalid, /No such instance profile$/)
      await refused(run(profile), invalid, /has no associated IAM Roles$/)
      assert.equal((await alice.ec2().send(new DescribeInstancesCommand({}))).Reservations?.length, 0)
    })

    it('ask whether its role may be passed on', async () => {
      await addRole()
      carl.may({ Action: 'ec2:*' })
      await refused(run(profile), denied, /Encoded authorization failure message/)
      const InstanceId = (await run()).Instances?.[0]?.InstanceId
      const give = new AssociateIamInstanceProfileCommand({ InstanceId, ...profile })
      await refused(carl.ec2().send(give), denied, /Encoded authorization failure message/)
      const AssociationId = InstanceId?.replace('i-', 'iip-assoc-')
      const other = new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, ...profile })
      await refused(carl.ec2().send(other), denied, /Encoded authorization failure message/)
      const pass = (Resource: string, service: string) =>
        carl.may(
          { Action: 'ec2:*' },
          {
            ...{ Action: 'iam:PassRole', Resource },
            Condition: { StringEquals: { 'iam:PassedToService': service } },
          },
        )
      pass(roleArn(), 'sts.amazonaws.com')
      await refused(run(profile), denied)
      pass(`${roleArn()}2`, 'ec2.amazonaws.com')
      await refused(run(profile), denied)
      pass(roleArn(), 'ec2.amazonaws.com')
      await run(profile)
      await run({ IamInstanceProfile: { Arn: profileArn() } })
    })

    it('are met by instances that show it and are found by it, even when it is gone', async () => {
      await addRole()
      const { Instances } = await run(profile)
      const shown = Instances?.[0]?.IamInstanceProfile
      assert.equal(shown?.Arn, profileArn())
      assert.match(shown?.Id ?? '', /^AIP/)
      await run()
      const found = async (Name: string, value: string) => {
        const Filters = [{ Name, Values: [value] }]
        const { Reservations } = await alice.ec2().send(new DescribeInstancesCommand({ Filters }))
        return Reservations?.flatMap(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId))
      }
      const one = [Instances?.[0]?.InstanceId]
      assert.deepEqual(await found('iam-instance-profile.arn', profileArn()), one)
      assert.deepEqual(await found('iam-instance-profile.id', shown?.Id ?? ''), one)
      assert.deepEqual(await found('iam-instance-profile.name', 'web'), one)
      const removal = { InstanceProfileName: 'web', RoleName: 'server' }
      await alice.iam().send(new iam.RemoveRoleFromInstanceProfileCommand(removal))
      await alice.iam().send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName: 'web' }))
      assert.deepEqual(await found('iam-instance-profile.arn', profileArn()), one)
      const Condition = { ArnEquals: { 'ec2:InstanceProfile': profileArn() } }
      carl.may({ Action: 'ec2:TerminateInstances', Condition })
      const InstanceIds = one.filter(id => id !== undefined)
      await carl.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
    })
  })

  describe('of time', () => {
    const stateOf = async (id = '') => {
      const { Reservations } = await alice.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
      return Reservations?.[0]?.Instances?.[0]
    }

    it('end instances after ec2:keepalive, guarded or not', async () => {
      const Condition = { NumericEquals: { 'ec2:keepalive': '30' } }
      carl.may({ Action: 'ec2:RunInstances', Condition })
      const { Instances } = await run({ DisableApiTermination: true })
      await c.pass(29 * 60)
      assert.equal((await stateOf(Instances?.[0]?.InstanceId))?.State?.Name, 'running')
      await c.pass(2 * 60)
      const ended = await stateOf(Instances?.[0]?.InstanceId)
      assert.equal(ended?.State?.Name, 'terminated')
      assert.equal(ended?.StateTransitionReason, 'Instance expired.')
    })

    it('end instances at ec2:expirationtime', async () => {
      const Condition = { DateEquals: { 'ec2:expirationtime': '2014-02-16T13:00:00Z' } }
      carl.may({ Action: 'ec2:RunInstances', Condition })
      const { Instances } = await run()
      await c.pass(45 * 60)
      assert.equal((await stateOf(Instances?.[0]?.InstanceId))?.State?.Name, 'running')
      await c.pass(5 * 60)
      assert.equal((await stateOf(Instances?.[0]?.InstanceId))?.State?.Name, 'terminated')
    })
  })
})
