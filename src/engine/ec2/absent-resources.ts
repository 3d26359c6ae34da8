// SPDX-License-Identifier: BSD-2-Clause
// What this cloud has none of. Programs look for a default VPC, its subnets or interfaces before they do anything else;
// that there are none is an answer, and one that they know from EC2 as it was before VPC.
import {
  DescribeNetworkInterfaces$,
  type DescribeNetworkInterfacesRequest,
  DescribeSubnets$,
  type DescribeSubnetsRequest,
  DescribeVpcs$,
  type DescribeVpcsRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation } from '../operation'

/** An empty list, unless the request names something: that is not there. */
const none =
  <Input>(
    code: string,
    what: string,
    idsOf: (input: Input) => readonly string[] | undefined,
    list: string,
  ): Operation<Input, object> =>
  (_, input) => {
    const [id] = idsOf(input) ?? []
    return id === undefined ? { [list]: [] } : refuse(code, `The ${what} '${id}' does not exist`)
  }

const vpcs = none<DescribeVpcsRequest>('InvalidVpcID.NotFound', 'vpc ID', input => input.VpcIds, 'Vpcs')

const subnets = none<DescribeSubnetsRequest>(
  'InvalidSubnetID.NotFound',
  'subnet ID',
  input => input.SubnetIds,
  'Subnets',
)

const networkInterfaces = none<DescribeNetworkInterfacesRequest>(
  'InvalidNetworkInterfaceID.NotFound',
  'networkInterface ID',
  input => input.NetworkInterfaceIds,
  'NetworkInterfaces',
)

export const absentResources: Readonly<Record<string, OperationEntry>> = {
  DescribeVpcs: operation(DescribeVpcs$, vpcs),
  DescribeSubnets: operation(DescribeSubnets$, subnets),
  DescribeNetworkInterfaces: operation(DescribeNetworkInterfaces$, networkInterfaces),
}
