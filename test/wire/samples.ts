// SPDX-License-Identifier: BSD-2-Clause
// Sample values for any schema: every member is there, lists have two items, texts hold what needs escaping, and no two
// leaves are alike, so that a value which ends up in a neighbour's place is seen.
import { elementOf, entryOf, membersOf, type Shape } from '../../src/schemas/shapes'

const DEPTH = 20

export class Samples {
  #count = 0
  readonly #inside: unknown[] = []
  /** Members for which `leaveOut` holds get no value. */
  constructor(readonly leaveOut: (name: string, shape: Shape) => boolean = () => false) {}

  of(shape: Shape): unknown {
    this.#count += 1
    const n = this.#count
    switch (shape.kind) {
      case 'string':
        return `${n} é & <"'> 🙂 =+%/${n}`
      case 'number':
        return n
      case 'boolean':
        return n % 2 === 0
      case 'timestamp':
        return new Date(
          Date.UTC(2014, 1, 16, 12, 13, 16, shape.timestamp === 'date-time' ? 250 : 0) + n * 1000,
        )
      case 'blob':
        return Buffer.from(`blob ${n} \u00ff`)
      case 'list':
        return this.#nested(shape, () => [this.of(elementOf(shape)), this.of(elementOf(shape))]) ?? []
      case 'map': {
        const { value } = entryOf(shape)
        return (
          this.#nested(shape, () => ({ [`key ${n} &`]: this.of(value), [`other ${n}`]: this.of(value) })) ??
          {}
        )
      }
      case 'struct':
        return this.#nested(shape, () => this.struct(shape)) ?? {}
      default:
        return undefined
    }
  }

  struct(shape: Shape): Record<string, unknown> {
    const members = membersOf(shape).filter(({ name, shape: of }) => !this.leaveOut(name, of))
    // A union holds one member only.
    const chosen = isUnion(shape) ? members.slice(0, 1) : members
    return Object.fromEntries(chosen.map(member => [member.name, this.of(member.shape)]).filter(hasContent))
  }

  #nested<T>(shape: Shape, make: () => T): T | undefined {
    const cycle = typeof shape.source === 'object' && this.#inside.includes(shape.source)
    if (cycle || this.#inside.length >= DEPTH) return undefined
    this.#inside.push(shape.source)
    try {
      return make()
    } finally {
      this.#inside.pop()
    }
  }
}

const isUnion = (shape: Shape): boolean => Array.isArray(shape.source) && shape.source[0] === 4

// A structure without members, or a list without items, leaves no trace in a form.
const hasContent = ([, value]: unknown[]): boolean =>
  value !== undefined &&
  (typeof value !== 'object' || value === null || value instanceof Date || Object.keys(value).length > 0)

/** The same value in plain objects and texts: dates, byte arrays and prototypes do not get in the way of a comparison. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Date) return `date ${value.toISOString()}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [name, plain(inner)]),
  )
}
