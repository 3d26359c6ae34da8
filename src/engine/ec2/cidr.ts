// SPDX-License-Identifier: BSD-2-Clause
// Blocks of IPv4 addresses, such as `10.0.0.0/16`, and the addresses in them.
import { isIPv4 } from 'node:net'

export interface Block {
  /** The lowest address, as a number. */
  readonly first: number
  /** How many bits say which network it is: 0 to 32. */
  readonly bits: number
}

export const addressNumber = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)

export const addressText = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')

export const sizeOf = ({ bits }: Block): number => 2 ** (32 - bits)

/** A block as it is written, bits behind the mask cleared; undefined for what is none. */
export const blockOf = (text: string): Block | undefined => {
  const [address = '', bits = '', ...more] = text.split('/')
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || more.length > 0) return undefined
  const size = 2 ** (32 - Number(bits))
  return { first: Math.floor(addressNumber(address) / size) * size, bits: Number(bits) }
}

/** The block of a record, which was checked when it was written. */
export const blockOnRecord = (cidr: string): Block => {
  const block = blockOf(cidr)
  if (!block) throw new Error(`no block of addresses: ${cidr}`)
  return block
}

export const blockText = ({ first, bits }: Block): string => `${addressText(first)}/${bits}`

/** Whether the text names the lowest address of its block: what EC2 wants of networks. */
export const isCanonical = (text: string): boolean => {
  const block = blockOf(text)
  return block !== undefined && blockText(block) === text
}

export const includes = (outer: Block, inner: Block): boolean =>
  outer.bits <= inner.bits && inner.first >= outer.first && inner.first < outer.first + sizeOf(outer)

export const overlaps = (one: Block, other: Block): boolean => includes(one, other) || includes(other, one)

export const isInBlock = (address: string, block: Block): boolean => {
  const number = addressNumber(address)
  return number >= block.first && number < block.first + sizeOf(block)
}
