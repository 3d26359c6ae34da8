// SPDX-License-Identifier: BSD-2-Clause
// A second line under an error, for people: what was probably meant, or what is to be set. The first line is the
// original's, which scripts may look at, and stays as it was.
import { didYouMean } from './closest'
import type { Command } from './command'
import { commonOptions } from './common-options'
import { isUsageError } from './errors'
import { flatten } from './reader'

interface Kind {
  /** What it is, with its article. */
  readonly noun: string
  /** The tool that shows it. */
  readonly tool: string
}

const image = (noun: string): Kind => ({ noun, tool: 'euca-describe-images' })
const machine = image('an image')
const kernel = image('a kernel')
const ramdisk = image('a ramdisk')

/** What an ID names, by what stands in front of its digits. */
const kinds: Readonly<Record<string, Kind>> = {
  acl: { noun: 'a network ACL', tool: 'euca-describe-network-acls' },
  aclassoc: { noun: 'the association of a network ACL', tool: 'euca-describe-network-acls' },
  aki: kernel,
  ami: machine,
  ari: ramdisk,
  bun: { noun: 'a bundle task', tool: 'euca-describe-bundle-tasks' },
  cgw: { noun: 'a customer gateway', tool: 'euca-describe-customer-gateways' },
  dopt: { noun: 'a set of DHCP options', tool: 'euca-describe-dhcp-options' },
  eipalloc: { noun: 'an elastic address', tool: 'euca-describe-addresses' },
  eki: kernel,
  emi: machine,
  eni: { noun: 'a network interface', tool: 'euca-describe-network-interfaces' },
  eri: ramdisk,
  i: { noun: 'an instance', tool: 'euca-describe-instances' },
  igw: { noun: 'an internet gateway', tool: 'euca-describe-internet-gateways' },
  'import-i': { noun: 'a conversion task', tool: 'euca-describe-conversion-tasks' },
  'import-vol': { noun: 'a conversion task', tool: 'euca-describe-conversion-tasks' },
  nat: { noun: 'a NAT gateway', tool: 'euca-describe-nat-gateways' },
  pcx: { noun: 'a VPC peering connection', tool: 'euca-describe-vpc-peering-connections' },
  r: { noun: 'a reservation of instances', tool: 'euca-describe-instances' },
  rtb: { noun: 'a route table', tool: 'euca-describe-route-tables' },
  rtbassoc: { noun: 'the association of a route table', tool: 'euca-describe-route-tables' },
  sg: { noun: 'a security group', tool: 'euca-describe-groups' },
  snap: { noun: 'a snapshot', tool: 'euca-describe-snapshots' },
  subnet: { noun: 'a subnet', tool: 'euca-describe-subnets' },
  vgw: { noun: 'a virtual private gateway', tool: 'euca-describe-vpn-gateways' },
  vol: { noun: 'a volume', tool: 'euca-describe-volumes' },
  vpc: { noun: 'a VPC', tool: 'euca-describe-vpcs' },
  vpn: { noun: 'a VPN connection', tool: 'euca-describe-vpn-connections' },
}

/** The prefixes that an argument may have, by what usage calls its value. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  ACL: ['acl'],
  ACLASSOC: ['aclassoc'],
  ALLOC: ['eipalloc'],
  BUNDLE: ['bun'],
  CGATEWAY: ['cgw'],
  DHCPOPTS: ['dopt', 'default'],
  GATEWAY: ['igw', 'nat', 'vgw'],
  IGATEWAY: ['igw'],
  IMAGE: ['emi', 'ami', 'eki', 'aki', 'eri', 'ari'],
  INSTANCE: ['i'],
  INTERFACE: ['eni'],
  KERNEL: ['eki', 'aki'],
  NACL: ['acl'],
  NGATEWAY: ['nat'],
  PEERCON: ['pcx'],
  PEERCONN: ['pcx'],
  RAMDISK: ['eri', 'ari'],
  RTABLE: ['rtb'],
  RTBASSOC: ['rtbassoc'],
  SNAPSHOT: ['snap'],
  SUBNET: ['subnet'],
  TASK: ['import-i', 'import-vol'],
  VGATEWAY: ['vgw'],
  VOLUME: ['vol'],
  VPC: ['vpc'],
  VPCID: ['vpc'],
  VPNCONN: ['vpn'],
}

/** Codes of refusals because of what was given, rather than of who asks or how much there is. */
const aboutValues = /^Invalid|^ValidationError$|NotFound$|Malformed$/

const prefixOf = (id: string): string | undefined => /^([a-z-]+)-[0-9a-fA-F]{8,17}$/.exec(id)?.[1]

/** `i-… is an instance: see euca-describe-instances`, when an argument is given what is no ID of its kind. */
const otherKind = (command: Command, given: Readonly<Record<string, unknown>>): string | undefined => {
  for (const [key, { metavar = '' }] of flatten(command.options)) {
    const prefixes = wanted[metavar]
    const values = given[key] === undefined ? [] : [given[key]].flat()
    for (const value of values) {
      const prefix = typeof value === 'string' ? prefixOf(value) : undefined
      const kind = prefix === undefined ? undefined : kinds[prefix]
      if (prefixes && prefix !== undefined && kind && !prefixes.includes(prefix))
        return `${value} is ${kind.noun}: see ${kind.tool}`
    }
  }
  return undefined
}

/** A filter or an option that there is not, but nearly. */
const misspelt = (command: Command, message: string): string | undefined => {
  const [, filter, value] =
    /^argument --filter: "([^"=]+)([^"]*)" matches no available filters$/.exec(message) ?? []
  if (filter !== undefined) {
    const names = Object.keys(command.filters ?? {})
    if (value === '' && names.includes(filter)) return `it needs a value: ${filter}=VALUE`
    return didYouMean(filter, names)
  }
  const [, option] = /^unrecognized arguments: (--[^\s=]+)/.exec(message) ?? []
  if (option === undefined) return undefined
  const options = { ...command.options, ...commonOptions(command.common, command.filters) }
  return didYouMean(
    option,
    flatten(options).flatMap(([, { flags, hidden }]) => (hidden ? [] : flags)),
  )
}

const inFile = 'in ~/.euca/*.ini'

/** Where a setting comes from that is missing. */
const settings: readonly (readonly [RegExp, string])[] = [
  [
    /^missing (access key ID|secret key); /,
    `set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_CREDENTIAL_FILE, or key-id and secret-key of a [user] ${inFile}`,
  ],
  [/^missing account ID; /, `set EC2_USER_ID, or account-id of a [user] ${inFile}`],
  [/^missing cloud certificate; /, `set EUCALYPTUS_CERT to its file, or certificate of a [region] ${inFile}`],
  [/^missing certificate; /, `set EC2_CERT to its file, or certificate of a [user] ${inFile}`],
  [/^missing private key; /, `set EC2_PRIVATE_KEY to its file, or private-key of a [user] ${inFile}`],
]

const unset = async (command: Command, message: string, region: unknown): Promise<string | undefined> => {
  const [, service] = /^No ([a-z0-9]+) endpoint to connect to was given\./.exec(message) ?? []
  if (service === undefined) return settings.find(([pattern]) => pattern.test(message))?.[1]
  // Who names a region is not helped by being told to name one.
  const [, named] = typeof region === 'string' ? (/([^@]+)$/.exec(region) ?? []) : []
  if (named !== undefined) return `there has to be a [region ${named}] with ${service}-url ${inFile}`
  const { endpointVariables } = await import('../config/index')
  const variable = Object.hasOwn(endpointVariables, service)
    ? endpointVariables[service as keyof typeof endpointVariables]
    : undefined
  const isItsOwn =
    command.common.includes('service-url') && (command.service ?? command.urlService) === service
  const given = isItsOwn ? ' give -U,' : ''
  return variable && `set ${variable},${given} or choose a region with --region or EUCA_DEFAULT_REGION`
}

/** The line for an error of a command that was given these arguments, as far as they were read; or nothing. */
export const hintFor = async (
  error: unknown,
  command: Command,
  given: Readonly<Record<string, unknown>>,
): Promise<string | undefined> => {
  if (!(error instanceof Error)) return undefined
  if (isUsageError(error)) return misspelt(command, error.message)
  if (error.name === 'ServiceError' && 'code' in error)
    return aboutValues.test(String(error.code)) ? otherKind(command, given) : undefined
  return unset(command, error.message, given.region)
}
