// SPDX-License-Identifier: BSD-2-Clause
// Fn::Cidr: the first blocks of a size within another one. IPv4 alone, as this cloud has no other networks.

/** `undefined` when there is no such block, or not as many of that size in it. */
export const cidrBlocks = (block: string, count: number, bits: number): readonly string[] | undefined => {
  const [, address = '', prefix = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(block) ?? []
  const bytes = address.split('.').map(Number)
  const isAddress = bytes.length === 4 && bytes.every(byte => byte <= 255)
  const isWhole = [count, bits].every(Number.isInteger)
  if (!isAddress || !isWhole || count < 1 || count > 256 || bits < 1 || bits > 31) return undefined
  const length = Number(prefix)
  const size = 2 ** bits
  const whole = 2 ** (32 - length)
  if (length > 32 || count * size > whole) return undefined
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const first = number - (number % whole)
  return Array.from({ length: count }, (_, index) => `${dotted(first + index * size)}/${32 - bits}`)
}

const dotted = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
