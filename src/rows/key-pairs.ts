// SPDX-License-Identifier: BSD-2-Clause
import type { Row } from './cell'

interface KeyPair {
  readonly KeyName?: string | undefined
  readonly KeyFingerprint?: string | undefined
}

export const keyPairRow = ({ KeyName, KeyFingerprint }: KeyPair): Row => ['KEYPAIR', KeyName, KeyFingerprint]

export const keyPairRows = (keys: readonly KeyPair[] | undefined): Row[] => (keys ?? []).map(keyPairRow)
