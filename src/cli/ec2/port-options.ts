// SPDX-License-Identifier: BSD-2-Clause
// How rules of security groups and entries of network ACLs say which traffic of a protocol they are for.
import { option } from '../options'

export const portOptions = {
  portRange: option('-p --port-range', {
    metavar: 'RANGE',
    dashValues: /^-1/,
    help: 'range of ports, or name of a service, such as "22", "1024-4999" or "ssh" (required for tcp and udp)',
  }),
  icmpTypeCode: option('-t --icmp-type-code', {
    metavar: 'TYPE:CODE',
    dashValues: /^-1/,
    help: 'ICMP type and code, such as "8:-1"; -1 stands for all (default: -1:-1)',
  }),
}
