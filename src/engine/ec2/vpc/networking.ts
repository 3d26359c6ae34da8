// SPDX-License-Identifier: BSD-2-Clause
// Which kind of network the cloud was founded with. `vpc`: every account has a default VPC, and all instances are in one.
// `classic`: one flat network, as EC2 had it before (Eucalyptus' EDGE mode). Folders of older releases are classic.
import { refuse } from '../../errors'
import type { Tx } from '../../operation'

export type Networking = 'vpc' | 'classic'

export const networkingOf = (tx: Tx): Networking => tx.cloudIdentity.get('cloud')?.networking ?? 'classic'

export const hasVpcs = (tx: Tx): boolean => networkingOf(tx) === 'vpc'

/** For operations that make something of a VPC: refused where there are none. */
export const needVpcs = (tx: Tx): void => {
  if (!hasVpcs(tx)) {
    refuse('UnsupportedOperation', 'VPCs are not supported with the networking mode of this cloud (classic)')
  }
}
