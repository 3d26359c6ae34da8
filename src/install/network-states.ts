// SPDX-License-Identifier: BSD-2-Clause
// How the states of networks and of what is in them are asked for.
import type { Look } from './resource-states'

const among = (name: string, ids: readonly string[]) => [{ Name: name, Values: [...ids] }]

export const vpcs: Look = async (ec2, ids) => {
  const { Vpcs = [] } = await ec2.describeVpcs({ Filters: among('vpc-id', ids) })
  return Vpcs.map(({ VpcId, State }) => ({ id: VpcId, state: State }))
}

export const subnets: Look = async (ec2, ids) => {
  const { Subnets = [] } = await ec2.describeSubnets({ Filters: among('subnet-id', ids) })
  return Subnets.map(({ SubnetId, State }) => ({ id: SubnetId, state: State }))
}

export const natGateways: Look = async (ec2, ids) => {
  // The one operation whose parameter is called so.
  const { NatGateways = [] } = await ec2.describeNatGateways({ Filter: among('nat-gateway-id', ids) })
  return NatGateways.map(({ NatGatewayId, State, FailureMessage }) => ({
    id: NatGatewayId,
    state: State,
    reason: FailureMessage,
  }))
}

/** Gateways that are attached to something, by the state of that. */
export const internetGateways: Look = async (ec2, ids) => {
  const { InternetGateways = [] } = await ec2.describeInternetGateways({
    Filters: among('internet-gateway-id', ids),
  })
  return InternetGateways.flatMap(({ InternetGatewayId, Attachments = [] }) =>
    Attachments.map(({ State }) => ({ id: InternetGatewayId, state: State })),
  )
}

export const networkInterfaces: Look = async (ec2, ids) => {
  const { NetworkInterfaces = [] } = await ec2.describeNetworkInterfaces({
    Filters: among('network-interface-id', ids),
  })
  return NetworkInterfaces.map(({ NetworkInterfaceId, Status }) => ({
    id: NetworkInterfaceId,
    state: Status,
  }))
}

/** By the ID of the attachment. */
export const interfaceAttachments: Look = async (ec2, ids) => {
  const { NetworkInterfaces = [] } = await ec2.describeNetworkInterfaces({
    Filters: among('attachment.attachment-id', ids),
  })
  return NetworkInterfaces.flatMap(({ Attachment }) =>
    Attachment ? [{ id: Attachment.AttachmentId, state: Attachment.Status }] : [],
  )
}

export const peerings: Look = async (ec2, ids) => {
  const { VpcPeeringConnections = [] } = await ec2.describeVpcPeeringConnections({
    Filters: among('vpc-peering-connection-id', ids),
  })
  return VpcPeeringConnections.map(({ VpcPeeringConnectionId, Status }) => ({
    id: VpcPeeringConnectionId,
    state: Status?.Code,
    reason: Status?.Message,
  }))
}

export const vpnConnections: Look = async (ec2, ids) => {
  const { VpnConnections = [] } = await ec2.describeVpnConnections({
    Filters: among('vpn-connection-id', ids),
  })
  return VpnConnections.map(({ VpnConnectionId, State }) => ({ id: VpnConnectionId, state: State }))
}

export const customerGateways: Look = async (ec2, ids) => {
  const { CustomerGateways = [] } = await ec2.describeCustomerGateways({
    Filters: among('customer-gateway-id', ids),
  })
  return CustomerGateways.map(({ CustomerGatewayId, State }) => ({ id: CustomerGatewayId, state: State }))
}

export const vpnGateways: Look = async (ec2, ids) => {
  const { VpnGateways = [] } = await ec2.describeVpnGateways({ Filters: among('vpn-gateway-id', ids) })
  return VpnGateways.map(({ VpnGatewayId, State }) => ({ id: VpnGatewayId, state: State }))
}

/** Gateways that are attached to something, by the state of that. What they are detached from may be listed for a while. */
export const vpnAttachments: Look = async (ec2, ids) => {
  const { VpnGateways = [] } = await ec2.describeVpnGateways({ Filters: among('vpn-gateway-id', ids) })
  return VpnGateways.flatMap(({ VpnGatewayId, VpcAttachments = [] }) => {
    const [first] = VpcAttachments.filter(({ State }) => State !== 'detached')
    return first ? [{ id: VpnGatewayId, state: first.State }] : []
  })
}
