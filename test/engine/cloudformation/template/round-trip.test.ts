// SPDX-License-Identifier: BSD-2-Clause
// Templates by chance, written as JSON and in three ways as YAML, are read as the same. `MALLEE_ROUNDS` reads more of them,
// `MALLEE_SEED` others.
import assert from 'node:assert/strict'
import { Document, stringify, visit } from 'yaml'
import { readTemplate } from '../../../../src/engine/cloudformation/template'
import { readDocument } from '../../../../src/engine/cloudformation/template/document'
import { chanceFrom, Templates } from './generator'

const rounds = Number(process.env.MALLEE_ROUNDS ?? 60)
const seed = Number(process.env.MALLEE_SEED ?? 6)

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
    this.timeout(60_000 + rounds * 100)
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
