// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { customerGatewayAvailable } from '../../install/network-goals'
import { customerGatewayRows } from '../../rows/vpn'

// Any number is sent, as text that says one: whether there can be such a system is the service's to say.
export default ec2.command({
  summary: 'Tell of the device at your end of VPN connections',
  options: {
    type: option('-t --type', {
      metavar: 'ipsec.1',
      choices: ['ipsec.1'],
      required: true,
      help: 'type of VPN connections that the gateway is for (required)',
    }),
    ip: option('-i --ip', {
      metavar: 'ADDRESS',
      required: true,
      help: 'static public IP address of the gateway (required)',
    }),
    bgpAsn: option('-b --bgp-asn', {
      metavar: 'ASN',
      help: 'BGP autonomous system number of the gateway (default: 65000)',
    }),
  },
  call: (ec2, { type, ip, bgpAsn }) =>
    ec2.createCustomerGateway({
      Type: type,
      IpAddress: ip,
      ...(bgpAsn !== undefined && { BgpAsn: bgpAsn as unknown as number }),
    }),
  rows: ({ CustomerGateway }) => customerGatewayRows(CustomerGateway && [CustomerGateway]),
  wait: {
    until: customerGatewayAvailable,
    of: ({ CustomerGateway }) => [CustomerGateway?.CustomerGatewayId],
  },
})
