// SPDX-License-Identifier: BSD-2-Clause
// Customer gateways: what is known of the device at the customer's end of VPN connections.
import { isIPv4 } from 'node:net'
import type {
  CreateCustomerGatewayRequest,
  CreateCustomerGatewayResult,
  CustomerGateway as CustomerGatewayView,
  DeleteCustomerGatewayRequest,
  DescribeCustomerGatewaysRequest,
  DescribeCustomerGatewaysResult,
  Tag,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex, tagsOf } from '../../tags'
import { madeBy } from '../quotas'
import type { CustomerGateway } from '../schema/vpc'
import { freshIds } from './fresh-ids'
import { kinds } from './kinds'
import { checkLimit } from './limits'
import { needVpcs } from './networking'
import { living, livingNamed, remnantSeconds, shown } from './remnants'
import { refuseGiven } from './requested'

/** What AWS takes where nobody says a number. */
const usualAsn = 65000
const largestAsn = 2 ** 31 - 1
const largestExtendedAsn = 2 ** 32 - 1

/** The one kind of gateways that there is, at either end. */
export const checkGatewayType = (type: string | undefined): string =>
  type === 'ipsec.1'
    ? type
    : refuse(
        'InvalidParameterValue',
        `Value (${type}) for parameter type is invalid. Valid values are ipsec.1.`,
      )

const addressOf = ({ IpAddress, PublicIp }: CreateCustomerGatewayRequest): string => {
  const ip = IpAddress ?? PublicIp
  if (!ip) return refuse('MissingParameter', 'The request must contain the parameter ipAddress')
  return isIPv4(ip)
    ? ip
    : refuse('InvalidParameterValue', `Value (${ip}) for parameter ipAddress is invalid. Invalid IP address.`)
}

const asnOf = ({ BgpAsn, BgpAsnExtended }: CreateCustomerGatewayRequest): string => {
  if (BgpAsn !== undefined && BgpAsnExtended !== undefined) {
    refuse(
      'InvalidParameterCombination',
      'The parameters bgpAsn and bgpAsnExtended cannot be specified together.',
    )
  }
  const asn = BgpAsn ?? BgpAsnExtended ?? usualAsn
  const most = BgpAsnExtended === undefined ? largestAsn : largestExtendedAsn
  return asn >= 1 && asn <= most
    ? String(asn)
    : refuse('InvalidParameterValue', `Value (${asn}) for parameter bgpAsn is invalid. Invalid BGP ASN.`)
}

/** Asked for again, a gateway is the one that there is. */
export const createCustomerGateway: Operation<CreateCustomerGatewayRequest, CreateCustomerGatewayResult> = (
  tx,
  input,
) => {
  needVpcs(tx)
  refuseGiven(input, { CertificateArn: 'This cloud has no private certificates for gateways.' })
  const tags = specifiedTags(input.TagSpecifications, 'customer-gateway')
  const wanted = { type: checkGatewayType(input.Type), ip: addressOf(input), bgpAsn: asnOf(input) }
  const own = living(tx.customerGateways.list()).filter(({ account }) => account === tx.caller.account)
  const known = own.find(
    ({ type, ip, bgpAsn }) => type === wanted.type && ip === wanted.ip && bgpAsn === wanted.bgpAsn,
  )
  if (known) return { CustomerGateway: gatewayView(known, tagsOf(tx, known.id)) }
  checkLimit('customerGateways', own.length)
  const gateway = tx.customerGateways.put({
    ...madeBy(tx),
    createdAt: tx.now,
    id: freshIds(tx)('cgw'),
    ...wanted,
    ...(input.DeviceName && { deviceName: input.DeviceName }),
    state: 'available',
  })
  putTags(tx, gateway.id, tags)
  return { CustomerGateway: gatewayView(gateway, tagsOf(tx, gateway.id)) }
}

export const deleteCustomerGateway: Operation<DeleteCustomerGatewayRequest, void> = (
  tx,
  { CustomerGatewayId },
) => {
  const gateway = livingNamed(tx, kinds.customerGateway, CustomerGatewayId)
  if (living(tx.vpnConnections.list()).some(({ customerGatewayId }) => customerGatewayId === gateway.id)) {
    refuse('IncorrectState', 'The customer gateway is in use.')
  }
  tx.customerGateways.put({ ...gateway, state: 'deleted', deletedAt: tx.now })
  tx.after(remnantSeconds, 'customer-gateway.forgotten', gateway.id)
}

export const customerGatewayForgotten = (tx: Tx, id: string): void => {
  if (tx.customerGateways.get(id)?.state !== 'deleted') return
  tx.customerGateways.delete(id)
  forgetTags(tx, id)
}

export const describeCustomerGateways: Operation<
  DescribeCustomerGatewaysRequest,
  DescribeCustomerGatewaysResult
> = (tx, input) => {
  const gateways = shown(tx, kinds.customerGateway, tx.customerGateways.list(), input.CustomerGatewayIds)
  const tags = tagIndex(tx)
  return {
    CustomerGateways: gateways
      .filter(matchFilters(input.Filters, gatewayFilters(tx)))
      .map(gateway => gatewayView(gateway, tags(gateway.id))),
  }
}

const gatewayFilters = (tx: Tx): FilterTable<CustomerGateway> => ({
  ...withoutMatch<CustomerGateway>(['certificate-arn']),
  'bgp-asn': ({ bgpAsn }) => bgpAsn,
  'customer-gateway-id': ({ id }) => id,
  'device-name': ({ deviceName }) => deviceName,
  'ip-address': ({ ip }) => ip,
  state: ({ state }) => state,
  type: ({ type }) => type,
  ...tagFilters<CustomerGateway>(tx, ({ id }) => id),
})

const gatewayView = (gateway: CustomerGateway, tags: readonly Tag[]): CustomerGatewayView => ({
  CustomerGatewayId: gateway.id,
  State: gateway.state,
  Type: gateway.type,
  IpAddress: gateway.ip,
  // Numbers of more than 31 bits have a member of their own.
  ...(Number(gateway.bgpAsn) <= largestAsn ? { BgpAsn: gateway.bgpAsn } : { BgpAsnExtended: gateway.bgpAsn }),
  ...(gateway.deviceName !== undefined && { DeviceName: gateway.deviceName }),
  Tags: [...tags],
})
