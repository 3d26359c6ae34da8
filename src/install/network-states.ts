// SPDX-License-Identifier: BSD-2-Clause
// How the states of networks and of what is in them are asked for.
import type { Look } from './resource-states'

const among = (name: string, ids: readonly string[]) => [{ Name: name, Values: [...ids] }]

export const vpcs: Look = async (ec2, ids) => {
  const { Vpcs = [] } = await ec2.describeVpcs({ Filters: among('vpc-id', ids) })
  return Vpcs.map(({ VpcId, State }) => ({ id: VpcId, state: State }))
}

export const subnets: Look = async (ec2, ids) => {
  const { Subnets = [] } = await ec2.describeSubnets({ Filters: among('subnet-id', ids) })
  return Subnets.map(({ SubnetId, State }) => ({ id: SubnetId, state: State }))
}
