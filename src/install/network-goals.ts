// SPDX-License-Identifier: BSD-2-Clause
// What --wait of the tools for networks waits for: which state each of them is to come to, and in which it has failed.
import { goal } from './goal'
import {
  customerGateways,
  interfaceAttachments,
  internetGateways,
  natGateways,
  networkInterfaces,
  peerings,
  subnets,
  vpcs,
  vpnAttachments,
  vpnConnections,
  vpnGateways,
} from './network-states'

export const vpcAvailable = goal({
  look: vpcs,
  stranger: 'vpc-00000000',
  reached: 'available',
  failed: '',
})
export const subnetAvailable = goal({
  look: subnets,
  stranger: 'subnet-00000000',
  reached: 'available',
  failed: '',
})
export const peeringActive = goal({
  look: peerings,
  stranger: 'pcx-00000000',
  reached: 'active',
  failed: 'failed expired rejected deleting deleted',
})
export const vpnConnectionAvailable = goal({
  look: vpnConnections,
  stranger: 'vpn-00000000',
  reached: 'available',
  failed: 'deleting deleted',
})
export const vpnConnectionDeleted = goal({
  look: vpnConnections,
  stranger: 'vpn-00000000',
  reached: 'deleted',
  failed: '',
  orGone: true,
})
export const natGatewayAvailable = goal({
  look: natGateways,
  stranger: 'nat-00000000000000000',
  reached: 'available',
  failed: 'failed deleting deleted',
})
export const natGatewayDeleted = goal({
  look: natGateways,
  stranger: 'nat-00000000000000000',
  reached: 'deleted',
  failed: 'failed',
  orGone: true,
})
export const gatewayAttached = goal({
  look: internetGateways,
  stranger: 'igw-00000000',
  // EC2 says `available` of these alone.
  reached: 'attached available',
  failed: 'detaching detached',
})
export const gatewayDetached = goal({
  look: internetGateways,
  stranger: 'igw-00000000',
  reached: 'detached',
  failed: '',
  orGone: true,
})
export const interfaceAvailable = goal({
  look: networkInterfaces,
  stranger: 'eni-00000000',
  reached: 'available in-use',
  failed: '',
})
export const interfaceAttached = goal({
  look: interfaceAttachments,
  stranger: 'eni-attach-00000000',
  reached: 'attached',
  failed: 'detaching detached',
})
export const interfaceDetached = goal({
  look: interfaceAttachments,
  stranger: 'eni-attach-00000000',
  reached: 'detached',
  failed: '',
  orGone: true,
})
export const customerGatewayAvailable = goal({
  look: customerGateways,
  stranger: 'cgw-00000000',
  reached: 'available',
  failed: 'deleting deleted',
})
export const customerGatewayDeleted = goal({
  look: customerGateways,
  stranger: 'cgw-00000000',
  reached: 'deleted',
  failed: '',
  orGone: true,
})
export const vpnGatewayAvailable = goal({
  look: vpnGateways,
  stranger: 'vgw-00000000',
  reached: 'available',
  failed: 'deleting deleted',
})
export const vpnGatewayDeleted = goal({
  look: vpnGateways,
  stranger: 'vgw-00000000',
  reached: 'deleted',
  failed: '',
  orGone: true,
})
export const vpnGatewayAttached = goal({
  look: vpnAttachments,
  stranger: 'vgw-00000000',
  reached: 'attached',
  failed: 'detaching',
})
export const vpnGatewayDetached = goal({
  look: vpnAttachments,
  stranger: 'vgw-00000000',
  reached: '',
  failed: '',
  orGone: true,
})
/** Whoever has the other VPC can accept it then, or has. */
export const peeringOffered = goal({
  look: peerings,
  stranger: 'pcx-00000000',
  reached: 'pending-acceptance active provisioning',
  failed: 'failed expired rejected deleting deleted',
})
export const peeringDeleted = goal({
  look: peerings,
  stranger: 'pcx-00000000',
  reached: 'deleted',
  failed: 'failed',
  orGone: true,
})
