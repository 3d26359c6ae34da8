// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { someDisk } from '../../../format/disk/disk-files'
import { type Cloud, cloud } from '../../../support/cloud'
import { endTidy } from '../../../support/orphans'
import { refused } from '../expect'
import { isNoWorker } from '../imaging-workers'
import { importInstance, Upload } from '../uploads'

describe('an imported instance in a VPC', () => {
  let c: Cloud
  let url: string
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    url = (await new Upload(c, someDisk(600_000), { bucket: 'imports', partBytes: 300_000 }).all()).url
  })
  afterEach(() => endTidy(c))

  const order = (more: object = {}) =>
    importInstance(c, [url], {
      LaunchSpecification: { Architecture: 'x86_64', InstanceType: 'm1.small', ...more },
    })
  const subnetIn = (zone: string): string =>
    c.engine.read(tx => {
      const vpcId = defaultVpc(tx, c.accountId)?.id
      return tx.subnets.list().find(one => one.vpcId === vpcId && one.zone === zone)?.id ?? ''
    })

  it('goes into the subnet that is asked for, with its address', async () => {
    await order({ SubnetId: subnetIn('PARTI01'), PrivateIpAddress: '172.31.16.99' })
    await c.pass(300)
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({}))
    const made = Reservations.flatMap(({ Instances = [] }) => Instances.filter(isNoWorker))
    assert.deepEqual(
      made.map(one => [one.SubnetId, one.PrivateIpAddress, one.Placement?.AvailabilityZone]),
      [[subnetIn('PARTI01'), '172.31.16.99', 'PARTI01']],
    )
  })

  it('is refused before anything is uploaded where it would not be run', async () => {
    const SubnetId = subnetIn('PARTI01')
    await refused(order({ SubnetId: 'subnet-12345678' }), 'InvalidSubnetID.NotFound')
    await refused(order({ SubnetId, PrivateIpAddress: '10.0.0.1' }), 'InvalidParameterValue')
    await refused(order({ SubnetId, Placement: { AvailabilityZone: 'PARTI00' } }), 'InvalidParameterValue')
    await refused(order({ SubnetId, GroupNames: ['default'] }), 'InvalidParameterCombination')
    await refused(order({ Placement: { AvailabilityZone: 'x' } }), '400')
  })
})
