// SPDX-License-Identifier: BSD-2-Clause
// What euca-authorize and euca-revoke have in common: the options that describe one rule of a security group.
import type { IpPermission } from '@aws-sdk/client-ec2'
import { int } from '../argument-types'
import { UsageError } from '../errors'
import { type Args, exclusive, flag, option, positional } from '../options'
import { protocolNumber, servicePort } from './name-databases'
import { portOptions } from './port-options'

export const permissionOptions = {
  group: positional('GROUP', { help: 'name or ID of the security group to change (required)' }),
  egress: flag('--egress', { help: 'change a rule for outgoing traffic; VPC groups only' }),
  protocol: option('-P --protocol', {
    metavar: 'PROTOCOL',
    default: 'tcp',
    help: 'protocol of the traffic: tcp, udp, icmp, all, or another by name or number (default: tcp)',
  }),
  ...portOptions,
  source: exclusive(
    { required: false },
    {
      cidr: option('-s --cidr', { metavar: 'CIDR', help: 'IP range the rule is for (default: 0.0.0.0/0)' }),
      targetGroup: option('-o', {
        metavar: 'GROUP',
        help: 'name or ID of the security group the rule is for; a name needs -u',
      }),
    },
  ),
  account: option('-u', { metavar: 'ACCOUNT', help: 'ID of the account that has the group given with -o' }),
}

export type PermissionArgs = Args<typeof permissionOptions>
type TrafficArgs = Pick<PermissionArgs, 'protocol' | 'portRange' | 'icmpTypeCode'>

type Ports = Pick<IpPermission, 'FromPort' | 'ToPort'>

const number = (flag: string, text: string): number => {
  try {
    return int(text)
  } catch {
    throw new UsageError(`argument ${flag}: '${text}' is not an integer`)
  }
}

const atLeastMinusOne = (flag: string, value: number): number => {
  if (value < -1) throw new UsageError(`argument ${flag}: ${value} is less than -1`)
  return value
}

const portFlag = '-p/--port-range'
const portsOf = ({ portRange, icmpTypeCode }: TrafficArgs, protocol: 'tcp' | 'udp'): Ports => {
  if (icmpTypeCode !== undefined) {
    throw new UsageError(`argument -t/--icmp-type-code: not compatible with protocol ${protocol}`)
  }
  if (portRange === undefined)
    throw new UsageError(`argument ${portFlag} is required for protocol ${protocol}`)
  if (portRange.includes(':'))
    throw new UsageError(`argument ${portFlag}: multi-port ranges must be joined with "-"`)
  const [, from, to] = /^(-?\d+)(?:-(-?\d+))?$/.exec(portRange) ?? []
  if (from === undefined) {
    const port = servicePort(portRange, protocol)
    if (port === undefined)
      throw new UsageError(
        `argument ${portFlag}: '${portRange}' is no port, range of ports, or ${protocol} service`,
      )
    return { FromPort: port, ToPort: port }
  }
  const lower = atLeastMinusOne(portFlag, number(portFlag, from))
  const upper = atLeastMinusOne(portFlag, number(portFlag, to ?? from))
  return { FromPort: lower === -1 ? 1 : lower, ToPort: upper === -1 ? 65535 : upper }
}

const icmpFlag = '-t/--icmp-type-code'
const icmpOf = ({ portRange, icmpTypeCode = '-1:-1' }: TrafficArgs): Ports => {
  if (portRange !== undefined) throw new UsageError(`argument ${portFlag}: not compatible with protocol icmp`)
  const parts = icmpTypeCode.split(':')
  // The type alone stands for all of its codes.
  if (parts.length > 2)
    throw new UsageError(`argument ${icmpFlag}: '${icmpTypeCode}' must have form TYPE:CODE`)
  const [type, code] = [parts[0] ?? '', parts[1] ?? '-1'].map(text =>
    atLeastMinusOne(icmpFlag, number(icmpFlag, text)),
  )
  return { FromPort: type, ToPort: code }
}

/** Protocol and ports, or type and code, as options say them. Throws UsageError. */
export const trafficOf = (args: TrafficArgs): Ports & { IpProtocol: string } => {
  const protocol = args.protocol.toLowerCase()
  if (protocol === 'icmp' || protocol === '1') return { IpProtocol: protocol, ...icmpOf(args) }
  if (protocol === 'tcp' || protocol === '6') return { IpProtocol: protocol, ...portsOf(args, 'tcp') }
  if (protocol === 'udp' || protocol === '17') return { IpProtocol: protocol, ...portsOf(args, 'udp') }
  if (protocol === 'all' || protocol === '-1') return { IpProtocol: '-1' }
  if (/^\d+$/.test(protocol)) return { IpProtocol: protocol }
  const found = protocolNumber(protocol)
  if (found === undefined) throw new UsageError(`argument -P/--protocol: unknown protocol '${args.protocol}'`)
  return { IpProtocol: String(found) }
}

const pairOf = ({ targetGroup, account, egress }: PermissionArgs): IpPermission['UserIdGroupPairs'] => {
  if (targetGroup === undefined) return account === undefined ? undefined : [{ UserId: account }]
  if (targetGroup.startsWith('sg-')) return [{ ...(account && { UserId: account }), GroupId: targetGroup }]
  if (egress) throw new UsageError('argument -o: egress rules need the ID of a group rather than its name')
  if (!account) throw new UsageError('argument -u is required when -o names a group')
  return [{ UserId: account, GroupName: targetGroup }]
}

/** The rule that the options describe. Throws UsageError. */
export const permissionOf = (args: PermissionArgs): IpPermission => {
  const pairs = pairOf(args)
  // The original sent 0.0.0.0/0 beside a group as well, and so opened to the world what was meant for that group.
  const cidr = args.cidr ?? (args.targetGroup === undefined ? '0.0.0.0/0' : undefined)
  return {
    ...trafficOf(args),
    ...(pairs && { UserIdGroupPairs: pairs }),
    ...(cidr !== undefined && { IpRanges: [{ CidrIp: cidr }] }),
  }
}

/** The group whose rules change. Throws UsageError. */
export const changedGroup = ({
  group,
  egress,
}: PermissionArgs): { GroupId: string } | { GroupName: string } => {
  if (group.startsWith('sg-')) return { GroupId: group }
  if (egress) throw new UsageError('argument GROUP: egress rules need the ID of a group rather than its name')
  return { GroupName: group }
}

/** Everything that can be wrong with the arguments, found before anything is sent. */
export const checkPermission = (args: PermissionArgs): void => {
  changedGroup(args)
  permissionOf(args)
}
