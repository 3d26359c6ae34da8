// SPDX-License-Identifier: BSD-2-Clause
import type { Cloud } from '../../support/cloud'

/** What follows the prefix of the next ids, instead of what chance says; it has the say again after the last. */
export const drawIds = ({ engine }: Cloud, ...drawn: string[]): void => {
  const { entropy } = engine.around
  const real = entropy.bytes
  entropy.bytes = count => {
    const next = count === 4 ? drawn.shift() : undefined
    return next === undefined ? real(count) : Buffer.from(next, 'hex')
  }
}
