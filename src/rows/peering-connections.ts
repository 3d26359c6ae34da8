// SPDX-License-Identifier: BSD-2-Clause
import type { VpcPeeringConnection, VpcPeeringConnectionVpcInfo } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'
import { tagRows } from './tags'

const side = (tag: string, info: VpcPeeringConnectionVpcInfo | undefined): Row => [
  tag,
  info?.VpcId,
  info?.CidrBlock,
  info?.OwnerId,
]

/** A part of the status that is absent has the word that it always had. */
export const peeringRows = (connections: readonly VpcPeeringConnection[] | undefined): Row[] =>
  (connections ?? []).flatMap(connection => [
    [
      'VPCPEERINGCONNECTION',
      connection.VpcPeeringConnectionId,
      text(connection.ExpirationTime),
      `${connection.Status?.Code ?? 'None'}: ${connection.Status?.Message ?? 'None'}`,
    ],
    side('REQUESTERVPCINFO', connection.RequesterVpcInfo),
    side('ACCEPTERVPCINFO', connection.AccepterVpcInfo),
    ...tagRows(connection.VpcPeeringConnectionId, connection.Tags),
  ])
