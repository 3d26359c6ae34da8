// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Refusal } from '../../src/engine/errors'
import { type Filter, matchFilters, wildcard } from '../../src/engine/filters'

interface Thing {
  readonly name: string
  readonly colours?: readonly string[]
  readonly size?: number
  readonly made?: Date
}

const table = {
  name: (thing: Thing) => thing.name,
  colour: (thing: Thing) => thing.colours,
  size: (thing: Thing) => thing.size,
  made: (thing: Thing) => thing.made,
  'note:': (thing: Thing, rest: string) => (rest === 'upper' ? thing.name.toUpperCase() : undefined),
}

const things: readonly Thing[] = [
  { name: 'ash', colours: ['grey', 'green'], size: 3, made: new Date('2014-01-02T03:04:05Z') },
  { name: 'birch', colours: ['white'], size: 12 },
  { name: 'b*', colours: [] },
]

const matching = (...filters: Filter[]) => things.filter(matchFilters(filters, table)).map(({ name }) => name)

const refusal = (code: string, message?: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal)
  assert.equal(error.code, code)
  if (message !== undefined) assert.equal(error.message, message)
  return true
}

describe('filters', () => {
  it('let everything through when there are none', () => {
    assert.deepEqual(matching(), ['ash', 'birch', 'b*'])
  })

  it('take the values of one filter as alternatives and several filters together', () => {
    assert.deepEqual(matching({ Name: 'name', Values: ['ash', 'birch'] }), ['ash', 'birch'])
    assert.deepEqual(
      matching({ Name: 'name', Values: ['ash', 'birch'] }, { Name: 'colour', Values: ['white'] }),
      ['birch'],
    )
  })

  it('match a list when any member matches, and never an empty or absent one', () => {
    assert.deepEqual(matching({ Name: 'colour', Values: ['green'] }), ['ash'])
    assert.deepEqual(matching({ Name: 'colour', Values: ['*'] }), ['ash', 'birch'])
    assert.deepEqual(matching({ Name: 'size', Values: ['*'] }), ['ash', 'birch'])
  })

  it('compare numbers and times as EC2 writes them', () => {
    assert.deepEqual(matching({ Name: 'size', Values: ['12'] }), ['birch'])
    assert.deepEqual(matching({ Name: 'made', Values: ['2014-01-02T03:04:05.000Z'] }), ['ash'])
    assert.deepEqual(matching({ Name: 'made', Values: ['2014-01-*'] }), ['ash'])
  })

  it('find a time by its instant, however that is written', () => {
    for (const written of [
      '2014-01-02T03:04:05Z',
      '2014-01-02T03:04:05.000000+00:00',
      '2014-01-02T04:04:05+01:00',
    ]) {
      assert.deepEqual(matching({ Name: 'made', Values: [written] }), ['ash'], written)
    }
    for (const written of ['2014-01-02T03:04:05+01:00', '2014-01-02', '2014-01-02T03:04:06Z', 'yesterday']) {
      assert.deepEqual(matching({ Name: 'made', Values: [written] }), [], written)
    }
    assert.deepEqual(matching({ Name: 'name', Values: ['2014-01-02T03:04:05Z'] }), [])
  })

  it('take a backslash as removing the meaning of a wildcard', () => {
    assert.deepEqual(matching({ Name: 'name', Values: ['b*'] }), ['birch', 'b*'])
    assert.deepEqual(matching({ Name: 'name', Values: ['b\\*'] }), ['b*'])
    assert.deepEqual(matching({ Name: 'name', Values: ['?sh'] }), ['ash'])
    assert.deepEqual(matching({ Name: 'name', Values: ['ASH'] }), [])
  })

  it('hand the rest of a name to a table entry that ends in a colon', () => {
    assert.deepEqual(matching({ Name: 'note:upper', Values: ['ASH'] }), ['ash'])
    assert.deepEqual(matching({ Name: 'note:lower', Values: ['*'] }), [])
    assert.throws(() => matching({ Name: 'note:', Values: ['*'] }), refusal('InvalidParameterValue'))
  })

  it('refuse a name that the table does not have, inherited ones included', () => {
    for (const Name of ['shape', 'constructor', 'toString', '__proto__', '', 'Name']) {
      assert.throws(
        () => matching({ Name, Values: ['x'] }),
        refusal('InvalidParameterValue', `The filter '${Name}' is invalid`),
      )
    }
    assert.throws(
      () => matching({ Values: ['x'] }),
      refusal('InvalidParameterValue', "The filter 'null' is invalid"),
    )
  })

  it('refuse a filter without values and more than 200 values in all', () => {
    assert.throws(() => matching({ Name: 'name', Values: [] }), refusal('InvalidParameterValue'))
    const hundred = Array.from({ length: 100 }, (_, index) => `n${index}`)
    assert.deepEqual(matching({ Name: 'name', Values: hundred }, { Name: 'colour', Values: hundred }), [])
    assert.throws(
      () => matching({ Name: 'name', Values: hundred }, { Name: 'colour', Values: [...hundred, 'x'] }),
      refusal('FilterLimitExceeded'),
    )
  })
})

describe('wildcards', () => {
  it('match as expected', () => {
    const cases: [string, string, boolean][] = [
      ['*', '', true],
      ['?', '', false],
      ['a*c', 'abbbc', true],
      ['a*c', 'abbb', false],
      ['*a*b*', 'xxaxxbxx', true],
      ['a**b', 'ab', true],
      ['a?b', 'aéb', true],
      ['a?b', 'a😀b', true],
      ['a\\?b', 'a?b', true],
      ['a\\?b', 'axb', false],
      ['\\\\', '\\', true],
      ['trailing\\', 'trailing\\', true],
      ['a.c', 'abc', false],
      ['[a]', 'a', false],
    ]
    for (const [pattern, text, expected] of cases) {
      assert.equal(wildcard(pattern)(text), expected, `${pattern} against ${text}`)
    }
  })

  it('do not take exponential time', () => {
    const matches = wildcard(`${'*a'.repeat(100)}b`)
    assert.equal(matches('a'.repeat(2000)), false)
  })
})
