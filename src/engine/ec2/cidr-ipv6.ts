// SPDX-License-Identifier: BSD-2-Clause
// Blocks of IPv6 addresses, such as `2001:db8::/32`. Nobody has such an address here: rules of security groups name them,
// and are kept as they are.
import { isIPv6 } from 'node:net'

const bitsInAll = 128
const groupCount = 8

/** The eight groups of an address, whose end may be written as an IPv4 address. */
const groupsOf = (address: string): readonly number[] => {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [head = [], tail = []] = plain
    .split('::')
    .map(half => (half === '' ? [] : half.split(':').map(group => Number.parseInt(group, 16))))
  const zeros = groupCount - head.length - tail.length
  return [...head, ...Array<number>(zeros).fill(0), ...tail]
}

/** As short as it can be written (RFC 5952): the first of the longest runs of two zeros or more is left out. */
const textOf = (groups: readonly number[]): string => {
  const runs = groups.map((_, start) => {
    const length = groups.slice(start).findIndex(group => group !== 0)
    return { start, length: length === -1 ? groupCount - start : length }
  })
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best))
  const written = groups.map(group => group.toString(16))
  if (longest.length < 2) return written.join(':')
  const before = written.slice(0, longest.start).join(':')
  return `${before}::${written.slice(longest.start + longest.length).join(':')}`
}

/** A block in its shortest form, bits behind the mask cleared; undefined for what is none. */
export const ipv6BlockText = (text: string): string | undefined => {
  const [address = '', length = '', ...more] = text.split('/')
  const bits = Number(length)
  // A zone, as in `fe80::1%eth0`, is of one machine, and not of an address.
  if (!isIPv6(address) || address.includes('%') || more.length > 0) return undefined
  if (!/^\d{1,3}$/.test(length) || bits > bitsInAll) return undefined
  const masked = groupsOf(address).map((group, index) => {
    const kept = Math.min(Math.max(bits - index * 16, 0), 16)
    return group & (0xffff << (16 - kept)) & 0xffff
  })
  return `${textOf(masked)}/${bits}`
}
