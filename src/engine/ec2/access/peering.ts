// SPDX-License-Identifier: BSD-2-Clause
// What policies are asked about peering connections. Each owner knows the connection by an ARN of his own account, and
// conditions may look at both VPCs, as with AWS.
import type { CreateVpcPeeringConnectionRequest, VpcPeeringConnection as View } from '@aws-sdk/client-ec2'
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import type { PeeringSide, VpcPeeringConnection } from '../schema/vpc'
import { kinds } from '../vpc/kinds'
import { isPeeringKnown } from '../vpc/peering-records'
import { newThing } from './creating'
import { networkArn, networkById } from './networks'
import { asking, listed } from './on'
import { any, type ById, regional, tagsOn, thing, type Values } from './resources'

const sideArn = (tx: Tx, { vpcId, account }: PeeringSide): string => networkArn(tx, kinds.vpc, vpcId, account)

/** The side of an administrator who looks at what others have is the requester's. */
const accountOf = (tx: Tx, { accepter, requester }: VpcPeeringConnection): string =>
  accepter.account === tx.caller.account ? accepter.account : requester.account

export const peeringDemand = (tx: Tx, connection: VpcPeeringConnection): Demand => {
  const account = accountOf(tx, connection)
  return {
    resource: networkArn(tx, kinds.peeringConnection, connection.id, account),
    context: regional(tx, {
      'ec2:VpcPeeringConnectionID': connection.id,
      'ec2:RequesterVpc': sideArn(tx, connection.requester),
      'ec2:AccepterVpc': sideArn(tx, connection.accepter),
      ...tagsOn(tx, connection.id, account),
    }),
  }
}

const known = (tx: Tx, text: string): VpcPeeringConnection | undefined => {
  const connection = tx.vpcPeeringConnections.get(text.toLowerCase())
  return isPeeringKnown(tx, connection) ? connection : undefined
}

export const peeringById: ById = (tx, text) => {
  const connection = known(tx, text)
  return connection
    ? peeringDemand(tx, connection)
    : thing(tx, kinds.peeringConnection.type, text.toLowerCase())
}

type Named = Pick<View, 'VpcPeeringConnectionId'>

export const onPeering = asking<Named>((tx, { VpcPeeringConnectionId }) =>
  listed(VpcPeeringConnectionId).map(id => peeringById(tx, id)),
)

/** The connection, and the VPC that it comes to. */
export const onAcceptedPeering = asking<Named>((tx, { VpcPeeringConnectionId }) => {
  const connection = known(tx, VpcPeeringConnectionId ?? '')
  return [
    peeringById(tx, VpcPeeringConnectionId || any),
    networkById(kinds.vpc)(tx, connection?.accepter.vpcId ?? any),
  ]
})

/** A new connection, and the VPC that it is for. */
export const toCreatePeering = asking<CreateVpcPeeringConnectionRequest>((tx, input) => {
  const context: Values = {
    'ec2:RequesterVpc': input.VpcId && networkArn(tx, kinds.vpc, input.VpcId.toLowerCase()),
    'ec2:AccepterVpc':
      input.PeerVpcId &&
      networkArn(tx, kinds.vpc, input.PeerVpcId.toLowerCase(), input.PeerOwnerId || undefined),
  }
  return [
    ...newThing(
      tx,
      kinds.peeringConnection.type,
      'CreateVpcPeeringConnection',
      input.TagSpecifications,
      context,
    ),
    networkById(kinds.vpc)(tx, input.VpcId || any),
  ]
})
