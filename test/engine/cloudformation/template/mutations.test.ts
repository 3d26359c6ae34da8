// SPDX-License-Identifier: BSD-2-Clause
// Templates that are right but for a few parts that chance put there: whatever is wrong with them is told in the service's
// words, and nothing breaks. `MALLEE_ROUNDS` tries more of them, `MALLEE_SEED` others.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resourceTypeNamed } from '../../../../src/engine/cloudformation/resources'
import {
  checkedProperties,
  checkProperties,
  evaluate,
  orderOf,
  propertiesOf,
  readTemplate,
  Unresolved,
} from '../../../../src/engine/cloudformation/template'
import { readDocument } from '../../../../src/engine/cloudformation/template/document'
import { Refusal } from '../../../../src/engine/errors'
import { chanceFrom, Templates } from './generator'
import { scopeFor } from './reading'

const rounds = Number(process.env.MALLEE_ROUNDS ?? 300)
const seed = Number(process.env.MALLEE_SEED ?? 6)

const text = readFileSync(join(__dirname, '../../../../examples/console-stack.template.yaml'), 'utf8')
const consoles = readDocument(text).value

/** The value with one part, or a few, replaced, taken away, or put where they do not belong. */
const mutated = (value: unknown, chance: () => number, other: () => unknown): unknown => {
  if (chance() < 0.004) return other()
  if (Array.isArray(value)) {
    const items = value.filter(() => chance() > 0.004).map(item => mutated(item, chance, other))
    return chance() < 0.004 ? [...items, other()] : items
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(() => chance() > 0.004)
  const renamed = entries.map(([name, member]) => {
    const key = chance() < 0.004 ? String(other()) : name
    return [key, mutated(member, chance, other)] as const
  })
  return Object.fromEntries(renamed)
}

/** All that is done with a template before anything is made of it. */
const use = (written: string): void => {
  const template = readTemplate(written)
  const given = Object.fromEntries(
    [...template.parameters.values()]
      .filter(declaration => declaration.default === undefined)
      .map(({ name }) => [name, name === 'CookieKey' ? 'k'.repeat(32) : (values[name] ?? 'x')]),
  )
  const known = Object.fromEntries(
    [...template.resources.keys()].map(id => [
      id,
      { ref: id, attributes: { DNSName: 'd', GroupId: ['a', 'b'] } },
    ]),
  )
  const scope = scopeFor(template, given, known)
  checkProperties(template)
  for (const logicalId of orderOf(scope)) {
    const type = resourceTypeNamed(template.resources.get(logicalId)?.type ?? '')
    assert.ok(type)
    checkedProperties(type, propertiesOf(scope, logicalId), { template, logicalId })
  }
  for (const { value } of template.outputs.values()) evaluate(scope, value)
}

const values: Readonly<Record<string, string>> = {
  ImageId: 'emi-12345678',
  CloudIP: '10.0.0.1',
  SSLCertArn: 'arn:aws:iam::000000000001:server-certificate/x',
}

describe('Templates with faults by chance', () => {
  it(`are refused in words, ${rounds} of them`, function () {
    this.timeout(60_000 + rounds * 50)
    const codes = new Map<string, number>()
    for (let round = 0; round < rounds; round++) {
      const chance = chanceFrom(seed + round * 104_729)
      const templates = new Templates(chance)
      const whole = round % 2 === 0 ? consoles : templates.template()
      const written = JSON.stringify(mutated(whole, chance, () => templates.value()))
      let what = 'right'
      try {
        use(written)
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof Unresolved)) {
          throw new Error(`seed ${seed}, round ${round}: ${written}`, { cause: error })
        }
        what = error instanceof Refusal ? error.code : error.name
      }
      codes.set(what, (codes.get(what) ?? 0) + 1)
    }
    // Enough of either kind to mean something.
    assert.deepEqual([...codes.keys()].sort(), ['ValidationError', 'right'].sort())
    for (const count of codes.values()) assert.ok(count > rounds / 20, JSON.stringify([...codes]))
  })

  it(`are refused in words when it is their text that is spoiled, ${rounds / 3} of them`, function () {
    this.timeout(60_000 + rounds * 100)
    const marks = [
      ...'{}[]:,-?!&*|>"\'%@`#\n \t\0\u2028',
      '!Ref ',
      '<<: ',
      '*a',
      '&a ',
      '!!binary ',
      '\ud800',
      '---\n',
    ]
    const json = JSON.stringify(consoles)
    for (let round = 0; round < rounds / 3; round++) {
      const chance = chanceFrom(seed + round * 15_485_863)
      const upTo = (most: number) => Math.floor(chance() * most)
      let written = round % 3 === 0 ? json : text
      for (let faults = 1 + upTo(3); faults > 0; faults--) {
        const at = upTo(written.length)
        const mark = marks[upTo(marks.length)] ?? ''
        written = written.slice(0, at) + mark + written.slice(at + upTo(3))
      }
      try {
        readTemplate(written)
      } catch (error) {
        assert.ok(error instanceof Refusal, `seed ${seed}, round ${round}: ${JSON.stringify(written)}`)
      }
    }
  })
})
