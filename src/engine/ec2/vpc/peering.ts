// SPDX-License-Identifier: BSD-2-Clause
// Peering connections between two VPCs, of one account or of two: one asks, the owner of the other VPC answers. AWS'
// sentences and rules, as Eucalyptus answers these operations with nothing.
import type {
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult,
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult,
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult,
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult,
  VpcPeeringConnection as PeeringView,
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult,
  Tag,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../../tags'
import { askedWithoutVerbose } from '../../verbose'
import { seenBy } from '../access/lists'
import { peeringDemand } from '../access/peering'
import { madeBy } from '../quotas'
import type { PeeringSide, Vpc, VpcPeeringConnection } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { idOf, kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { endPeering, isListedFor, isOpenFor, peeringNamed, requestSeconds } from './peering-records'
import { blocksOf, doShare } from './vpc-blocks'

// ---- CreateVpcPeeringConnection ----------------------------------------------------------------------------------

const sideOf = ({ id, account, cidr }: Vpc): PeeringSide => ({ account, vpcId: id, cidr })

const openAt = (tx: Tx, vpcId: string) => tx.vpcPeeringConnections.list().filter(isOpenFor(vpcId))

const checkNew = (tx: Tx, from: string, to: string): void => {
  const open = openAt(tx, from)
  if (open.some(isOpenFor(to))) {
    refuse(
      'VpcPeeringConnectionAlreadyExists',
      `A VPC peering connection between ${from} and ${to} already exists.`,
    )
  }
  checkLimit('peerings', open.filter(({ state }) => state === 'active').length)
  checkLimit(
    'peeringRequests',
    open.filter(({ state, requester }) => state === 'pending-acceptance' && requester.vpcId === from).length,
  )
}

/**
 * Of what another account has nothing is told: a VPC that is not there, that is not the one's who is named, or that has
 * addresses of the requester's, all make the request fail in one way.
 */
export const createVpcPeeringConnection: Operation<
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult
> = (tx, input) => {
  needVpcs(tx)
  const { PeerRegion, PeerOwnerId } = input
  if (PeerRegion && PeerRegion !== tx.region) {
    refuse('InvalidParameterValue', `Value (${PeerRegion}) for parameter peerRegion is invalid.`)
  }
  // It is kept and shown for as long as the connection is listed.
  if (PeerOwnerId && !/^\d{12}$/.test(PeerOwnerId)) {
    refuse('InvalidParameterValue', `Value (${PeerOwnerId}) for parameter peerOwnerId is invalid.`)
  }
  if (!input.PeerVpcId) refuse('MissingParameter', 'The request must contain the parameter peerVpcId')
  const tags = specifiedTags(input.TagSpecifications, 'vpc-peering-connection')
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const peerId = idOf(kinds.vpc, input.PeerVpcId ?? '')
  const peerAccount = PeerOwnerId || vpc.account
  const peer = tx.vpcs.get(peerId)
  const canPeer = peer?.account === peerAccount && !doShare(vpc, peer)
  if (canPeer) checkNew(tx, vpc.id, peerId)
  const asked: VpcPeeringConnection = {
    ...madeBy(tx),
    account: vpc.account,
    createdAt: tx.now,
    id: freshIds(tx)('pcx'),
    requester: sideOf(vpc),
    accepter: canPeer ? sideOf(peer) : { account: peerAccount, vpcId: peerId, cidr: '' },
    state: 'pending-acceptance',
    message: `Pending Acceptance by ${peerAccount}`,
    expiresAt: new Date(tx.now.getTime() + requestSeconds * 1000),
  }
  putTags(tx, asked.id, tags, vpc.account)
  if (!canPeer) {
    const why = 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range'
    const failed = endPeering(tx, asked, 'failed', why)
    return { VpcPeeringConnection: peeringView(tx, failed, tagsOf(tx, failed.id)) }
  }
  const connection = tx.vpcPeeringConnections.put(asked)
  tx.after(requestSeconds, 'peering-connection.expired', connection.id)
  const begun = {
    ...connection,
    state: 'initiating-request' as const,
    message: `Initiating Request to ${peerAccount}`,
  }
  return { VpcPeeringConnection: peeringView(tx, begun, tagsOf(tx, connection.id)) }
}

// ---- what becomes of it ------------------------------------------------------------------------------------------

const notPermitted = (tx: Tx, verb: string, { id }: VpcPeeringConnection): never =>
  refuse('OperationNotPermitted', `User ${tx.caller.account} cannot ${verb} peering ${id}`)

const wrongState = ({ id }: VpcPeeringConnection): never =>
  refuse(
    'InvalidStateTransition',
    `VpcPeeringConnectionID ${id} is not in the correct state for the request.`,
  )

/** A request that the caller may answer: his is the VPC that it is for. */
const answerable = (tx: Tx, id: string | undefined, verb: string): VpcPeeringConnection => {
  const connection = peeringNamed(tx, id)
  if (connection.accepter.account !== tx.caller.account && !tx.caller.isCloudAdmin) {
    notPermitted(tx, verb, connection)
  }
  return connection.state === 'pending-acceptance' ? connection : wrongState(connection)
}

export const acceptVpcPeeringConnection: Operation<
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult
> = (tx, { VpcPeeringConnectionId }) => {
  const { expiresAt: _, ...connection } = answerable(tx, VpcPeeringConnectionId, 'accept')
  for (const { vpcId } of [connection.requester, connection.accepter]) {
    checkLimit('peerings', openAt(tx, vpcId).filter(({ state }) => state === 'active').length)
  }
  const active = tx.vpcPeeringConnections.put({ ...connection, state: 'active', message: 'Active' })
  return { VpcPeeringConnection: peeringView(tx, active, tagsOf(tx, active.id)) }
}

export const rejectVpcPeeringConnection: Operation<
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult
> = (tx, { VpcPeeringConnectionId }) => {
  const connection = answerable(tx, VpcPeeringConnectionId, 'reject')
  const { account } = connection.accepter
  endPeering(tx, connection, 'rejected', `Rejected by ${account}`, account)
  return { Return: true }
}

/** An active one is either's to delete, a request its requester's. */
export const deleteVpcPeeringConnection: Operation<
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult
> = (tx, { VpcPeeringConnectionId }) => {
  const connection = peeringNamed(tx, VpcPeeringConnectionId)
  const { state, requester, accepter } = connection
  if (state !== 'active' && state !== 'pending-acceptance') wrongState(connection)
  const { account, isCloudAdmin } = tx.caller
  if (state === 'pending-acceptance' && account !== requester.account && !isCloudAdmin) {
    notPermitted(tx, 'delete', connection)
  }
  const by = account === accepter.account ? accepter.account : requester.account
  endPeering(tx, connection, 'deleted', `Deleted by ${by}`, by)
  return { Return: true }
}

// ---- DescribeVpcPeeringConnections -------------------------------------------------------------------------------

export const describeVpcPeeringConnections: Operation<
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult
> = (tx, input) => {
  const { isVerbose, named: asked } = askedWithoutVerbose(tx.caller, input.VpcPeeringConnectionIds)
  const isSeen = seenBy(tx, peeringDemand)
  const connections =
    asked.length === 0
      ? tx.vpcPeeringConnections
          .list()
          .filter(one => isVerbose || isListedFor(tx, one, tx.caller.account))
          .filter(isSeen)
      : [...new Set(asked)].map(text => {
          const connection = peeringNamed(tx, text)
          return isSeen(connection) ? connection : kinds.peeringConnection.missing(text)
        })
  const { items, nextToken } = page(
    connections.filter(matchFilters(input.Filters, peeringFilters(tx))),
    input,
    { key: ({ id }) => id },
  )
  const tags = tagIndex(tx)
  return {
    VpcPeeringConnections: items.map(one => peeringView(tx, one, tags(one.id))),
    NextToken: nextToken,
  }
}

/** The other's block is nobody's business before he has accepted; within an account nothing is hidden. */
const accepterCidr = ({ state, requester, accepter }: VpcPeeringConnection): string | undefined => {
  const isKnown = state === 'active' || requester.account === accepter.account
  return isKnown && accepter.cidr !== '' ? accepter.cidr : undefined
}

const peeringFilters = (tx: Tx): FilterTable<VpcPeeringConnection> => ({
  'accepter-vpc-info.cidr-block': accepterCidr,
  'accepter-vpc-info.owner-id': ({ accepter }) => accepter.account,
  'accepter-vpc-info.vpc-id': ({ accepter }) => accepter.vpcId,
  'expiration-time': ({ expiresAt }) => expiresAt,
  'requester-vpc-info.cidr-block': ({ requester }) => requester.cidr,
  'requester-vpc-info.owner-id': ({ requester }) => requester.account,
  'requester-vpc-info.vpc-id': ({ requester }) => requester.vpcId,
  'status-code': ({ state }) => state,
  'status-message': ({ message }) => message,
  'vpc-peering-connection-id': ({ id }) => id,
  ...tagFilters<VpcPeeringConnection>(tx, ({ id }) => id),
})

/** Blocks may come and go; of a VPC that is gone the first is known. */
const blocksNow = (tx: Tx, { vpcId, cidr }: PeeringSide) => {
  const vpc = tx.vpcs.get(vpcId)
  return (vpc ? blocksOf(vpc) : [{ cidr }]).map(one => ({ CidrBlock: one.cidr }))
}

const sideView = (tx: Tx, side: PeeringSide, cidr: string | undefined): VpcPeeringConnectionVpcInfo => ({
  OwnerId: side.account,
  VpcId: side.vpcId,
  Region: tx.region,
  ...(cidr !== undefined && { CidrBlock: cidr, CidrBlockSet: blocksNow(tx, side) }),
})

const peeringView = (tx: Tx, connection: VpcPeeringConnection, tags: readonly Tag[]): PeeringView => ({
  VpcPeeringConnectionId: connection.id,
  RequesterVpcInfo: sideView(tx, connection.requester, connection.requester.cidr),
  AccepterVpcInfo: sideView(tx, connection.accepter, accepterCidr(connection)),
  Status: { Code: connection.state, Message: connection.message },
  ...(connection.expiresAt && { ExpirationTime: connection.expiresAt }),
  Tags: [...tags],
})
