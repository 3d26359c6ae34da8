// SPDX-License-Identifier: BSD-2-Clause
// The records of virtual networks. Whoever looks for what a thing depends on looks in the tables of those that name it:
// no record lists its dependants, save associations, which live with the table or the list that they are of.
import { refuse } from '../../errors'
import { table } from '../../store/table'

/** Made by an account, and by which of its users. */
interface Made {
  /** Owner, 12 digits. */
  readonly account: string
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  readonly createdAt: Date
}

/** A block of addresses of a VPC, by the id of its association. */
export interface VpcBlock {
  readonly id: string
  readonly cidr: string
}

export interface Vpc extends Made {
  readonly id: string
  readonly cidr: string
  /** Those that it was given after it was made. */
  readonly moreBlocks?: readonly VpcBlock[]
  readonly tenancy: 'default' | 'dedicated'
  readonly isDefault: boolean
  /** Of its account. Without a wish it is the account's first set. */
  readonly dhcpOptionsId: string
  readonly dnsSupport: boolean
  readonly dnsHostnames: boolean
}

export interface Subnet extends Made {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly cidr: string
  /** Where instances of the zone go that name no subnet. */
  readonly isDefault: boolean
  readonly mapPublicIp: boolean
}

export interface DhcpOptions extends Made {
  readonly id: string
  readonly options: readonly { readonly key: string; readonly values: readonly string[] }[]
}

export interface InternetGateway extends Made {
  readonly id: string
  readonly vpcId?: string
}

/** Where a route leads: exactly one of these is there. `local` is within the VPC. */
export interface RouteTarget {
  /** An internet or VPN gateway, or `local`. */
  readonly gatewayId?: string
  /** Of an instance, too: it is the interface that the route leads to, whatever it is attached to. */
  readonly interfaceId?: string
  readonly natGatewayId?: string
  readonly peeringId?: string
}

export interface Route extends RouteTarget {
  readonly cidr: string
  readonly origin: 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation'
}

export interface RouteTable extends Made {
  readonly id: string
  readonly vpcId: string
  /** In the order in which they were made; the first is that of the VPC itself. */
  readonly routes: readonly Route[]
  /** The one without a subnet makes this the VPC's main table. */
  readonly associations: readonly { readonly id: string; readonly subnetId?: string }[]
  /** VPN gateways whose routes are taken over. */
  readonly propagating: readonly string[]
}

export interface NatGateway extends Made {
  readonly id: string
  readonly vpcId: string
  readonly subnetId: string
  readonly state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted'
  readonly allocationId: string
  readonly publicIp: string
  readonly interfaceId?: string
  readonly privateIp?: string
  readonly deletedAt?: Date
  readonly failure?: { readonly code: string; readonly message: string }
}

export interface AclEntry {
  readonly number: number
  readonly isEgress: boolean
  /** IANA's number as text; `-1` is all. */
  readonly protocol: string
  readonly isAllowed: boolean
  readonly cidr: string
  readonly icmp?: { readonly type: number; readonly code: number }
  readonly ports?: { readonly from: number; readonly to: number }
}

export interface NetworkAcl extends Made {
  readonly id: string
  readonly vpcId: string
  readonly isDefault: boolean
  /** Without the last one of either direction, which denies all and cannot change (number 32767). */
  readonly entries: readonly AclEntry[]
  /** Every subnet of the VPC is in exactly one list. */
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[]
}

export interface NetworkInterfaceAttachment {
  /** `eni-attach-` and 8 hex digits. */
  readonly id: string
  readonly instanceId: string
  /** 0 is the primary one, which comes and ends with its instance's place on a node. */
  readonly deviceIndex: number
  /** An interface's own is never `detached`: that is its former one, or as what is asked after by its id. */
  readonly state: 'attaching' | 'attached' | 'detaching' | 'detached'
  readonly attachedAt: Date
  readonly deleteOnTermination: boolean
}

export interface FormerAttachment extends NetworkInterfaceAttachment {
  readonly state: 'detached'
  readonly detachedAt: Date
}

export interface NetworkInterface extends Made {
  readonly id: string
  readonly vpcId: string
  readonly subnetId: string
  readonly zone: string
  readonly description: string
  readonly macAddress: string
  readonly sourceDestCheck: boolean
  readonly groupIds: readonly string[]
  /** The first is the primary one. Public addresses know themselves which of these they are given to. */
  readonly privateIps: readonly string[]
  readonly attachment?: NetworkInterfaceAttachment
  /** The attachment that it had last, while it has none. */
  readonly detached?: FormerAttachment
  /** What it belongs to when it is not its account's to change: a NAT gateway, a load balancer. */
  readonly requester?: string
}

export interface CustomerGateway extends Made {
  readonly id: string
  readonly type: string
  readonly ip: string
  readonly bgpAsn: string
  readonly deviceName?: string
  readonly state: 'available' | 'deleted'
  readonly deletedAt?: Date
}

export interface VpnGateway extends Made {
  readonly id: string
  readonly type: string
  readonly zone?: string
  readonly amazonSideAsn?: string
  readonly state: 'available' | 'deleted'
  readonly vpcId?: string
  /** Where it was last, while it is in no VPC. */
  readonly detachedFrom?: string
  readonly deletedAt?: Date
}

export interface VpnConnection extends Made {
  readonly id: string
  readonly type: string
  readonly customerGatewayId: string
  readonly vpnGatewayId: string
  readonly state: 'pending' | 'available' | 'deleting' | 'deleted'
  readonly isStaticOnly: boolean
  readonly routes: readonly string[]
  /** What the customer's device is to be told: an XML document with the keys of both tunnels. */
  readonly configuration: string
  /** The cloud's ends of both tunnels, and the blocks that are within these. */
  readonly tunnels: readonly { readonly outsideIp: string; readonly insideCidr: string }[]
  readonly deletedAt?: Date
}

export interface PeeringSide {
  readonly account: string
  readonly vpcId: string
  readonly cidr: string
}

/** Its account is the requester's. */
export interface VpcPeeringConnection extends Made {
  readonly id: string
  readonly requester: PeeringSide
  /** The block is known once the owner has accepted, unless both are one account's. */
  readonly accepter: PeeringSide
  readonly state:
    | 'initiating-request'
    | 'pending-acceptance'
    | 'active'
    | 'deleted'
    | 'rejected'
    | 'failed'
    | 'expired'
    | 'provisioning'
    | 'deleting'
  readonly message: string
  readonly expiresAt?: Date
  /** When it came to its end, and the account that did it, where one did. */
  readonly endedAt?: Date
  readonly endedBy?: string
}

const missing = (code: string, what: string) => (id: string | number) =>
  refuse(code, `The ${what} '${id}' does not exist`)

export const vpcTables = {
  vpcs: table<Vpc>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidVpcID.NotFound', 'vpc ID'),
  }),
  subnets: table<Subnet>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidSubnetID.NotFound', 'subnet ID'),
  }),
  dhcpOptions: table<DhcpOptions>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidDhcpOptionID.NotFound', 'dhcpOption ID'),
  }),
  internetGateways: table<InternetGateway>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidInternetGatewayID.NotFound', 'internetGateway ID'),
  }),
  routeTables: table<RouteTable>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidRouteTableID.NotFound', 'routeTable ID'),
  }),
  natGateways: table<NatGateway>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: id => refuse('NatGatewayNotFound', `The Nat Gateway ${id} was not found`),
  }),
  networkAcls: table<NetworkAcl>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidNetworkAclID.NotFound', 'networkAcl ID'),
  }),
  networkInterfaces: table<NetworkInterface>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'),
  }),
  customerGateways: table<CustomerGateway>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidCustomerGatewayID.NotFound', 'customerGateway ID'),
  }),
  vpnGateways: table<VpnGateway>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidVpnGatewayID.NotFound', 'vpnGateway ID'),
  }),
  vpnConnections: table<VpnConnection>({
    scope: 'cloud',
    key: ({ id }) => id,
    sealed: ['configuration'],
    missing: missing('InvalidVpnConnectionID.NotFound', 'vpnConnection ID'),
  }),
  vpcPeeringConnections: table<VpcPeeringConnection>({
    scope: 'cloud',
    key: ({ id }) => id,
    missing: missing('InvalidVpcPeeringConnectionID.NotFound', 'vpcPeeringConnection ID'),
  }),
}
