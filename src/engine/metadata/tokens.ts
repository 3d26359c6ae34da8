// SPDX-License-Identifier: BSD-2-Clause
// Tokens of the metadata service's second version. Nothing is kept of them: a token is its end and a seal on that and on
// the instance, made with a key that follows from the cloud's own.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Tx } from '../operation'

/** Six hours, as in EC2. */
export const longestSeconds = 21600

const endBytes = 6

const sealOf = (tx: Tx, instanceId: string, end: Buffer): Buffer =>
  createHmac('sha256', tx.cloudIdentity.must('cloud').privateKey)
    .update(`metadata token of ${instanceId} until `)
    .update(end)
    .digest()

/** A token that is good for so many seconds, for this instance. */
export const metadataToken = (tx: Tx, instanceId: string, seconds: number): string => {
  const end = Buffer.alloc(endBytes)
  end.writeUIntBE(Math.floor(tx.now.getTime() / 1000) + seconds, 0, endBytes)
  return Buffer.concat([end, sealOf(tx, instanceId, end)]).toString('base64url')
}

/** How many seconds a token is still good for; undefined for one that is not. */
export const secondsLeft = (tx: Tx, instanceId: string, token: string): number | undefined => {
  const bytes = Buffer.from(token, 'base64url')
  const end = bytes.subarray(0, endBytes)
  const expected = Buffer.concat([end, sealOf(tx, instanceId, end)])
  // Only the one spelling: what a decoder passes over would make other texts the same token.
  const isOurs =
    bytes.length === expected.length &&
    timingSafeEqual(bytes, expected) &&
    bytes.toString('base64url') === token
  if (!isOurs) return undefined
  const left = end.readUIntBE(0, endBytes) - Math.floor(tx.now.getTime() / 1000)
  return left > 0 ? left : undefined
}
