// SPDX-License-Identifier: BSD-2-Clause

const table = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  table[byte] = value
}

/**
 * CRC-32C (Castagnoli) of bytes that follow others whose CRC is `crc`. As ext4 has it: neither are the bits of the first
 * value inverted, nor those of the result. Begin with all ones.
 */
export const crc32c = (crc: number, bytes: Uint8Array): number => {
  let value = crc
  // The table has an entry for every byte.
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number)
  return value >>> 0
}

export const crcStart = 0xffff_ffff
