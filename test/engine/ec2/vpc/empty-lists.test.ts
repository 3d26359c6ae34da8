// SPDX-License-Identifier: BSD-2-Clause
// What programs for AWS ask beside VPCs and addresses, and what has one answer here.
import assert from 'node:assert/strict'
import * as ec2Sdk from '@aws-sdk/client-ec2'
import {
  AllocateAddressCommand,
  DescribeAddressesAttributeCommand,
  DescribeFlowLogsCommand,
  DescribePrefixListsCommand,
  DescribeVpcClassicLinkCommand,
  DescribeVpcClassicLinkDnsSupportCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2'
import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { type Cloud, cloud } from '../../../support/cloud'
import { attempt } from '../../attempt'
import { refused } from '../expect'

describe('a cloud with VPCs', () => {
  let c: Cloud
  let VpcId: string
  before(async () => {
    c = await cloud({ networking: 'vpc' })
    VpcId = c.engine.read(tx => defaultVpc(tx, c.accountId)?.id ?? '')
  })
  after(() => c.close())

  for (const [operation, ids, list, code] of [
    ['DescribeVpcEndpoints', 'VpcEndpointIds', 'VpcEndpoints', 'InvalidVpcEndpointId.NotFound'],
    ['DescribePrefixLists', 'PrefixListIds', 'PrefixLists', 'InvalidPrefixListID.NotFound'],
    ['DescribeManagedPrefixLists', 'PrefixListIds', 'PrefixLists', 'InvalidPrefixListID.NotFound'],
    [
      ...(['DescribeEgressOnlyInternetGateways', 'EgressOnlyInternetGatewayIds'] as const),
      ...(['EgressOnlyInternetGateways', 'InvalidEgressOnlyInternetGatewayId.NotFound'] as const),
    ],
    ['DescribeFlowLogs', 'FlowLogIds', 'FlowLogs', 'InvalidFlowLogId.NotFound'],
  ] as const) {
    it(`has nothing to tell ${operation}`, async () => {
      const { output } = await attempt(c.ec2(), ec2Sdk, operation, { MaxResults: 5 })
      assert.deepEqual((output as Record<string, unknown>)[list], [])
      assert.equal((await attempt(c.ec2(), ec2Sdk, operation, { [ids]: ['x-00000001'] })).code, code)
    })
  }

  it('knows what such lists are filtered by', async () => {
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }]
    assert.deepEqual((await c.ec2().send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints, [])
    await refused(c.ec2().send(new DescribePrefixListsCommand({ Filters })), 'InvalidParameterValue')
    const Filter = [{ Name: 'resource-id', Values: [VpcId] }]
    assert.deepEqual((await c.ec2().send(new DescribeFlowLogsCommand({ Filter }))).FlowLogs, [])
    await refused(c.ec2().send(new DescribeFlowLogsCommand({ Filter: Filters })), 'InvalidParameterValue')
  })

  it('has no ClassicLink in any of them', async () => {
    const { Vpcs } = await c.ec2().send(new DescribeVpcClassicLinkCommand({ VpcIds: [VpcId] }))
    assert.deepEqual(Vpcs, [{ VpcId, ClassicLinkEnabled: false, Tags: [] }])
    const names = await c.ec2().send(new DescribeVpcClassicLinkDnsSupportCommand({ MaxResults: 5 }))
    assert.deepEqual(names.Vpcs, [{ VpcId, ClassicLinkDnsSupported: false }])
    const Filters = [{ Name: 'is-classic-link-enabled', Values: ['true'] }]
    assert.deepEqual((await c.ec2().send(new DescribeVpcClassicLinkCommand({ Filters }))).Vpcs, [])
    const unknown = new DescribeVpcClassicLinkCommand({ VpcIds: ['vpc-00000000'] })
    await refused(c.ec2().send(unknown), 'InvalidVpcID.NotFound')
    const paged = new DescribeVpcClassicLinkDnsSupportCommand({ VpcIds: [VpcId], MaxResults: 5 })
    await refused(c.ec2().send(paged), 'InvalidParameterCombination')
  })

  it('has no names of addresses', async () => {
    const { PublicIp, AllocationId = '' } = await c.ec2().send(new AllocateAddressCommand({}))
    await c.ec2().send(new AllocateAddressCommand({ Domain: 'standard' }))
    const ask = (input: ec2Sdk.DescribeAddressesAttributeRequest) =>
      c.ec2().send(new DescribeAddressesAttributeCommand(input))
    assert.deepEqual((await ask({ Attribute: 'domain-name' })).Addresses, [{ PublicIp, AllocationId }])
    assert.equal((await ask({ AllocationIds: [AllocationId] })).Addresses?.length, 1)
    await refused(ask({ AllocationIds: ['eipalloc-00000000'] }), 'InvalidAllocationID.NotFound')
    await refused(ask({ Attribute: 'colour' as never }), 'InvalidParameterValue')
  })
})
