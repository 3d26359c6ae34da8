// SPDX-License-Identifier: BSD-2-Clause
// Virtual private gateways: the cloud's end of VPN connections, in at most one VPC.
import type {
  AttachVpnGatewayRequest,
  AttachVpnGatewayResult,
  CreateVpnGatewayRequest,
  CreateVpnGatewayResult,
  DeleteVpnGatewayRequest,
  DescribeVpnGatewaysRequest,
  DescribeVpnGatewaysResult,
  DetachVpnGatewayRequest,
  Tag,
  VpcAttachment,
  VpnGateway as VpnGatewayView,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../../tags'
import { madeBy } from '../quotas'
import type { VpnGateway } from '../schema/vpc'
import { zoneNamed } from '../zones'
import { checkGatewayType } from './customer-gateways'
import { freshIds } from './fresh-ids'
import { idOf, kinds, named } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { endPropagation } from './propagation'
import { living, livingNamed, remnantSeconds, shown } from './remnants'

/** AWS' where nobody says a number. */
export const usualCloudAsn = 64512

/** Private numbers alone. */
const isCloudAsn = (asn: number): boolean =>
  Number.isInteger(asn) && ((asn >= 64512 && asn <= 65534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294))

const asnOf = ({ AmazonSideAsn = usualCloudAsn }: CreateVpnGatewayRequest): string =>
  isCloudAsn(AmazonSideAsn)
    ? String(AmazonSideAsn)
    : refuse(
        'InvalidParameterValue',
        `Value (${AmazonSideAsn}) for parameter amazonSideAsn is invalid. Private ASNs are 64512 to 65534 and 4200000000 to 4294967294.`,
      )

export const createVpnGateway: Operation<CreateVpnGatewayRequest, CreateVpnGatewayResult> = (tx, input) => {
  needVpcs(tx)
  const tags = specifiedTags(input.TagSpecifications, 'vpn-gateway')
  const wanted = {
    type: checkGatewayType(input.Type),
    ...(input.AvailabilityZone && { zone: zoneNamed(input.AvailabilityZone) }),
    amazonSideAsn: asnOf(input),
  }
  const own = living(tx.vpnGateways.list()).filter(({ account }) => account === tx.caller.account)
  checkLimit('vpnGateways', own.length)
  const gateway = tx.vpnGateways.put({
    ...madeBy(tx),
    createdAt: tx.now,
    id: freshIds(tx)('vgw'),
    ...wanted,
    state: 'available',
  })
  putTags(tx, gateway.id, tags)
  return { VpnGateway: gatewayView(gateway, tagsOf(tx, gateway.id)) }
}

export const deleteVpnGateway: Operation<DeleteVpnGatewayRequest, void> = (tx, { VpnGatewayId }) => {
  const gateway = livingNamed(tx, kinds.vpnGateway, VpnGatewayId)
  const hasConnection = living(tx.vpnConnections.list()).some(
    ({ vpnGatewayId }) => vpnGatewayId === gateway.id,
  )
  if (gateway.vpcId || hasConnection) refuse('IncorrectState', 'The VPN gateway is in use.')
  tx.vpnGateways.put({ ...gateway, state: 'deleted', deletedAt: tx.now })
  tx.after(remnantSeconds, 'vpn-gateway.forgotten', gateway.id)
}

export const vpnGatewayForgotten = (tx: Tx, id: string): void => {
  if (tx.vpnGateways.get(id)?.state !== 'deleted') return
  tx.vpnGateways.delete(id)
  forgetTags(tx, id)
}

// ---- where it is -------------------------------------------------------------------------------------------------

const attachment = (vpcId: string): VpcAttachment => ({ VpcId: vpcId, State: 'attached' })

/** Where it is, else where it was: programs for AWS look for what they detached in that state. */
const attachmentOf = ({ vpcId, detachedFrom }: VpnGateway): VpcAttachment | undefined => {
  if (vpcId !== undefined) return attachment(vpcId)
  return detachedFrom === undefined ? undefined : { VpcId: detachedFrom, State: 'detached' }
}

export const attachVpnGateway: Operation<AttachVpnGatewayRequest, AttachVpnGatewayResult> = (tx, input) => {
  const gateway = livingNamed(tx, kinds.vpnGateway, input.VpnGatewayId)
  const vpc = named(tx, kinds.vpc, input.VpcId)
  // To an administrator of the cloud both may be known, and belong to two accounts.
  if (vpc.account !== gateway.account) kinds.vpc.missing(vpc.id)
  if (gateway.vpcId !== undefined && gateway.vpcId !== vpc.id) {
    refuse(
      'VpnGatewayAttachmentLimitExceeded',
      'The maximum number of virtual private gateway attachments has been reached.',
    )
  }
  if (living(tx.vpnGateways.list()).some(({ id, vpcId }) => vpcId === vpc.id && id !== gateway.id)) {
    refuse('InvalidVpcState', `VPC ${vpc.id} already has a virtual private gateway attached to it.`)
  }
  const { detachedFrom: _, ...attached } = gateway
  tx.vpnGateways.put({ ...attached, vpcId: vpc.id })
  return { VpcAttachment: attachment(vpc.id) }
}

export const detachVpnGateway: Operation<DetachVpnGatewayRequest, void> = (tx, input) => {
  const { vpcId, ...gateway } = livingNamed(tx, kinds.vpnGateway, input.VpnGatewayId)
  if (vpcId === undefined || vpcId !== idOf(kinds.vpc, input.VpcId ?? '')) {
    refuse(
      'InvalidVpnGatewayAttachment.NotFound',
      `The attachment with vpn gateway ID '${gateway.id}' and vpc ID '${input.VpcId}' does not exist`,
    )
  }
  tx.vpnGateways.put({ ...gateway, detachedFrom: vpcId })
  endPropagation(tx, gateway.id)
}

// ---- DescribeVpnGateways -----------------------------------------------------------------------------------------

export const describeVpnGateways: Operation<DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult> = (
  tx,
  input,
) => {
  const gateways = shown(tx, kinds.vpnGateway, tx.vpnGateways.list(), input.VpnGatewayIds)
  const tags = tagIndex(tx)
  return {
    VpnGateways: gateways
      .filter(matchFilters(input.Filters, gatewayFilters(tx)))
      .map(gateway => gatewayView(gateway, tags(gateway.id))),
  }
}

const gatewayFilters = (tx: Tx): FilterTable<VpnGateway> => ({
  'amazon-side-asn': ({ amazonSideAsn }) => amazonSideAsn,
  'attachment.state': gateway => attachmentOf(gateway)?.State,
  'attachment.vpc-id': gateway => attachmentOf(gateway)?.VpcId,
  'availability-zone': ({ zone }) => zone,
  state: ({ state }) => state,
  type: ({ type }) => type,
  'vpn-gateway-id': ({ id }) => id,
  ...tagFilters<VpnGateway>(tx, ({ id }) => id),
})

const gatewayView = (gateway: VpnGateway, tags: readonly Tag[]): VpnGatewayView => {
  const shownAttachment = attachmentOf(gateway)
  return {
    VpnGatewayId: gateway.id,
    State: gateway.state,
    Type: gateway.type as VpnGatewayView['Type'], // Whoever made it was asked for the one type that there is.
    ...(gateway.zone !== undefined && { AvailabilityZone: gateway.zone }),
    AmazonSideAsn: Number(gateway.amazonSideAsn ?? usualCloudAsn),
    VpcAttachments: shownAttachment ? [shownAttachment] : [],
    Tags: [...tags],
  }
}
