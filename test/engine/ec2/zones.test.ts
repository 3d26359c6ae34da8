// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  type DescribeAvailabilityZonesRequest,
  DescribeRegionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import { zoneNamed } from '../../../src/engine/ec2/zones'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'

describe('zones', () => {
  let c: Cloud
  let ec2: EC2Client
  before(async () => {
    c = await cloud()
    ec2 = c.ec2()
  })
  after(() => c.close())

  const zones = async (input: DescribeAvailabilityZonesRequest = {}, client = ec2) =>
    (await client.send(new DescribeAvailabilityZonesCommand(input))).AvailabilityZones ?? []

  it('are PARTI00 and PARTI01, available', async () => {
    assert.deepEqual(
      (await zones()).map(({ ZoneName, State, RegionName }) => [ZoneName, State, RegionName]),
      [
        ['PARTI00', 'available', 'eucalyptus'],
        ['PARTI01', 'available', 'eucalyptus'],
      ],
    )
  })

  it('are chosen by name and filter, and refused when unknown', async () => {
    const names = async (input: DescribeAvailabilityZonesRequest) => (await zones(input)).map(z => z.ZoneName)
    assert.deepEqual(await names({ ZoneNames: ['parti01'] }), ['PARTI01'])
    assert.deepEqual(await names({ Filters: [{ Name: 'zone-name', Values: ['*0'] }] }), ['PARTI00'])
    assert.deepEqual(await names({ Filters: [{ Name: 'state', Values: ['unavailable'] }] }), [])
    await refused(
      names({ ZoneNames: ['nova'] }),
      'InvalidParameterValue',
      'Invalid availability zone: [nova]',
    )
    await refused(names({ Filters: [{ Name: 'colour', Values: ['x'] }] }), 'InvalidParameterValue')
  })

  it('default to the first', () => {
    assert.equal(zoneNamed(undefined), 'PARTI00')
    assert.equal(zoneNamed('PARTI01'), 'PARTI01')
    assert.throws(() => zoneNamed('PARTI02'), /Invalid availability zone/)
  })

  it('tell administrators their capacity in the text that tools parse', async () => {
    const rows = await zones({ ZoneNames: ['verbose'] })
    assert.equal(rows[0]?.ZoneName, 'PARTI00')
    assert.match(rows[0]?.State ?? '', /^\S+ arn:euca:eucalyptus:PARTI00:cluster:\S+$/)
    assert.deepEqual([rows[1]?.ZoneName, rows[1]?.State], ['|- vm types', 'free / max   cpu   ram  disk'])
    const small = rows.find(({ ZoneName }) => ZoneName === '|- m1.small')
    assert.equal(small?.State, '0064 / 0064   1    256     5')
    assert.equal(rows.length, 2 * (2 + 18))
    const alice = (await c.account('alice')).ec2()
    assert.equal((await zones({ ZoneNames: ['verbose'] }, alice)).length, 2)
  })

  it('are in the one region, whose endpoint is where the request came', async () => {
    const { Regions } = await ec2.send(new DescribeRegionsCommand({}))
    assert.deepEqual(
      Regions?.map(({ RegionName, Endpoint }) => [RegionName, Endpoint]),
      [['eucalyptus', 'http://cloud.test:8773/services/compute']],
    )
    const none = await ec2.send(
      new DescribeRegionsCommand({ Filters: [{ Name: 'region-name', Values: ['us-*'] }] }),
    )
    assert.deepEqual(none.Regions ?? [], [])
    await refused(ec2.send(new DescribeRegionsCommand({ RegionNames: ['mars'] })), 'InvalidParameterValue')
  })

  it('have an account with attributes', async () => {
    const attributes = async (AttributeNames?: string[], client = ec2) => {
      const input = { AttributeNames: AttributeNames as 'default-vpc'[] | undefined }
      const { AccountAttributes } = await client.send(new DescribeAccountAttributesCommand(input))
      return AccountAttributes?.map(({ AttributeName, AttributeValues }) =>
        [AttributeName, ...(AttributeValues ?? []).map(value => value.AttributeValue)].join(' '),
      )
    }
    assert.deepEqual(await attributes(), [
      'supported-platforms EC2',
      'default-vpc none',
      'max-instances 128',
      'max-elastic-ips 5',
      'vpc-max-elastic-ips 0',
      'vpc-max-security-groups-per-interface 0',
    ])
    assert.deepEqual(await attributes(['max-elastic-ips']), ['max-elastic-ips 5'])
    await refused(attributes(['toString']), 'InvalidParameterValue')
    const vpcs = await cloud({ networking: 'vpc' })
    try {
      const { Vpcs } = await vpcs.ec2().send(new DescribeVpcsCommand({}))
      assert.deepEqual(await attributes(undefined, vpcs.ec2()), [
        'supported-platforms VPC',
        `default-vpc ${Vpcs?.find(({ IsDefault }) => IsDefault)?.VpcId}`,
        'max-instances 128',
        'max-elastic-ips 5',
        'vpc-max-elastic-ips 5',
        'vpc-max-security-groups-per-interface 5',
      ])
    } finally {
      await vpcs.close()
    }
  })
})
