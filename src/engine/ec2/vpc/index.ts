// SPDX-License-Identifier: BSD-2-Clause
// Virtual private clouds: the table of contents of their operations. The compute service spreads it into its own.
import type { Service } from '../../operation'
import { aclFamily } from './acl-operations'
import { customerGatewayForgotten } from './customer-gateways'
import { emptyLists } from './empty-lists'
import { interfaceFamily } from './interface-operations'
import { natGatewayClosed, natGatewayForgotten, natGatewayOpened } from './nat-gateways'
import { peeringFamily } from './peering-operations'
import { peeringExpired, peeringForgotten } from './peering-records'
import { routingFamily } from './routing-operations'
import { vpcFamily } from './vpc-operations'
import { vpnConnectionForgotten, vpnConnectionSettled } from './vpn-connections'
import { vpnGatewayForgotten } from './vpn-gateways'
import { vpnFamily } from './vpn-operations'

export const vpcOperations: Service['operations'] = {
  ...vpcFamily,
  ...routingFamily,
  ...aclFamily,
  ...peeringFamily,
  ...vpnFamily,
  ...interfaceFamily,
  ...emptyLists,
}

/** Due work of networks, by task. */
export const vpcTasks: NonNullable<Service['tasks']> = {
  'nat-gateway.opened': natGatewayOpened,
  'nat-gateway.closed': natGatewayClosed,
  'nat-gateway.forgotten': natGatewayForgotten,
  'customer-gateway.forgotten': customerGatewayForgotten,
  'vpn-gateway.forgotten': vpnGatewayForgotten,
  'vpn-connection.settled': vpnConnectionSettled,
  'vpn-connection.forgotten': vpnConnectionForgotten,
  'peering-connection.expired': peeringExpired,
  'peering-connection.forgotten': peeringForgotten,
}
