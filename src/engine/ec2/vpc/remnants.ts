// SPDX-License-Identifier: BSD-2-Clause
// What is listed for a while after it was deleted, in that state. For everything but lists it is no more.

import type { Tx } from '../../operation'
import { askedWithoutVerbose } from '../../verbose'
import { seenBy } from '../access/lists'
import { networkDemand } from '../access/networks'
import { listed, type NetworkKind, type NetworkThing, named } from './kinds'

/** As AWS. */
export const remnantSeconds = 3600

interface Mortal extends NetworkThing {
  readonly state: string
}

const isGone = ({ state }: Mortal): boolean => state === 'deleted'

/** The caller's own thing of this id, unless it is deleted. */
export const livingNamed = <R extends Mortal>(tx: Tx, kind: NetworkKind<R>, text: string | undefined): R => {
  const record = named(tx, kind, text)
  return isGone(record) ? kind.missing(record.id) : record
}

export const living = <R extends Mortal>(records: readonly R[]): readonly R[] =>
  records.filter(record => !isGone(record))

/** What a list shows of a kind, with ids as the request has them. */
export const shown = <R extends NetworkThing>(
  tx: Tx,
  kind: NetworkKind<R>,
  records: readonly R[],
  ids: readonly string[] | undefined,
): readonly R[] => {
  const { isVerbose, named: asked } = askedWithoutVerbose(tx.caller, ids)
  return listed(tx, kind, records, { asked, isVerbose }, seenBy(tx, networkDemand(kind)))
}
