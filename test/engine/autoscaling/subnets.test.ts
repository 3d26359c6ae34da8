// SPDX-License-Identifier: BSD-2-Clause
// Groups in VPCs: the subnets that they name, and where in these their instances go.
import assert from 'node:assert/strict'
import { CreateSubnetCommand, CreateVpcCommand, DeleteSubnetCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { homeOf } from '../ec2/vpc/interfaces'
import { activitiesOf, converge, haveConfiguration, haveGroup, haveImage, update } from './machines'
import { groupOf, makeGroup, refused } from './made'

describe('groups in subnets', () => {
  let c: Cloud
  let home: ReturnType<typeof homeOf>
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    haveImage(c)
    home = homeOf(c)
  })
  afterEach(() => c.close())

  const makeSubnet = async (CidrBlock: string, VpcId = home.vpcId) =>
    (await c.ec2().send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: 'PARTI00' }))).Subnet
      ?.SubnetId ?? ''
  const places = () =>
    c.engine.read(tx =>
      tx.instances
        .list()
        .filter(({ state }) => state !== 'terminated' && state !== 'shutting-down')
        .map(({ subnetId }) => subnetId)
        .sort(),
    )
  const inSubnets = (...ids: string[]) => ({
    AvailabilityZones: undefined,
    VPCZoneIdentifier: ids.join(', '),
  })

  it('are in the zones of these, and launch where they have fewest instances', async () => {
    await haveConfiguration(c, 'config', { SecurityGroups: [home.groupId], AssociatePublicIpAddress: false })
    const third = await makeSubnet('172.31.128.0/24')
    await haveGroup(c, { ...inSubnets(home.subnetId, home.otherSubnetId, third), MinSize: 4, MaxSize: 8 })
    const group = await groupOf(c, 'web')
    assert.deepEqual(group?.AvailabilityZones, ['PARTI00', 'PARTI01'])
    assert.equal(group?.VPCZoneIdentifier, [home.subnetId, home.otherSubnetId, third].join())
    await converge(c)
    assert.deepEqual(
      places(),
      [home.subnetId, home.otherSubnetId, home.otherSubnetId, third].sort(),
      (await activitiesOf(c)).map(({ StatusMessage }) => StatusMessage).join(),
    )
    const kept = c.engine.read(tx => [tx.instances.list()[0]?.groupIds, tx.addresses.list().length])
    assert.deepEqual(kept, [[home.groupId], 0])
    await update(c, { ...inSubnets(third), MinSize: 5 })
    await converge(c)
    assert.deepEqual(new Set(places()), new Set([home.subnetId, third]))
    assert.deepEqual((await groupOf(c, 'web'))?.AvailabilityZones, ['PARTI00'])
  })

  it('are told by an activity that a subnet is gone', async () => {
    await haveConfiguration(c, 'config')
    const third = await makeSubnet('172.31.128.0/24')
    await haveGroup(c, inSubnets(third))
    await c.ec2().send(new DeleteSubnetCommand({ SubnetId: third }))
    await update(c, { MinSize: 1 })
    await converge(c)
    const [activity] = await activitiesOf(c)
    assert.match(activity?.StatusMessage ?? '', /subnet/)
    assert.deepEqual(places(), [])
  })

  it('are refused subnets that are not theirs, do not fit together, or not to the zones', async () => {
    await haveConfiguration(c, 'lc')
    const { Vpc } = await c.ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const afar = await makeSubnet('10.0.0.0/24', Vpc?.VpcId)
    const bobs = homeOf(c, await c.account('bob'))
    const make = (more: object) => makeGroup(c, 'group', more)
    await refused(
      make(inSubnets(home.subnetId, bobs.subnetId)),
      'ValidationError',
      `Invalid parameters [Invalid subnet(s): [${bobs.subnetId}]]`,
    )
    await refused(
      make(inSubnets(home.subnetId, afar)),
      'ValidationError',
      'Subnets must belong to the same VPC',
    )
    const unfit = 'The availability zones of the specified subnets and the Auto Scaling group do not match'
    const asked = { AvailabilityZones: ['PARTI01'], VPCZoneIdentifier: home.subnetId }
    await refused(make(asked), 'ValidationError', unfit)
    await make(inSubnets(home.subnetId))
    const change = (more: object) => update(c, { AutoScalingGroupName: 'group', ...more })
    await refused(change({ AvailabilityZones: ['PARTI01'] }), 'ValidationError', unfit)
    await change({ AvailabilityZones: ['PARTI01'], VPCZoneIdentifier: home.otherSubnetId })
    assert.deepEqual((await groupOf(c, 'group'))?.AvailabilityZones, ['PARTI01'])
  })
})
