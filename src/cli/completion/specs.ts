// SPDX-License-Identifier: BSD-2-Clause
// What may follow each tool, as words that a shell's script can take apart: `-a`, an option without a value; `-b=`, one
// with; and after the equal sign, or after a colon for what stands by place, what the value is:
//
//     @LIST   what `mallee complete LIST` prints     F   a file     D   a folder
//     a,b     one of these                           %   a filter: one of these, and then its value
import type { Command } from '../command'
import { commonOptions } from '../common-options'
import type { Argument, Options } from '../options'
import { flatten } from '../reader'
import { commandIds, loadCommand } from '../shelf'

/** What `mallee complete` knows to list, by what usage calls a value; by the suite where that matters. */
const lists: Readonly<Record<string, string>> = {
  ACL: 'network-acls',
  ACLASSOC: 'acl-associations',
  ADDRESS: 'addresses',
  ALARM: 'alarms',
  ALLOC: 'allocations',
  ATTACHMENT: 'attachments',
  ASGROUP: 'scaling-groups',
  CGATEWAY: 'customer-gateways',
  DHCPOPTS: 'dhcp-options',
  ELB: 'balancers',
  'euare GROUP': 'iam-groups',
  'euca GROUP': 'groups',
  GATEWAY: 'gateways',
  IGATEWAY: 'internet-gateways',
  IMAGE: 'images',
  INSTANCE: 'instances',
  INTERFACE: 'interfaces',
  KERNEL: 'kernels',
  KEYPAIR: 'key-pairs',
  LAUNCHCONFIG: 'launch-configurations',
  NACL: 'network-acls',
  NGATEWAY: 'nat-gateways',
  PEERCON: 'peerings',
  PEERCONN: 'peerings',
  POSITIONAL_VPC: 'vpcs',
  RAMDISK: 'ramdisks',
  ROLE: 'roles',
  RTABLE: 'route-tables',
  RTBASSOC: 'route-associations',
  SNAPSHOT: 'snapshots',
  STACK: 'stacks',
  SUBNET: 'subnets',
  USER: 'users',
  VGATEWAY: 'vpn-gateways',
  VOLUME: 'volumes',
  VPC: 'vpcs',
  VPCID: 'vpcs',
  VPNCONN: 'vpn-connections',
  ZONE: 'zones',
}

const folders = new Set(['DIR'])
const files = new Set(['FILE', '(FILE | DIR)', 'IMAGE_FILE', 'MD_FILE', 'ZIP'])

/** Words of a shell's script stand without quotes. */
const isPlain = (word: string): boolean => /^[\w.:/+-]+$/.test(word)

const kindOf = (suite: string, { kind, metavar = '', choices }: Argument): string => {
  if (choices) return choices.filter(isPlain).join(',')
  if (files.has(metavar)) return 'F'
  if (folders.has(metavar)) return 'D'
  // By place they are elastic ones; the options want private ones, or any.
  if (metavar === 'ADDRESS' && kind !== 'positional') return ''
  const list = lists[`${suite} ${metavar}`] ?? lists[metavar]
  return list === undefined ? '' : `@${list}`
}

const wordsOf = (suite: string, options: Options): string[] =>
  flatten(options)
    .filter(([, { hidden }]) => !hidden)
    .flatMap(([, argument]) => {
      const { kind, flags } = argument
      if (kind === 'positional') return [`:${kindOf(suite, argument)}`]
      const isBare = kind === 'flag' || kind === 'constant'
      return flags.map(flag => (isBare ? flag : `${flag}=${kindOf(suite, argument)}`))
    })

export interface Spec {
  /** `euca-describe-images`, `mallee-serve`. */
  readonly name: string
  readonly own: readonly string[]
  /** Of shared groups, the same for many tools. */
  readonly shared: readonly string[]
}

const specOf = (
  name: string,
  suite: string,
  { options, common, filters, dashH, ignoresWords }: Command,
): Spec => {
  const help = dashH === false ? ['--help'] : ['-h', '--help']
  if (ignoresWords) return { name, own: [], shared: help }
  // Filters are each tool's own.
  const shared = Object.fromEntries(
    Object.entries(commonOptions(common)).filter(([key]) => key !== 'filters'),
  )
  const names = Object.keys(filters ?? {}).filter(isPlain)
  // Of `tag:` the key comes first.
  const starts = names.map(key => (key.endsWith(':') ? key : `${key}=`))
  const filter = starts.length === 0 ? [] : [`--filter=%${starts.join(',')}`]
  return {
    name,
    own: [...wordsOf(suite, options), ...filter],
    shared: [...wordsOf('', shared), '--version', ...help],
  }
}

/** Commands that only other commands start. */
const inner = ['complete', 'guest', 'worker']

/** A spec of every tool, sorted by name. */
export const specs = async (): Promise<Spec[]> => {
  const ids = commandIds().filter(id => !inner.includes(id))
  const made = await Promise.all(
    ids.map(async id => {
      const [suite = ''] = id.split('/')
      const name = id.includes('/') ? id.replace('/', '-') : `mallee-${id}`
      const command = await loadCommand(id)
      return command ? [specOf(name, suite, command)] : []
    }),
  )
  return made.flat().sort((a, b) => (a.name < b.name ? -1 : 1))
}
