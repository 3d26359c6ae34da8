// SPDX-License-Identifier: BSD-2-Clause
// Entries of network ACLs: what each says, and how they are made, replaced and deleted. The codes and sentences are those of
// Eucalyptus 4.4 where it has any.
import type {
  CreateNetworkAclEntryRequest,
  DeleteNetworkAclEntryRequest,
  ReplaceNetworkAclEntryRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import type { Operation, Tx } from '../../operation'
import type { AclEntry, NetworkAcl } from '../schema/vpc'
import { kinds, named } from './kinds'
import { noIpv6, requestedBlock } from './requested'

/** `cloud.vpc.rulespernetworkacl`: entries of either direction, the last one left out. */
const entriesPerDirection = 20

/** The number of the entry that ends either direction; no other may have it. */
export const lastEntryNumber = 32767

/** Protocols that go by names. */
const protocolNames: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17', all: '-1' }

/** IANA's number of a protocol as texts have it, `-1` for all of them; undefined for what is none. */
export const protocolNumberOf = (text: string): string | undefined => {
  const name = text.toLowerCase()
  if (Object.hasOwn(protocolNames, name)) return protocolNames[name]
  return /^(?:-1|\d{1,3})$/.test(text) && Number(text) <= 255 ? String(Number(text)) : undefined
}

// ---- what a request says -----------------------------------------------------------------------------------------

const checkNumber = (number: number | undefined): number =>
  number !== undefined && Number.isInteger(number) && number >= 1 && number < lastEntryNumber
    ? number
    : refuse('InvalidParameterValue', `Rule number invalid: ${number}`)

const missing = (parameter: string): never =>
  refuse('MissingParameter', `The request must contain the parameter ${parameter}`)

type Wish = CreateNetworkAclEntryRequest | ReplaceNetworkAclEntryRequest

const cidrOf = ({ CidrBlock, Ipv6CidrBlock }: Wish): string => {
  if (Ipv6CidrBlock) refuse('UnsupportedOperation', noIpv6)
  return requestedBlock(CidrBlock, 'cidrBlock').cidr
}

const allowedBy = ({ RuleAction }: Wish): boolean => {
  if (RuleAction === 'allow' || RuleAction === 'deny') return RuleAction === 'allow'
  return refuse(
    'InvalidParameterValue',
    `Value (${RuleAction}) for parameter ruleAction is invalid. Valid values are allow and deny.`,
  )
}

const icmpOf = ({ IcmpTypeCode }: Wish): NonNullable<AclEntry['icmp']> => {
  const { Type = missing('icmpTypeCode.type'), Code = missing('icmpTypeCode.code') } =
    IcmpTypeCode ?? missing('icmpTypeCode')
  for (const [name, value] of Object.entries({ type: Type, code: Code })) {
    if (value < -1 || value > 255) {
      refuse('InvalidParameterValue', `Value (${value}) for parameter icmpTypeCode.${name} is invalid.`)
    }
  }
  return { type: Type, code: Code }
}

const portsOf = ({ PortRange }: Wish): NonNullable<AclEntry['ports']> => {
  const { From = missing('portRange.from'), To = missing('portRange.to') } = PortRange ?? missing('portRange')
  for (const port of [From, To]) {
    if (port < 0 || port > 65535) {
      refuse('InvalidParameterValue', `Value (${port}) for parameter portRange is invalid.`)
    }
  }
  return From <= To
    ? { from: From, to: To }
    : refuse('InvalidParameterValue', `Invalid TCP/UDP port range (${From}:${To})`)
}

/** Protocols other than ICMP, TCP and UDP have neither ports nor types: what is said of these is passed over. */
const entryOf = (input: Wish): AclEntry => {
  const number = checkNumber(input.RuleNumber)
  const cidr = cidrOf(input)
  const text = input.Protocol ?? ''
  const protocol =
    protocolNumberOf(text) ?? refuse('InvalidParameterValue', `Protocol invalid: ${input.Protocol}`)
  return {
    ...{ number, isEgress: input.Egress === true, protocol, isAllowed: allowedBy(input), cidr },
    ...(protocol === '1' && { icmp: icmpOf(input) }),
    ...((protocol === '6' || protocol === '17') && { ports: portsOf(input) }),
  }
}

// ---- operations --------------------------------------------------------------------------------------------------

const isAt =
  ({ number, isEgress }: Pick<AclEntry, 'number' | 'isEgress'>) =>
  (entry: AclEntry): boolean =>
    entry.number === number && entry.isEgress === isEgress

const withEntries = (tx: Tx, acl: NetworkAcl, entries: readonly AclEntry[]): void => {
  tx.networkAcls.put({ ...acl, entries })
}

export const createNetworkAclEntry: Operation<CreateNetworkAclEntryRequest, void> = (tx, input) => {
  const acl = named(tx, kinds.networkAcl, input.NetworkAclId)
  const entry = entryOf(input)
  if (acl.entries.some(isAt(entry))) {
    refuse('NetworkAclEntryAlreadyExists', `Entry exists with rule number: ${entry.number}`)
  }
  if (acl.entries.filter(({ isEgress }) => isEgress === entry.isEgress).length >= entriesPerDirection) {
    refuse('NetworkAclEntryLimitExceeded', `Network ACL entry limit exceeded for ${acl.id}`)
  }
  withEntries(tx, acl, [...acl.entries, entry])
}

const notFound = (number: number): never =>
  refuse('InvalidNetworkAclEntry.NotFound', `Entry not found for rule number: ${number}`)

export const replaceNetworkAclEntry: Operation<ReplaceNetworkAclEntryRequest, void> = (tx, input) => {
  const acl = named(tx, kinds.networkAcl, input.NetworkAclId)
  const entry = entryOf(input)
  const index = acl.entries.findIndex(isAt(entry))
  if (index === -1) notFound(entry.number)
  withEntries(tx, acl, acl.entries.with(index, entry))
}

export const deleteNetworkAclEntry: Operation<DeleteNetworkAclEntryRequest, void> = (tx, input) => {
  const acl = named(tx, kinds.networkAcl, input.NetworkAclId)
  const number = checkNumber(input.RuleNumber)
  const index = acl.entries.findIndex(isAt({ number, isEgress: input.Egress === true }))
  if (index === -1) notFound(number)
  withEntries(tx, acl, acl.entries.toSpliced(index, 1))
}
