// SPDX-License-Identifier: BSD-2-Clause
import { exclusive, option } from '../options'

/** What a route may lead to, of which a tool takes one. */
export const routeTarget = exclusive(
  { required: true },
  {
    gateway: option('-g --gateway-id', {
      metavar: 'GATEWAY',
      help: 'ID of an Internet gateway, NAT gateway or VPN gateway to route to',
    }),
    instance: option('-i --instance', {
      metavar: 'INSTANCE',
      help: 'ID of an instance to route to, which has one network interface',
    }),
    networkInterface: option('-n --network-interface', {
      metavar: 'NETWORKINTERFACEID',
      help: 'ID of a network interface to route to',
    }),
    peering: option('-p --vpc-peering-connection', {
      metavar: 'PEERCON',
      help: 'ID of a VPC peering connection to route to',
    }),
  },
)
