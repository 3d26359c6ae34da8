// SPDX-License-Identifier: BSD-2-Clause
import type { CustomerGateway, VpcAttachment, VpnConnection, VpnGateway } from '@aws-sdk/client-ec2'
import type { Row } from './cell'
import { tagRows } from './tags'

export const customerGatewayRows = (gateways: readonly CustomerGateway[] | undefined): Row[] =>
  (gateways ?? []).flatMap(gateway => [
    [
      'CUSTOMERGATEWAY',
      gateway.CustomerGatewayId,
      gateway.State,
      gateway.Type,
      gateway.IpAddress,
      gateway.BgpAsn,
    ],
    ...tagRows(gateway.CustomerGatewayId, gateway.Tags),
  ])

export const vpnAttachmentRow = (attachment: VpcAttachment | undefined): Row => [
  'VGWATTACHMENT',
  attachment?.VpcId,
  attachment?.State,
]

export const vpnGatewayRows = (gateways: readonly VpnGateway[] | undefined): Row[] =>
  (gateways ?? []).flatMap(gateway => [
    ['VPNGATEWAY', gateway.VpnGatewayId, gateway.State, gateway.AvailabilityZone, gateway.Type],
    ...(gateway.VpcAttachments ?? []).map(vpnAttachmentRow),
    ...tagRows(gateway.VpnGatewayId, gateway.Tags),
  ])

/** `configurations`: what is shown of each connection's configuration, by its id. */
export const vpnConnectionRows = (
  connections: readonly VpnConnection[] | undefined,
  configurations: Readonly<Record<string, string>>,
): Row[] =>
  (connections ?? []).flatMap(connection => {
    const configuration = configurations[connection.VpnConnectionId ?? '']
    return [
      [
        'VPNCONNECTION',
        connection.VpnConnectionId,
        connection.Type,
        connection.CustomerGatewayId,
        connection.VpnGatewayId,
        connection.State,
      ],
      ...(configuration ? [configuration] : []),
      ...tagRows(connection.VpnConnectionId, connection.Tags),
    ]
  })
