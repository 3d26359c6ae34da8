// SPDX-License-Identifier: BSD-2-Clause
// Ids and secrets (engine-iam-elb, part 1 §3), and documents as they are shown.
import type { Tx } from '../operation'
import type { InlinePolicy } from './schema'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
// The partition that every id of a cloud carries.
const partition = 'AA'

/** `count` random characters. */
const characters = (tx: Tx, count: number, alphabet: string): string =>
  [...tx.random(count * 2)]
    .slice(0, count)
    .map(byte => alphabet[byte % alphabet.length])
    .join('')

/** An id of `length` characters: prefix (`AID`, `AGP`, `ARO`, `AIP`, `ASC`, `AKI`, …), partition, base32. */
export const identifier = (tx: Tx, prefix: string, length = 21): string => {
  const start = prefix + partition
  return start + characters(tx, length, base32).slice(start.length)
}

/** A secret key: 40 letters and digits. */
export const secretText = (tx: Tx): string => characters(tx, 40, secretAlphabet)

/** For ids that carry no partition, such as a signing certificate's. */
export const base32Text = (tx: Tx, count: number): string => characters(tx, count, base32)

/** IAM's documents are percent-encoded in answers, as RFC 3986 has it. */
export const policyShown = ({ name, document }: InlinePolicy) => ({
  PolicyName: name,
  PolicyDocument: encodeURIComponent(document).replace(
    /[!'()*]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  ),
})
