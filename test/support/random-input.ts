// SPDX-License-Identifier: BSD-2-Clause
// Requests by chance: of the right shape, with what their members should not hold.
import { createHash } from 'node:crypto'
import { elementOf, membersOf, type Shape } from '../../src/schemas/shapes'

/** Numbers from 0 up to a bound, the same for the same seed. */
export const dice = (seed: string) => {
  let thrown = 0
  return (bound: number): number =>
    createHash('sha256').update(`${seed} ${thrown++}`).digest().readUInt32BE(0) % bound
}

const numbers = [-1, 0, 1, 2, 101, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 1.5]

/** An input of this shape. Texts are of these words. */
export const anything = (
  shape: Shape,
  roll: (bound: number) => number,
  words: readonly string[],
): unknown => {
  switch (shape.kind) {
    case 'list':
      return Array.from({ length: roll(3) }, () => anything(elementOf(shape), roll, words))
    case 'struct':
      return Object.fromEntries(
        membersOf(shape)
          .filter(({ required }) => (required ? roll(8) > 0 : roll(3) === 0))
          .map(member => [member.name, anything(member.shape, roll, words)]),
      )
    case 'number':
      return numbers[roll(numbers.length)]
    case 'boolean':
      return roll(2) === 0
    case 'timestamp':
      return new Date([0, 1392552796000, 4e12, -1e12][roll(4)] ?? 0)
    default:
      return words[roll(words.length)]
  }
}
