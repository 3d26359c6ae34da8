// SPDX-License-Identifier: BSD-2-Clause
// Peering connections on record: whose they are, how long who sees them, and how they end. Both owners have one and the same
// record; to everybody else it is not there.
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { forgetTags } from '../../tags'
import type { VpcPeeringConnection } from '../schema/vpc'
import { idOf, kinds } from './kinds'

/** As AWS: how long a request waits for an answer. */
export const requestSeconds = 7 * 24 * 3600
/** How long one that came to its end is listed for the account that ended it, and for the other. */
const ownEndSeconds = 2 * 3600
const othersEndSeconds = 2 * 24 * 3600

const isParty = ({ requester, accepter }: VpcPeeringConnection, account: string): boolean =>
  requester.account === account || accepter.account === account

const sidesOf = ({ requester, accepter }: VpcPeeringConnection) => [requester, accepter]

/** Whether it is one that leads, or may come to lead, from this VPC to another. */
export const isOpenFor =
  (vpcId: string) =>
  (connection: VpcPeeringConnection): boolean =>
    ['active', 'provisioning', 'pending-acceptance'].includes(connection.state) &&
    sidesOf(connection).some(side => side.vpcId === vpcId)

/** Until when an account has it in its lists; undefined without an end. A failed request is never known to the other. */
const seenUntil = (connection: VpcPeeringConnection, account: string): number | undefined => {
  const { state, requester, accepter, endedAt, endedBy } = connection
  if (!endedAt) return undefined
  const isOfOne = requester.account === accepter.account
  if (state === 'failed' && account !== requester.account) return endedAt.getTime()
  const isShort = state === 'failed' || (state !== 'expired' && (isOfOne || endedBy === account))
  return endedAt.getTime() + (isShort ? ownEndSeconds : othersEndSeconds) * 1000
}

export const isListedFor = (tx: Tx, connection: VpcPeeringConnection, account: string): boolean =>
  isParty(connection, account) &&
  (seenUntil(connection, account) ?? Number.POSITIVE_INFINITY) > tx.now.getTime()

/** Whether the caller is at an end of it. Administrators know everybody's. */
export const isPeeringKnown = (tx: Tx, connection: VpcPeeringConnection | undefined): boolean =>
  connection !== undefined && (tx.caller.isCloudAdmin || isListedFor(tx, connection, tx.caller.account))

/** The connection of this id, if the caller knows it. */
export const peeringNamed = (tx: Tx, text: string | undefined): VpcPeeringConnection => {
  const kind = kinds.peeringConnection
  if (!text) {
    return refuse('MissingParameter', 'The request must contain the parameter vpcPeeringConnectionId')
  }
  const found = tx.vpcPeeringConnections.get(idOf(kind, text))
  return found && isPeeringKnown(tx, found) ? found : kind.missing(text)
}

type End = 'deleted' | 'rejected' | 'expired' | 'failed'

/** The last states, in which it is kept for lists alone. */
export const endPeering = (
  tx: Tx,
  { expiresAt: _, ...connection }: VpcPeeringConnection,
  state: End,
  message: string,
  by?: string,
): VpcPeeringConnection => {
  tx.after(othersEndSeconds, 'peering-connection.forgotten', connection.id)
  return tx.vpcPeeringConnections.put({
    ...connection,
    state,
    message,
    endedAt: tx.now,
    ...(by && { endedBy: by }),
  })
}

export const peeringForgotten = (tx: Tx, id: string): void => {
  if (!tx.vpcPeeringConnections.get(id)?.endedAt) return
  tx.vpcPeeringConnections.delete(id)
  forgetTags(tx, id)
}

/** Nobody answered in time. */
export const peeringExpired = (tx: Tx, id: string): void => {
  const connection = tx.vpcPeeringConnections.get(id)
  if (connection?.state === 'pending-acceptance') endPeering(tx, connection, 'expired', 'Expired')
}

/** A VPC goes, and with it what leads to it. */
export const endPeeringsOf = (tx: Tx, vpcId: string): void => {
  for (const connection of tx.vpcPeeringConnections.list().filter(isOpenFor(vpcId))) {
    const owner = sidesOf(connection).find(side => side.vpcId === vpcId)?.account
    endPeering(tx, connection, 'deleted', `Deleted by ${owner}`, owner)
  }
}
