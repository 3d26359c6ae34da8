// SPDX-License-Identifier: BSD-2-Clause
// What can be said of a certificate without a library.
import { createHash } from 'node:crypto'

/** DER bytes of the first PEM block. */
export const derOf = (pem: string): Buffer =>
  Buffer.from(pem.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, ''), 'base64')

/** Colon-separated lower-case hex pairs of the bytes' digest, as `sha1` or `sha256`. */
export const fingerprint = (der: Buffer, algorithm: string): string =>
  (createHash(algorithm).update(der).digest('hex').match(/../g) ?? []).join(':')
