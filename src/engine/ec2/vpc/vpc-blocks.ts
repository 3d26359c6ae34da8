// SPDX-License-Identifier: BSD-2-Clause
// Blocks of addresses that a VPC has: the one that it was made with, and those that were given to it later, as on AWS.
import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult,
  VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import { type Block, blockOnRecord, includes, overlaps } from '../cidr'
import type { Route, Vpc, VpcBlock } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { isOfNetworkSize, noIpv6, refuseGiven, requestedBlock } from './requested'

/** The first one has no id on record: it is told by the VPC's. */
export const blocksOf = ({ id, cidr, moreBlocks = [] }: Vpc): readonly VpcBlock[] => [
  { id: id.replace('vpc-', 'vpc-cidr-assoc-'), cidr },
  ...moreBlocks,
]

const localRoute = (cidr: string): Route => ({ cidr, gatewayId: 'local', origin: 'CreateRouteTable' })

/** What is in the VPC is reached by every route table of it. */
export const localRoutes = (vpc: Vpc): readonly Route[] => blocksOf(vpc).map(({ cidr }) => localRoute(cidr))

const isAnyOf = (vpc: Vpc, is: (block: Block) => boolean): boolean =>
  blocksOf(vpc).some(({ cidr }) => is(blockOnRecord(cidr)))

/** Whether a block is within one of the VPC's. */
export const isWithin = (vpc: Vpc, block: Block): boolean => isAnyOf(vpc, own => includes(own, block))

/** Whether a block has addresses of the VPC's. */
export const isSharedWith = (vpc: Vpc, block: Block): boolean => isAnyOf(vpc, own => overlaps(own, block))

export const doShare = (one: Vpc, other: Vpc): boolean => isAnyOf(one, block => isSharedWith(other, block))

const associationView = ({ id, cidr }: VpcBlock, State: 'associating' | 'associated' | 'disassociating') => ({
  AssociationId: id,
  CidrBlock: cidr,
  CidrBlockState: { State },
})

export const blockViews = (vpc: Vpc): VpcCidrBlockAssociation[] =>
  blocksOf(vpc).map(block => associationView(block, 'associated'))

// ---- AssociateVpcCidrBlock ---------------------------------------------------------------------------------------

/** AWS' number, with the first one. */
const mostBlocks = 5

const noPools = 'This cloud has no pools of address blocks.'

const absentParts = {
  AmazonProvidedIpv6CidrBlock: noIpv6,
  Ipv6CidrBlock: noIpv6,
  Ipv6Pool: noIpv6,
  Ipv4IpamPoolId: noPools,
  Ipv6IpamPoolId: noPools,
  Ipv4NetmaskLength: noPools,
  Ipv6NetmaskLength: noPools,
}

const tablesOf = (tx: Tx, vpc: Vpc) => tx.routeTables.list().filter(({ vpcId }) => vpcId === vpc.id)

/** Of requests that nobody has answered nothing is told. */
const peersOf = (tx: Tx, { id }: Vpc): readonly Vpc[] =>
  tx.vpcPeeringConnections
    .list()
    .filter(({ state }) => state === 'active' || state === 'provisioning')
    .filter(({ requester, accepter }) => requester.vpcId === id || accepter.vpcId === id)
    .flatMap(({ requester, accepter }) => [requester.vpcId, accepter.vpcId])
    .flatMap(vpcId => (vpcId === id ? [] : (tx.vpcs.get(vpcId) ?? [])))

/** Addresses that are somewhere else already: in the VPC, behind one of its routes, or in a VPC that it is connected with. */
const isElsewhere = (tx: Tx, vpc: Vpc, block: Block): boolean =>
  isSharedWith(vpc, block) ||
  tablesOf(tx, vpc).some(({ routes }) => routes.some(({ cidr }) => includes(block, blockOnRecord(cidr)))) ||
  peersOf(tx, vpc).some(peer => isSharedWith(peer, block))

export const associateVpcCidrBlock: Operation<AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult> = (
  tx,
  input,
) => {
  refuseGiven(input, absentParts)
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const { block, cidr } = requestedBlock(input.CidrBlock, 'cidrBlock')
  if (blocksOf(vpc).length >= mostBlocks) {
    refuse(
      'CidrLimitExceeded',
      `This network '${vpc.id}' has met its maximum number of allowed CIDRs: ${mostBlocks}`,
    )
  }
  if (!isOfNetworkSize(block) || isElsewhere(tx, vpc, block)) {
    refuse('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`)
  }
  const added = { id: freshIds(tx)('vpc-cidr-assoc'), cidr }
  const { moreBlocks = [] } = vpc
  tx.vpcs.put({ ...vpc, moreBlocks: [...moreBlocks, added] })
  const own = blocksOf(vpc).length
  for (const table of tablesOf(tx, vpc)) {
    const routes = [...table.routes.slice(0, own), localRoute(cidr), ...table.routes.slice(own)]
    tx.routeTables.put({ ...table, routes })
  }
  return { VpcId: vpc.id, CidrBlockAssociation: associationView(added, 'associating') }
}

// ---- DisassociateVpcCidrBlock ------------------------------------------------------------------------------------

/** The VPC that has a block of this id. */
export const vpcOfBlock = (tx: Tx, text: string | undefined): Vpc | undefined => {
  const wanted = (text ?? '').toLowerCase()
  return tx.vpcs.list().find(vpc => blocksOf(vpc).some(({ id }) => id === wanted))
}

const noBlock = (text: string): never =>
  refuse(
    'InvalidVpcCidrBlockAssociationID.NotFound',
    `The vpc CIDR block association ID '${text}' does not exist`,
  )

export const disassociateVpcCidrBlock: Operation<
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult
> = (tx, { AssociationId = '' }) => {
  const found = vpcOfBlock(tx, AssociationId)
  const isOwn = found?.account === tx.caller.account || tx.caller.isCloudAdmin
  const vpc = found && isOwn ? found : noBlock(AssociationId)
  const block = vpc.moreBlocks?.find(({ id }) => id === AssociationId.toLowerCase())
  if (!block) {
    return refuse(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    )
  }
  const inside = tx.subnets
    .list()
    .some(
      subnet => subnet.vpcId === vpc.id && overlaps(blockOnRecord(block.cidr), blockOnRecord(subnet.cidr)),
    )
  if (inside) {
    refuse(
      'InvalidCidrBlock.InUse',
      `The vpc ${vpc.id} currently has a subnet within CIDR block ${block.cidr}`,
    )
  }
  tx.vpcs.put({ ...vpc, moreBlocks: vpc.moreBlocks?.filter(one => one !== block) ?? [] })
  for (const table of tablesOf(tx, vpc)) {
    const isOfBlock = ({ cidr, origin }: Route) => cidr === block.cidr && origin === 'CreateRouteTable'
    tx.routeTables.put({ ...table, routes: table.routes.filter(route => !isOfBlock(route)) })
  }
  return { VpcId: vpc.id, CidrBlockAssociation: associationView(block, 'disassociating') }
}
