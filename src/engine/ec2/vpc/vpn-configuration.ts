// SPDX-License-Identifier: BSD-2-Clause
// What the customer's device is to be told of a VPN connection: the XML document that AWS calls generic, with two tunnels.
// It is data of the answer and no message of the wire, hence written here.
import type { VpnConnectionOptionsSpecification } from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Tx } from '../../operation'
import { addressText, type Block, blockOf, blockText, includes, isCanonical } from '../cidr'
import type { VpnConnection } from '../schema/vpc'
import { noIpv6, refuseGiven } from './requested'

export interface Tunnel {
  /** The cloud's end. */
  readonly outsideIp: string
  /** The cloud has the first address of these, the customer the second. */
  readonly insideCidr: string
  readonly preSharedKey: string
}

const tunnelCount = 2

// ---- what a request may say of tunnels ---------------------------------------------------------------------------

/** Blocks of the link-local network that AWS keeps for itself. */
const reserved = new Set(
  [0, 1, 2, 3, 4, 5, 169].map(third => `169.254.${third}.${third === 169 ? 252 : 0}/30`),
)
const linkLocal: Block = { first: 169 * 2 ** 24 + 254 * 2 ** 16, bits: 16 }

const checkInside = (cidr: string): string => {
  const block = blockOf(cidr)
  return block?.bits === 30 && isCanonical(cidr) && includes(linkLocal, block) && !reserved.has(cidr)
    ? cidr
    : refuse(
        'InvalidParameterValue',
        `Value (${cidr}) for parameter tunnelInsideCidr is invalid. It must be a /30 block of 169.254.0.0/16 that is not reserved.`,
      )
}

const checkKey = (key: string): string =>
  /^[1-9A-Za-z._][0-9A-Za-z._]{7,63}$/.test(key)
    ? key
    : refuse(
        'InvalidParameterValue',
        'The pre-shared key must have 8 to 64 letters, digits, periods and underscores, and cannot start with zero.',
      )

const fixed = 'What tunnels are made of is the same for all of them in this cloud.'
const absentOptions = {
  EnableAcceleration: 'VPN connections are not accelerated in this cloud.',
  LocalIpv6NetworkCidr: noIpv6,
  RemoteIpv6NetworkCidr: noIpv6,
  LocalIpv4NetworkCidr: fixed,
  RemoteIpv4NetworkCidr: fixed,
  TransportTransitGatewayAttachmentId: 'This cloud has no transit gateways.',
  TunnelBandwidth: fixed,
}
const absentTunnelOptions = Object.fromEntries(
  [
    ...['TunnelInsideIpv6Cidr', 'Phase1LifetimeSeconds', 'Phase2LifetimeSeconds', 'RekeyMarginTimeSeconds'],
    ...['RekeyFuzzPercentage', 'ReplayWindowSize', 'DPDTimeoutSeconds', 'DPDTimeoutAction', 'IKEVersions'],
    ...['Phase1EncryptionAlgorithms', 'Phase2EncryptionAlgorithms', 'Phase1IntegrityAlgorithms'],
    ...['Phase2IntegrityAlgorithms', 'Phase1DHGroupNumbers', 'Phase2DHGroupNumbers', 'StartupAction'],
    ...['LogOptions', 'EnableTunnelLifecycleControl'],
  ].map(member => [member, fixed]),
)

export type TunnelWishes = readonly Partial<Pick<Tunnel, 'insideCidr' | 'preSharedKey'>>[]

/** Refuses what this cloud's tunnels cannot be told. */
export const tunnelWishes = (options: VpnConnectionOptionsSpecification = {}): TunnelWishes => {
  refuseGiven(options, absentOptions)
  if (options.TunnelInsideIpVersion !== undefined && options.TunnelInsideIpVersion !== 'ipv4') {
    refuse('UnsupportedOperation', absentOptions.LocalIpv6NetworkCidr)
  }
  if (options.OutsideIpAddressType !== undefined && options.OutsideIpAddressType !== 'PublicIpv4') {
    refuse('UnsupportedOperation', fixed)
  }
  const tunnels = options.TunnelOptions ?? []
  if (tunnels.length > tunnelCount) {
    refuse('InvalidParameterValue', `A VPN connection has ${tunnelCount} tunnels.`)
  }
  return tunnels.map(tunnel => {
    refuseGiven(tunnel, absentTunnelOptions)
    return {
      ...(tunnel.TunnelInsideCidr && { insideCidr: checkInside(tunnel.TunnelInsideCidr) }),
      ...(tunnel.PreSharedKey && { preSharedKey: checkKey(tunnel.PreSharedKey) }),
    }
  })
}

// ---- tunnels -----------------------------------------------------------------------------------------------------

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz123456789._0'

/** Each byte gives six of its bits; the first character is a letter, as it cannot be zero. */
const randomKey = (tx: Tx): string => {
  const bytes = tx.random(32)
  return [...bytes].map((byte, index) => alphabet[byte % (index === 0 ? 32 : 64)]).join('')
}

/** Blocks for documentation: nobody listens there, as nothing of this cloud can be reached through a tunnel. */
const outsideNetworks = ['198.51.100', '203.0.113']

const randomInside = (tx: Tx, taken: ReadonlySet<string>): string => {
  for (;;) {
    const number = tx.random(2).readUInt16BE()
    const cidr = blockText({ first: linkLocal.first + number - (number % 4), bits: 30 })
    if (!reserved.has(cidr) && !taken.has(cidr)) return cidr
  }
}

/** Two tunnels, with what was wished for and chance for the rest. */
export const makeTunnels = (
  tx: Tx,
  wishes: TunnelWishes,
  others: readonly VpnConnection[],
): readonly Tunnel[] => {
  const taken = new Set(others.flatMap(({ tunnels }) => tunnels.map(({ insideCidr }) => insideCidr)))
  for (const { insideCidr } of wishes) {
    if (insideCidr === undefined) continue
    if (taken.has(insideCidr)) {
      refuse(
        'InvalidParameterValue',
        `Value (${insideCidr}) for parameter tunnelInsideCidr is invalid. It is in use.`,
      )
    }
    taken.add(insideCidr)
  }
  return outsideNetworks.map((network, index) => {
    const insideCidr = wishes[index]?.insideCidr ?? randomInside(tx, taken)
    taken.add(insideCidr)
    return {
      outsideIp: `${network}.${1 + ((tx.random(1)[0] ?? 0) % 254)}`,
      insideCidr,
      preSharedKey: wishes[index]?.preSharedKey ?? randomKey(tx),
    }
  })
}

// ---- the document ------------------------------------------------------------------------------------------------

export interface Ends {
  readonly connection: Pick<VpnConnection, 'id' | 'type' | 'isStaticOnly'>
  readonly customer: { readonly id: string; readonly ip: string; readonly bgpAsn: string }
  readonly cloud: { readonly id: string; readonly bgpAsn: string }
}

/** Names with texts, or with what is within. */
type Content = readonly (readonly [name: string, content: string | Content])[]

const escaped = (text: string): string =>
  text.replace(/[<>&"]/g, character => `&#${character.charCodeAt(0)};`)

const lines = (content: Content, depth: number): string[] =>
  content.flatMap(([name, inner]) => {
    const indent = '  '.repeat(depth)
    return typeof inner === 'string'
      ? [`${indent}<${name}>${escaped(inner)}</${name}>`]
      : [`${indent}<${name}>`, ...lines(inner, depth + 1), `${indent}</${name}>`]
  })

const end = (outsideIp: string, insideIp: string, asn: string | undefined): Content => [
  ['tunnel_outside_address', [['ip_address', outsideIp]]],
  [
    'tunnel_inside_address',
    [
      ['ip_address', insideIp],
      ['network_mask', '255.255.255.252'],
      ['network_cidr', '30'],
    ],
  ],
  ...(asn === undefined
    ? []
    : [
        [
          'bgp',
          [
            ['asn', asn],
            ['hold_time', '30'],
          ],
        ] as const,
      ]),
]

const tunnelContent = ({ connection, customer, cloud }: Ends, tunnel: Tunnel): Content => {
  const first = blockOf(tunnel.insideCidr)?.first ?? 0
  const hasBgp = !connection.isStaticOnly
  return [
    ['customer_gateway', end(customer.ip, addressText(first + 2), hasBgp ? customer.bgpAsn : undefined)],
    ['vpn_gateway', end(tunnel.outsideIp, addressText(first + 1), hasBgp ? cloud.bgpAsn : undefined)],
    [
      'ike',
      [
        ['authentication_protocol', 'sha1'],
        ['encryption_protocol', 'aes-128-cbc'],
        ['lifetime', '28800'],
        ['perfect_forward_secrecy', 'group2'],
        ['mode', 'main'],
        ['pre_shared_key', tunnel.preSharedKey],
      ],
    ],
    [
      'ipsec',
      [
        ['protocol', 'esp'],
        ['authentication_protocol', 'hmac-sha1-96'],
        ['encryption_protocol', 'aes-128-cbc'],
        ['lifetime', '3600'],
        ['perfect_forward_secrecy', 'group2'],
        ['mode', 'tunnel'],
        ['clear_df_bit', 'true'],
        ['fragmentation_before_encryption', 'true'],
        ['tcp_mss_adjustment', '1379'],
        [
          'dead_peer_detection',
          [
            ['interval', '10'],
            ['retries', '3'],
          ],
        ],
      ],
    ],
  ]
}

export const configurationOf = (ends: Ends, tunnels: readonly Tunnel[]): string => {
  const { connection, customer, cloud } = ends
  const content: Content = [
    ['customer_gateway_id', customer.id],
    ['vpn_gateway_id', cloud.id],
    ['vpn_connection_type', connection.type],
    // So AWS marks connections whose device need not speak BGP.
    ...(connection.isStaticOnly ? [['vpn_connection_attributes', 'NoBGPVPNConnection'] as const] : []),
    ...tunnels.map(tunnel => ['ipsec_tunnel', tunnelContent(ends, tunnel)] as const),
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<vpn_connection id="${escaped(connection.id)}">`,
    ...lines(content, 1),
    '</vpn_connection>',
  ].join('\n')
}
