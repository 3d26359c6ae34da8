// SPDX-License-Identifier: BSD-2-Clause
// Codes that change with time (TOTP, RFC 6238): HMAC-SHA1 of the number of half minutes since 1970, six digits.
import { createHmac } from 'node:crypto'

const stepSeconds = 30
const digits = 6
// A device's clock may be this many steps off, and its owner a little slow to type.
const tolerance = 1

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const base32Of = (bytes: Buffer): string => {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map(five => base32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

const bytesOf = (text: string): Buffer => {
  const bits = [...text].map(letter => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(eight => Number.parseInt(eight, 2)))
}

export const stepOf = (time: Date): number => Math.floor(time.getTime() / 1000 / stepSeconds)

/** The code of a step, for a seed in base32. */
export const codeAt = (seed: string, step: number): string => {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', bytesOf(seed)).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step, after `last` and near to now, that a code is of; undefined when it is of none. */
export const stepOfCode = (seed: string, code: string, now: Date, last = -1): number | undefined => {
  for (let step = stepOf(now) - tolerance; step <= stepOf(now) + tolerance; step++) {
    if (step > last && codeAt(seed, step) === code) return step
  }
  return undefined
}

/** The later step of two codes that follow each other, looked for within so many steps of now. */
export const stepOfPair = (
  seed: string,
  [first, second]: readonly [string, string],
  now: Date,
  reach: number,
  last = -1,
): number | undefined => {
  for (let step = stepOf(now) - reach; step <= stepOf(now) + reach; step++) {
    const isPair = step > last && codeAt(seed, step) === first && codeAt(seed, step + 1) === second
    if (isPair) return step + 1
  }
  return undefined
}
