// SPDX-License-Identifier: BSD-2-Clause
// `verbose` among the names or ids of a list: a cloud administrator's word for everybody's.
import type { Caller } from './operation'

interface Asked {
  /** Everybody's are asked for, by one who may. */
  readonly isVerbose: boolean
  /** What else is named. */
  readonly named: readonly string[]
}

const word = 'verbose'

/** To others than cloud administrators the word is a name as any. */
export const askedFor = (
  { isCloudAdmin }: Pick<Caller, 'isCloudAdmin'>,
  names: readonly string[] = [],
): Asked => {
  const isVerbose = isCloudAdmin && names.includes(word)
  return { isVerbose, named: isVerbose ? names.filter(name => name !== word) : names }
}

/** As `askedFor`, where the word is passed over in others' requests, as in Eucalyptus. */
export const askedWithoutVerbose = (
  caller: Pick<Caller, 'isCloudAdmin'>,
  names: readonly string[] = [],
): Asked => ({ ...askedFor(caller, names), named: names.filter(name => name !== word) })
