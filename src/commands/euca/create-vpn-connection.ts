// SPDX-License-Identifier: BSD-2-Clause
import { vpnConfigurationOptions } from '../../cli/ec2/vpn-configuration'
import { flag, option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { vpnConnectionAvailable } from '../../install/network-goals'
import { configurationShow } from '../../install/vpn-configuration'
import { vpnConnectionRows } from '../../rows/vpn'

export default ec2.command({
  summary: 'Create a VPN connection between a customer gateway and a virtual private gateway',
  options: {
    type: option('-t --type', {
      metavar: 'ipsec.1',
      choices: ['ipsec.1'],
      required: true,
      help: 'type of the VPN connection (required)',
    }),
    customerGateway: option('--customer-gateway', {
      metavar: 'CGATEWAY',
      required: true,
      help: 'ID of the customer gateway to connect (required)',
    }),
    vpnGateway: option('--vpn-gateway', {
      metavar: 'VGATEWAY',
      required: true,
      help: 'ID of the virtual private gateway to connect (required)',
    }),
    staticRoutesOnly: flag('--static-routes-only', { help: 'use static routes only, not BGP' }),
    ...vpnConfigurationOptions('xml'),
  },
  call: async (ec2, args, context) => {
    const show = await configurationShow(context, args, 'xml')
    const result = await ec2.createVpnConnection({
      Type: args.type,
      CustomerGatewayId: args.customerGateway,
      VpnGatewayId: args.vpnGateway,
      Options: { StaticRoutesOnly: args.staticRoutesOnly },
    })
    const connections = result.VpnConnection ? [result.VpnConnection] : []
    return { ...result, Shown: await show(connections) }
  },
  rows: ({ VpnConnection, Shown }) => vpnConnectionRows(VpnConnection && [VpnConnection], Shown),
  wait: { until: vpnConnectionAvailable, of: ({ VpnConnection }) => [VpnConnection?.VpnConnectionId] },
})
