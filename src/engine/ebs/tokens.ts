// SPDX-License-Identifier: BSD-2-Clause
// Tokens that only this cloud can have made: a number, a time until which it holds, and a code over both and over what
// the token is for. They hold no secret, and nothing of them is kept.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Tx } from '../operation'

const codeBytes = 16
const headBytes = 8

export interface Tokens {
  /** A token for a purpose, such as `block snap-1a2b3c4d`; 32 characters of base64. */
  make(purpose: string, value: number, expiresAt: Date): string
  /** The number in a token; undefined when it was not made for this purpose, or has expired. */
  read(purpose: string, token: string | undefined): number | undefined
}

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)

export const tokensOf = (tx: Tx): Tokens => {
  const { privateKey } = tx.cloudIdentity.must('cloud')
  const key = createHmac('sha256', privateKey).update('tokens of the EBS direct APIs').digest()
  const codeOf = (purpose: string, head: Buffer): Buffer =>
    createHmac('sha256', key).update(head).update(purpose).digest().subarray(0, codeBytes)
  return {
    make: (purpose, value, expiresAt) => {
      const head = Buffer.alloc(headBytes)
      head.writeUInt32BE(value, 0)
      head.writeUInt32BE(secondsOf(expiresAt), 4)
      return Buffer.concat([head, codeOf(purpose, head)]).toString('base64')
    },
    read: (purpose, token = '') => {
      const bytes = Buffer.from(token, 'base64')
      if (bytes.length !== headBytes + codeBytes || bytes.toString('base64') !== token) return undefined
      const head = bytes.subarray(0, headBytes)
      if (!timingSafeEqual(bytes.subarray(headBytes), codeOf(purpose, head))) return undefined
      return secondsOf(tx.now) <= head.readUInt32BE(4) ? head.readUInt32BE(0) : undefined
    },
  }
}
