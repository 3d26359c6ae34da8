// SPDX-License-Identifier: BSD-2-Clause
// How long an instance may live that a policy lets run.
import type { Match } from './contracts'

const millisecondsPerMinute = 60_000

/**
 * When what these statements allow has to end; undefined where none of them says so. Of several the latest counts, as
 * Eucalyptus documents it. For RunInstances: `contractsOf(tx.decide(demand).by, tx.now)`.
 */
export const contractsOf = (matches: readonly Match[], now: Date): Date | undefined => {
  const ends = matches.flatMap(({ statement }) =>
    statement.effect === 'Allow'
      ? statement.contracts.map(contract =>
          'minutes' in contract ? now.getTime() + contract.minutes * millisecondsPerMinute : contract.at,
        )
      : [],
  )
  return ends.length === 0 ? undefined : new Date(Math.max(...ends))
}
