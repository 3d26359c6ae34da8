// SPDX-License-Identifier: BSD-2-Clause
// The kinds of things that networks are made of: what their ids begin with, what tags and policies call them, and how one
// is found by an id as typed. Another account's is as unknown as one that never was.
import type { ResourceType } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import type { Table } from '../../store/table'

/** What all of their records have. */
export interface NetworkThing {
  readonly id: string
  readonly account: string
  readonly vpcId?: string
}

export interface NetworkKind<R extends NetworkThing = NetworkThing> {
  /** Of its ids. */
  readonly prefix: string
  /** What tags and filters call it, and ARNs where they have no word of their own. */
  readonly type: ResourceType
  readonly arnType?: string
  /** In the codes of AWS, such as `InvalidVpcId.Malformed`. */
  readonly malformedCode: string
  readonly find: (tx: Tx, id: string) => R | undefined
  readonly missing: (id: string) => never
}

const kind = <R extends NetworkThing>(
  prefix: string,
  type: ResourceType,
  codes: { readonly missing: string; readonly malformed: string; readonly what: string },
  tableOf: (tx: Tx) => Table<R>,
  more: Partial<NetworkKind<R>> = {},
): NetworkKind<R> => ({
  prefix,
  type,
  malformedCode: codes.malformed,
  find: (tx, id) => tableOf(tx).get(id),
  missing: id => refuse(codes.missing, `The ${codes.what} '${id}' does not exist`),
  ...more,
})

/** Codes as AWS' list of errors has them: `InvalidVpcID.NotFound` beside `InvalidVpcId.Malformed`. */
const codes = (name: string, what: string) => ({
  missing: `Invalid${name}ID.NotFound`,
  malformed: `Invalid${name}Id.Malformed`,
  what: `${what} ID`,
})

export const kinds = {
  vpc: kind('vpc', 'vpc', codes('Vpc', 'vpc'), tx => tx.vpcs),
  subnet: kind('subnet', 'subnet', codes('Subnet', 'subnet'), tx => tx.subnets),
  dhcpOptions: kind(
    'dopt',
    'dhcp-options',
    { ...codes('DhcpOption', 'dhcpOption'), malformed: 'InvalidDhcpOptionsId.Malformed' },
    tx => tx.dhcpOptions,
  ),
  internetGateway: kind(
    'igw',
    'internet-gateway',
    codes('InternetGateway', 'internetGateway'),
    tx => tx.internetGateways,
  ),
  routeTable: kind('rtb', 'route-table', codes('RouteTable', 'routeTable'), tx => tx.routeTables),
  natGateway: kind(
    'nat',
    'natgateway',
    { missing: 'NatGatewayNotFound', malformed: 'NatGatewayMalformed', what: 'Nat Gateway' },
    tx => tx.natGateways,
    { missing: id => refuse('NatGatewayNotFound', `The Nat Gateway ${id} was not found`) },
  ),
  networkAcl: kind('acl', 'network-acl', codes('NetworkAcl', 'networkAcl'), tx => tx.networkAcls),
  networkInterface: kind(
    'eni',
    'network-interface',
    codes('NetworkInterface', 'networkInterface'),
    tx => tx.networkInterfaces,
  ),
  customerGateway: kind(
    'cgw',
    'customer-gateway',
    codes('CustomerGateway', 'customerGateway'),
    tx => tx.customerGateways,
  ),
  vpnGateway: kind('vgw', 'vpn-gateway', codes('VpnGateway', 'vpnGateway'), tx => tx.vpnGateways),
  vpnConnection: kind(
    'vpn',
    'vpn-connection',
    codes('VpnConnection', 'vpnConnection'),
    tx => tx.vpnConnections,
  ),
  peeringConnection: kind(
    'pcx',
    'vpc-peering-connection',
    codes('VpcPeeringConnection', 'vpcPeeringConnection'),
    tx => tx.vpcPeeringConnections,
  ),
  // Known by their allocation only in a VPC, and kept by their address.
  allocation: {
    prefix: 'eipalloc',
    type: 'elastic-ip',
    malformedCode: 'InvalidAllocationId.Malformed',
    find: (tx: Tx, id: string) => {
      const address = tx.addresses.list().find(({ allocationId }) => allocationId === id)
      return address && { ...address, id }
    },
    missing: (id: string) =>
      refuse('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  },
} satisfies Record<string, NetworkKind>

export const networkKinds: readonly NetworkKind[] = Object.values(kinds)

/** An id as records have it; refused when it cannot be one of the kind. */
export const idOf = ({ prefix, malformedCode }: NetworkKind, text: string): string => {
  const id = text.toLowerCase()
  const isOne =
    id.startsWith(`${prefix}-`) && /^(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1))
  return isOne ? id : refuse(malformedCode, `Invalid id: "${text}" (expecting "${prefix}-...")`)
}

/** The caller's own thing of this id, or the refusal that says what is wrong with it. Administrators find everybody's. */
export const named = <R extends NetworkThing>(tx: Tx, kind: NetworkKind<R>, text: string | undefined): R => {
  if (!text) return refuse('MissingParameter', `The request must contain the parameter ${wordOf(kind)}Id`)
  const found = kind.find(tx, idOf(kind, text))
  return found && (found.account === tx.caller.account || tx.caller.isCloudAdmin) ? found : kind.missing(text)
}

/** AWS' words for kinds, of which request parameters are made: `vpc`, `internetGateway`. */
export const wordOf = ({ type }: NetworkKind): string =>
  type.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/**
 * What a Describe shows: all of the caller's that he may see, or those that he names, each of which must be there. With
 * `verbose`, administrators see every account's.
 */
export const listed = <R extends NetworkThing>(
  tx: Tx,
  kind: NetworkKind<R>,
  records: readonly R[],
  names: { readonly asked: readonly string[]; readonly isVerbose: boolean },
  isSeen: (record: R) => boolean,
): readonly R[] => {
  const own = names.isVerbose ? records : records.filter(({ account }) => account === tx.caller.account)
  if (names.asked.length === 0) return own.filter(isSeen)
  return [...new Set(names.asked)].map(text => {
    const record = named(tx, kind, text)
    return isSeen(record) ? record : kind.missing(text)
  })
}
