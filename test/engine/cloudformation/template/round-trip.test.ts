// SPDX-License-Identifier: BSD-2-Clause
// Templates by chance, written as JSON and in three ways as YAML, are read as the same. `MALLEE_ROUNDS` reads more of them,
// `MALLEE_SEED` others.
import assert from 'node:assert/strict'
import { Document, stringify, visit } from 'yaml'
import { readTemplate } from '../../../../src/engine/cloudformation/template'
import { readDocument } from '../../../../src/engine/cloudformation/template/document'
import { conditionalSections, groupWith, type Written } from './reading'

const rounds = Number(process.env.MALLEE_ROUNDS ?? 60)
const seed = Number(process.env.MALLEE_SEED ?? 6)

/** Numbers from 0 to 1, the same ones for the same seed. */
const chanceFrom = (start: number): (() => number) => {
  let state = start
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

class Templates {
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

/** All functions as short tags, where YAML lets them be. */
const withShortTags = (template: unknown): string => {
  const document = new Document(template, { aliasDuplicateObjects: false })
  visit(document, {
    Map: (_, map) => {
      const [pair] = map.items
      const name = map.items.length === 1 && pair ? String((pair.key as { value?: unknown }).value) : ''
      const value = pair?.value as { tag?: string } | undefined
      // A function that is the argument of another has that one's tag, and a value has only one.
      if (!value || value.tag || map.tag || !/^(Ref|Fn::[A-Za-z0-9]+)$/.test(name)) return undefined
      value.tag = `!${name.replace('Fn::', '')}`
      return value as never
    },
  })
  return document.toString({ lineWidth: 0 })
}

const readAs = (text: string) => {
  const { positionOf: _, ...template } = readTemplate(text)
  return template
}

describe('Templates by chance', () => {
  it(`are the same in JSON and YAML, ${rounds} of them`, function () {
    this.timeout(20_000 + rounds * 100)
    for (let round = 0; round < rounds; round++) {
      const template = new Templates(chanceFrom(seed + round * 7919)).template()
      const json = JSON.stringify(template)
      const texts = [
        JSON.stringify(template, null, 2),
        stringify(template, { aliasDuplicateObjects: false }),
        stringify(template, {
          aliasDuplicateObjects: false,
          collectionStyle: 'flow',
          defaultStringType: 'QUOTE_DOUBLE',
        })
          // What begins with a brace is JSON.
          .replace(/^/, '# flow\n'),
        withShortTags(template),
      ]
      const expected = readAs(json)
      assert.deepEqual(readDocument(json).value, JSON.parse(json))
      for (const text of texts) assert.deepEqual(readAs(text), expected, `seed ${seed + round}: ${text}`)
    }
  })
})
