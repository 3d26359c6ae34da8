// SPDX-License-Identifier: BSD-2-Clause
// How many there may be of what networks are made of: those of Eucalyptus' properties `cloud.vpc.*`, and AWS' where it has
// none. They are refused with AWS' codes.
import { refuse } from '../../errors'

const limits = {
  /** An account. */
  vpcs: { most: 5, code: 'VpcLimitExceeded', what: 'VPCs' },
  networkInterfaces: { most: 5000, code: 'NetworkInterfaceLimitExceeded', what: 'network interfaces' },
  internetGateways: { most: 5, code: 'InternetGatewayLimitExceeded', what: 'internet gateways' },
  /** A VPC. */
  subnets: { most: 200, code: 'SubnetLimitExceeded', what: 'subnets' },
  routeTables: { most: 200, code: 'RouteTableLimitExceeded', what: 'route tables' },
  /** A route table. */
  routes: { most: 50, code: 'RouteLimitExceeded', what: 'routes' },
  /** A zone, of an account. */
  natGateways: { most: 5, code: 'NatGatewayLimitExceeded', what: 'NAT gateways' },
  /** An account. */
  customerGateways: { most: 50, code: 'CustomerGatewayLimitExceeded', what: 'customer gateways' },
  vpnGateways: { most: 5, code: 'VpnGatewayLimitExceeded', what: 'virtual private gateways' },
  vpnConnections: { most: 50, code: 'VpnConnectionLimitExceeded', what: 'VPN connections' },
  /** A VPN gateway. */
  gatewayConnections: {
    most: 10,
    code: 'VpnConnectionLimitExceeded',
    what: 'VPN connections of a virtual private gateway',
  },
  /** A VPC, whichever side of them it is. */
  peerings: {
    most: 50,
    code: 'VpcPeeringConnectionsPerVpcLimitExceeded',
    what: 'VPC peering connections of a VPC',
  },
  /** A VPC that asks. */
  peeringRequests: {
    most: 25,
    code: 'OutstandingVpcPeeringConnectionLimitExceeded',
    what: 'outstanding VPC peering connection requests',
  },
} as const

/** Refuse one more where there are `count`. */
export const checkLimit = (name: keyof typeof limits, count: number): void => {
  const { most, code, what } = limits[name]
  if (count >= most) refuse(code, `The maximum number of ${what} has been reached.`)
}
