// SPDX-License-Identifier: BSD-2-Clause
// What the tools that write entries of network ACLs have in common.
import type { CreateNetworkAclEntryRequest } from '@aws-sdk/client-ec2'
import { type Args, flag, oneOf, option, positional } from '../options'
import { trafficOf } from './permission'
import { portOptions } from './port-options'

export const aclEntryOptions = (doing: string) => ({
  acl: positional('NACL', { help: `ID of the network ACL to ${doing} (required)` }),
  ruleNumber: option('-n --rule-number', {
    metavar: 'INT',
    type: 'int',
    required: true,
    help: 'number of the entry; entries with lower numbers go before others (required)',
  }),
  action: oneOf(
    { required: true },
    {
      allow: { flags: '--allow', help: 'let traffic pass that the entry fits' },
      deny: { flags: '--deny', help: 'stop traffic that the entry fits' },
    },
  ),
  cidr: option('-r --cidr', {
    metavar: 'CIDR',
    required: true,
    help: 'block of addresses that the traffic comes from, or goes to (required)',
  }),
  protocol: option('-P --protocol', {
    default: '-1',
    help: 'protocol of the traffic: tcp, udp, icmp, all, or another by name or number (default: all)',
  }),
  egress: flag('--egress', { help: 'an entry for outgoing traffic (default: incoming)' }),
  ...portOptions,
})

type AclEntryArgs = Args<ReturnType<typeof aclEntryOptions>>

/** Entries have numbers where rules of groups may have names. */
const numbers: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17' }

/** The entry that the options describe. Throws UsageError. */
export const aclEntryOf = (args: AclEntryArgs): CreateNetworkAclEntryRequest => {
  const { IpProtocol, FromPort, ToPort } = trafficOf(args)
  const protocol = numbers[IpProtocol] ?? IpProtocol
  return {
    NetworkAclId: args.acl,
    RuleNumber: args.ruleNumber,
    Protocol: protocol,
    RuleAction: args.action,
    Egress: args.egress,
    CidrBlock: args.cidr,
    ...(FromPort !== undefined &&
      (protocol === '1'
        ? { IcmpTypeCode: { Type: FromPort, Code: ToPort } }
        : { PortRange: { From: FromPort, To: ToPort } })),
  }
}
