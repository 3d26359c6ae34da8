// SPDX-License-Identifier: BSD-2-Clause
// What a launch configuration says is what instances are launched with.
import assert from 'node:assert/strict'
import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { haveProfile } from '../iam/profiles'
import { activitiesOf, converge, groupNow, haveConfiguration, haveGroup, haveImage, update } from './machines'

describe('what a group launches', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
    haveImage(c)
  })
  afterEach(() => c.close())

  /** The one instance of a group with a launch configuration that says this. */
  const launched = async (more: object): Promise<Instance> => {
    await haveConfiguration(c, 'config', more)
    await haveGroup(c, { MinSize: 1 })
    await converge(c)
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({}))
    const told = (await activitiesOf(c)).map(({ StatusMessage }) => StatusMessage)
    assert.equal(Reservations.length, 1, told.join())
    return Reservations[0]?.Instances?.[0] ?? assert.fail('no instance')
  }
  const room = async (GroupName: string) =>
    (await c.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'r' }))).GroupId ?? ''

  it('is as the configuration says', async () => {
    await c.ec2().send(new CreateKeyPairCommand({ KeyName: 'mine' }))
    const profile = await haveProfile(c, 'p', 'r')
    await room('room')
    const instance = await launched({
      ...{ InstanceType: 'm1.large', KeyName: 'mine', SecurityGroups: ['room'], IamInstanceProfile: 'p' },
      ...{ UserData: 'aGVsbG8=', InstanceMonitoring: { Enabled: false }, PlacementTenancy: 'dedicated' },
    })
    assert.deepEqual([instance.ImageId, instance.InstanceType], ['emi-11111111', 'm1.large'])
    assert.equal(instance.KeyName, 'mine')
    assert.deepEqual(
      instance.SecurityGroups?.map(({ GroupName }) => GroupName),
      ['room'],
    )
    assert.equal(instance.IamInstanceProfile?.Arn, profile)
    assert.equal(instance.Monitoring?.State, 'disabled')
    assert.deepEqual(
      [instance.Placement?.AvailabilityZone, instance.Placement?.Tenancy],
      ['PARTI00', 'dedicated'],
    )
    const { UserData } = await c.ec2().send(
      new DescribeInstanceAttributeCommand({
        InstanceId: instance.InstanceId ?? '',
        Attribute: 'userData',
      }),
    )
    assert.equal(UserData?.Value, 'aGVsbG8=')
  })

  it('is monitored, has a public address, and is in the default group, if nothing is said', async () => {
    const instance = await launched({})
    assert.equal(instance.Monitoring?.State, 'enabled')
    assert.ok(instance.PublicIpAddress)
    assert.notEqual(instance.PublicIpAddress, instance.PrivateIpAddress)
    assert.deepEqual(
      instance.SecurityGroups?.map(({ GroupName }) => GroupName),
      ['default'],
    )
    assert.equal(instance.Placement?.Tenancy, 'default')
  })

  it('knows its security groups by their ids, and its profile by its ARN', async () => {
    const ids = [await room('one'), await room('two')]
    const profile = await haveProfile(c, 'p', 'r')
    const instance = await launched({ SecurityGroups: ids, IamInstanceProfile: profile })
    assert.deepEqual(instance.SecurityGroups?.map(({ GroupId }) => GroupId).sort(), [...ids].sort())
    assert.equal(instance.IamInstanceProfile?.Arn, profile)
  })

  it('has no public address where none is wanted', async () => {
    const instance = await launched({ AssociatePublicIpAddress: false })
    assert.ok(instance.PrivateIpAddress)
    assert.ok(!instance.PublicIpAddress || instance.PublicIpAddress === instance.PrivateIpAddress)
  })

  it('has the disks that are mapped', async () => {
    const { InstanceId = '' } = await launched({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' },
        { DeviceName: '/dev/sdc', NoDevice: true },
      ],
    })
    const { mappings } = c.engine.read(tx => tx.instances.must(InstanceId))
    const ephemeral = { deviceName: '/dev/sdb', virtualName: 'ephemeral0' }
    assert.deepEqual(mappings, [ephemeral, { deviceName: '/dev/sdc' }])
  })

  it('fails where its image cannot have a volume', async () => {
    await haveConfiguration(c, 'config', {
      BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 2 } }],
    })
    await haveGroup(c, { MinSize: 1 })
    await c.engine.drain()
    const [activity] = await activitiesOf(c)
    assert.equal(activity?.StatusMessage, 'Ebs block device mappings are not supported')
  })

  it('tells the last ten changes that led to it', async () => {
    await haveConfiguration(c)
    await haveGroup(c)
    const web = { AutoScalingGroupName: 'web' }
    await c.autoscaling().send(new SuspendProcessesCommand({ ...web, ScalingProcesses: ['Launch'] }))
    for (let size = 1; size <= 12; size++) await update(c, { DesiredCapacity: size })
    await update(c, { DesiredCapacity: 1 })
    await c.autoscaling().send(new ResumeProcessesCommand(web))
    await c.engine.drain()
    assert.equal((await groupNow(c)).Instances?.length, 1)
    const [{ Cause = '' } = {}] = await activitiesOf(c)
    const changes = [...Cause.matchAll(/from (\d+) to (\d+)\./g)].map(([, from, to]) => `${from} ${to}`)
    assert.deepEqual(changes, [
      ...['3 4', '4 5', '5 6', '6 7', '7 8', '8 9', '9 10', '10 11', '11 12', '12 1'],
      '0 1',
    ])
  })
})
