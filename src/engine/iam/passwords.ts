// SPDX-License-Identifier: BSD-2-Clause
// Passwords are kept as scrypt of them, with a salt each: who reads the records learns none of them.
import { scryptSync, timingSafeEqual } from 'node:crypto'
import type { Tx } from '../operation'
import type { Password, PasswordHash } from './schema'

const saltBytes = 16
const hashBytes = 32
/** scrypt's N. With r of 8 and p of 1 one guess takes 16 MiB of memory and some hundredths of a second. */
const cost = 16_384
const others = { r: 8, p: 1 }

const digest = (text: string, { salt, cost }: Pick<PasswordHash, 'salt' | 'cost'>): Buffer =>
  // Letters with accents can be typed in two ways, and are the same password.
  scryptSync(text.normalize('NFKC'), Buffer.from(salt, 'hex'), hashBytes, { N: cost, ...others })

/** A password as it is kept. */
export const hashPassword = (tx: Tx, text: string): PasswordHash => {
  const salted = { salt: tx.random(saltBytes).toString('hex'), cost }
  return { ...salted, hash: digest(text, salted).toString('hex') }
}

/** Passwords that a user had, the newest first. They share a salt, so that a new one is compared with all of them at once. */
export type Remembered = NonNullable<Password['remembered']>

export const isRemembered = (remembered: Remembered | undefined, text: string, most: number): boolean => {
  if (!remembered) return false
  return remembered.hashes.slice(0, most).includes(digest(text, remembered).toString('hex'))
}

/** With this one in front, and no more than `most`. */
export const remember = (tx: Tx, before: Remembered | undefined, text: string, most: number): Remembered => {
  const {
    salt,
    cost: agreed,
    hashes,
  } = before ?? {
    salt: tx.random(saltBytes).toString('hex'),
    cost,
    hashes: [],
  }
  const hash = digest(text, { salt, cost: agreed }).toString('hex')
  return { salt, cost: agreed, hashes: [hash, ...hashes].slice(0, most) }
}

// Nobody's: no text is known that has this hash.
const nobodys: PasswordHash = { salt: '00'.repeat(saltBytes), hash: '00'.repeat(hashBytes), cost }

/**
 * Whether a text is the password. Without a hash, for a user whom there is not or who has no password, it is not, but
 * finding that out takes as long as if there were one.
 */
export const isPassword = (hash: PasswordHash | undefined, text: string): boolean => {
  const kept = hash ?? nobodys
  const isSame = timingSafeEqual(digest(text, kept), Buffer.from(kept.hash, 'hex'))
  return isSame && hash !== undefined
}
