// SPDX-License-Identifier: BSD-2-Clause
// Templates by chance.
import { conditionalSections, groupWith, type Written } from './reading'

/** Numbers from 0 to 1, the same ones for the same seed. */
export const chanceFrom = (start: number): (() => number) => {
  let state = start
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export class Templates {
  constructor(readonly chance: () => number) {}

  #upTo(most: number): number {
    return Math.floor(this.chance() * most)
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#upTo(list.length)] as T
  }

  #some<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.#upTo(most + 1) }, make)
  }

  // What a reader might take for something else.
  text(): string {
    const strange = [
      ...[
        '',
        ' ',
        'true',
        'No',
        'null',
        '~',
        '0755',
        '1.0',
        '-',
        '- a',
        'a: b',
        '#',
        '*a',
        '&a',
        '!Ref a',
        '<<',
      ],
      ...[
        '2010-09-09',
        '"',
        "'",
        '\\',
        'a\nb',
        ' a\n\n b\n',
        'a\tb',
        '%',
        '@',
        '`',
        '{',
        '[',
        ',',
        '|',
        '>',
        '? a',
      ],
      ...[
        'é',
        '😀',
        '\u0085',
        '\u2028',
        '${!x}',
        '1e3',
        '.5',
        '0x1F',
        'NaN',
        '=',
        '---',
        '...',
        'x'.repeat(120),
      ],
    ]
    return this.chance() < 0.7
      ? this.#one(strange)
      : String.fromCodePoint(...this.#some(12, () => 32 + this.#upTo(94)))
  }

  #plain(depth: number): unknown {
    const kind = this.#upTo(depth > 2 ? 3 : 5)
    if (kind === 0) return this.text()
    if (kind === 1) return this.#upTo(100_000) - 500
    if (kind === 2) return this.chance() < 0.5
    if (kind === 3) return this.#some(3, () => this.value(depth + 1))
    return Object.fromEntries(this.#some(3, () => [`m${this.text()}`, this.value(depth + 1)]))
  }

  value(depth = 0): unknown {
    if (this.chance() < 0.6 || depth > 2) return this.#plain(depth)
    const inner = () => this.value(depth + 1)
    return this.#one<() => unknown>([
      () => ({ Ref: this.#one(['P', 'G', 'AWS::Region', 'AWS::NoValue']) }),
      () => ({ 'Fn::GetAtt': ['G', 'GroupId'] }),
      () => ({ 'Fn::Join': [this.text(), this.#some(3, inner)] }),
      () => ({ 'Fn::Base64': inner() }),
      () => ({ 'Fn::If': [this.#one(['Yes', 'No']), inner(), inner()] }),
      () => ({ 'Fn::Sub': ['${P} ${a}', { a: { Ref: 'P' } }] }),
      () => ({ 'Fn::Sub': 'x${P}y' }),
      () => ({ 'Fn::GetAZs': '' }),
      () => ({ 'Fn::Select': [this.#upTo(2), this.#some(3, inner)] }),
      () => ({ 'Fn::FindInMap': ['M', 'k', this.text()] }),
    ])()
  }

  template(): Written {
    const resources = this.#some(4, () => [
      `R${this.#upTo(1000)}`,
      groupWith({ GroupDescription: this.value(), Tags: this.value() }, { Metadata: { a: this.value() } }),
    ])
    return {
      ...conditionalSections,
      Description: `d${this.text()}`,
      Resources: { G: groupWith({}), ...Object.fromEntries(resources) },
      Outputs: { O: { Value: { Ref: 'P' }, Description: this.text() } },
    }
  }
}
