// SPDX-License-Identifier: BSD-2-Clause
// Where the engine's chance comes from. Tests give a source that repeats.
import { generateKeyPairSync, randomBytes } from 'node:crypto'

export interface Entropy {
  bytes(count: number): Buffer
  /** A fresh 2048-bit RSA private key, PKCS#8 PEM. */
  rsaKey(): string
}

export const systemEntropy: Entropy = {
  bytes: count => randomBytes(count),
  rsaKey: () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    }).privateKey,
}
