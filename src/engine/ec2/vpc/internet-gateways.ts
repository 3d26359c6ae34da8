// SPDX-License-Identifier: BSD-2-Clause
// Internet gateways: a VPC has at most one, and a gateway is of at most one VPC.
import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  InternetGateway as InternetGatewayView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { checkInternetGatewayQuota, madeBy } from '../quotas'
import type { InternetGateway } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { refuseDependency } from './requested'

export const createInternetGateway: Operation<CreateInternetGatewayRequest, CreateInternetGatewayResult> = (
  tx,
  input,
) => {
  needVpcs(tx)
  const tags = specifiedTags(input.TagSpecifications, 'internet-gateway')
  const own = tx.internetGateways.list().filter(({ account }) => account === tx.caller.account)
  checkLimit('internetGateways', own.length)
  checkInternetGatewayQuota(tx)
  const gateway = tx.internetGateways.put({ ...madeBy(tx), createdAt: tx.now, id: freshIds(tx)('igw') })
  putTags(tx, gateway.id, tags)
  return { InternetGateway: viewOf(tx)(gateway) }
}

export const deleteInternetGateway: Operation<DeleteInternetGatewayRequest, void> = (tx, input) => {
  const { id, vpcId } = named(tx, kinds.internetGateway, input.InternetGatewayId)
  if (vpcId !== undefined) refuseDependency(kinds.internetGateway, id)
  tx.internetGateways.delete(id)
  forgetTags(tx, id)
}

/** The gateway by which a VPC reaches the internet. */
export const internetGatewayOf = (tx: Tx, vpc: string): InternetGateway | undefined =>
  tx.internetGateways.list().find(({ vpcId }) => vpcId === vpc)

export const attachInternetGateway: Operation<AttachInternetGatewayRequest, void> = (tx, input) => {
  const gateway = named(tx, kinds.internetGateway, input.InternetGatewayId)
  const vpc = named(tx, kinds.vpc, input.VpcId)
  if (gateway.vpcId !== undefined) {
    refuse(
      'Resource.AlreadyAssociated',
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    )
  }
  if (internetGatewayOf(tx, vpc.id)) {
    refuse('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`)
  }
  if (vpc.account !== gateway.account) kinds.vpc.missing(vpc.id)
  tx.internetGateways.put({ ...gateway, vpcId: vpc.id })
}

/** Whoever is reached by a public address needs it. */
const isInUse = (tx: Tx, vpc: string): boolean =>
  tx.addresses
    .list()
    .some(
      ({ interfaceId }) => interfaceId !== undefined && tx.networkInterfaces.get(interfaceId)?.vpcId === vpc,
    )

export const detachInternetGateway: Operation<DetachInternetGatewayRequest, void> = (tx, input) => {
  const gateway = named(tx, kinds.internetGateway, input.InternetGatewayId)
  const vpc = named(tx, kinds.vpc, input.VpcId)
  if (gateway.vpcId !== vpc.id) {
    refuse('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`)
  }
  if (isInUse(tx, vpc.id)) {
    refuse(
      'DependencyViolation',
      `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    )
  }
  const { vpcId: _, ...detached } = gateway
  tx.internetGateways.put(detached)
}

// ---- DescribeInternetGateways ------------------------------------------------------------------------------------

export const describeInternetGateways: Operation<
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult
> = (tx, input) => {
  const gateways = shown(tx, kinds.internetGateway, tx.internetGateways.list(), input.InternetGatewayIds)
  const { items, nextToken } = page(gateways.filter(matchFilters(input.Filters, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { InternetGateways: items.map(viewOf(tx)), NextToken: nextToken }
}

const filters = (tx: Tx): FilterTable<InternetGateway> => ({
  'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
  'attachment.vpc-id': ({ vpcId }) => vpcId,
  'internet-gateway-id': ({ id }) => id,
  'owner-id': ({ account }) => account,
  ...tagFilters<InternetGateway>(tx, ({ id }) => id),
})

/** An attachment is `available`, as it always was with gateways, which the SDK's list of states does not have. */
const attached = 'available' as 'attached'

const viewOf = (tx: Tx): ((gateway: InternetGateway) => InternetGatewayView) => {
  const tags = tagIndex(tx)
  return ({ id, account, vpcId }) => ({
    InternetGatewayId: id,
    OwnerId: account,
    Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: attached }],
    Tags: [...tags(id)],
  })
}
