// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { type Cloud, cloud } from '../../support/cloud'
import { ask, errorOf } from './answer'

describe('what a classic cloud has none of', () => {
  let c: Cloud
  before(async () => {
    c = await cloud()
  })
  after(() => c.close())

  for (const [action, list, parameter, id, code] of [
    ['DescribeVpcs', 'vpcSet', 'VpcId', 'vpc-00000001', 'InvalidVpcID.NotFound'],
    ['DescribeSubnets', 'subnetSet', 'SubnetId', 'subnet-00000001', 'InvalidSubnetID.NotFound'],
    [
      'DescribeNetworkInterfaces',
      'networkInterfaceSet',
      'NetworkInterfaceId',
      'eni-00000001',
      'InvalidNetworkInterfaceID.NotFound',
    ],
  ] as const) {
    it(`is an empty list to ${action}, and refused by id`, async () => {
      const filter = { 'Filter.1.Name': 'tag:Name', 'Filter.1.Value.1': 'web' }
      const requests: Record<string, string>[] = [{}, filter, { MaxResults: '5' }]
      for (const more of requests) {
        const { status, text } = await ask(c, { Action: action, ...more })
        assert.equal(status, 200, text)
        assert.ok(text.includes(`<${list}/>`), text)
      }
      const [refused, message = ''] = errorOf(await ask(c, { Action: action, [`${parameter}.1`]: id }))
      assert.equal(refused, code)
      assert.match(message, new RegExp(`'${id}' does not exist`))
    })
  }
})
