// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { Sections } from '../../src/config/ini'
import { lookUp, variantsOf } from '../../src/config/sections'
import { configError } from './folder'

const sections = (entries: Record<string, Record<string, string>>): Sections =>
  new Map(Object.entries(entries).map(([name, options]) => [name, new Map(Object.entries(options))]))

describe('looking up an option', () => {
  it('tries wildcards in the order of a binary count', () => {
    assert.deepEqual(variantsOf('a:b:c'), [
      'a:b:c',
      'a:b:*',
      'a:*:c',
      'a:*:*',
      '*:b:c',
      '*:b:*',
      '*:*:c',
      '*:*:*',
    ])
    assert.deepEqual(variantsOf('a'), ['a'])
  })

  it('passes over a section that exists without the option', () => {
    const found = lookUp(sections({ 'aws:us': {}, 'aws:*': { x: '1' } }), 'aws:us', 'x')
    assert.deepEqual(found, { value: '1', section: 'aws:*' })
  })

  it('finds the one closest longer name that ends in this one', () => {
    const all = sections({ 'x:b': { o: '1' }, 'y:x:b': { o: '2' } })
    assert.deepEqual(lookUp(all, 'b', 'o'), { value: '1', section: 'x:b' })
  })

  it('refuses an ambiguous name, even when no candidate has the option', () => {
    assert.throws(
      () => lookUp(sections({ 'x:b': {}, 'a:b': {} }), 'b', 'o'),
      configError("'b' is ambiguous; closest matches are a:b, x:b"),
    )
  })

  it('does not take a name that ends in the same letters for a longer one', () => {
    assert.equal(lookUp(sections({ 'x:ab': { o: '1' } }), 'b', 'o'), undefined)
  })

  it('falls back to the section `*` last of all', () => {
    const all = sections({ '*': { o: 'any' }, 'x:b': { o: 'longer' } })
    assert.equal(lookUp(all, 'b', 'o')?.value, 'longer')
    assert.equal(lookUp(all, 'c', 'o')?.value, 'any')
  })

  it('continues where `use` points, and reports that section as the origin', () => {
    const all = sections({
      a: { 'iam-url': 'use b', o: 'use b Other' },
      'x:b': { 'iam-url': 'http://b/', other: '1' },
    })
    assert.deepEqual(lookUp(all, 'a', 'iam-url'), { value: 'http://b/', section: 'x:b' })
    assert.deepEqual(lookUp(all, 'a', 'o'), { value: '1', section: 'x:b' })
  })

  it('cuts a loop of `use` and takes its text as it is', () => {
    const all = sections({ a: { o: 'use b' }, b: { o: 'use a' } })
    assert.deepEqual(lookUp(all, 'a', 'o'), { value: 'use b', section: 'a' })
  })

  it('finds nothing where `use` points nowhere', () => {
    assert.equal(lookUp(sections({ a: { o: 'use elsewhere' } }), 'a', 'o'), undefined)
  })

  it('finds an option that is there but empty', () => {
    assert.deepEqual(lookUp(sections({ 'a:b': { o: '' }, 'a:*': { o: '1' } }), 'a:b', 'o'), {
      value: '',
      section: 'a:b',
    })
  })
})
