// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DescribeInstanceTypeOfferingsCommand,
  type DescribeInstanceTypeOfferingsCommandInput,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { refused } from './expect'

describe('instance type offerings', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  const offerings = async (input: DescribeInstanceTypeOfferingsCommandInput = {}) =>
    (await c.ec2().send(new DescribeInstanceTypeOfferingsCommand(input))).InstanceTypeOfferings ?? []
  const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] })

  it('are of every type in the region, and in each zone', async () => {
    const inRegion = await offerings()
    assert.deepEqual(
      inRegion.find(({ InstanceType }) => InstanceType === 'm1.small'),
      { InstanceType: 'm1.small', LocationType: 'region', Location: 'eucalyptus' },
    )
    for (const LocationType of ['availability-zone', 'availability-zone-id'] as const) {
      const inZones = await offerings({ LocationType, ...by('instance-type', 'm1.large') })
      assert.deepEqual(
        inZones.map(one => [one.LocationType, one.Location]),
        [
          [LocationType, 'PARTI00'],
          [LocationType, 'PARTI01'],
        ],
      )
      const here = await offerings({ LocationType, ...by('location', 'PARTI01') })
      assert.equal(here.length, inRegion.length)
    }
  })

  it('are none on outposts, or in places of another kind', async () => {
    assert.deepEqual(await offerings({ LocationType: 'outpost' }), [])
    await refused(offerings({ LocationType: 'moon' as 'region' }), 'InvalidParameterValue')
    await refused(offerings(by('colour', 'red')), 'InvalidParameterValue')
  })

  it('come in pages', async () => {
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const command = new DescribeInstanceTypeOfferingsCommand({ MaxResults: 5, NextToken })
      const answer = await c.ec2().send(command)
      seen.push(...(answer.InstanceTypeOfferings ?? []).map(({ InstanceType = '' }) => InstanceType))
      NextToken = answer.NextToken
    } while (NextToken)
    const all = (await offerings()).map(({ InstanceType = '' }) => InstanceType)
    assert.deepEqual([...seen].sort(), [...all].sort())
  })
})
