// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { anyText, filterType, mergeFilters } from '../../src/cli/filters'

const take = filterType({
  ...anyText('name', 'tag:', 'tag-key'),
  code: { type: 'int' },
  state: { choices: ['on', 'off'] },
})
const refusal = (text: string): string => {
  try {
    take(text)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('Filters', () => {
  it('take a value with equal signs in it, and an empty one', () => {
    assert.deepEqual(take('name=a=b'), { name: 'name', value: 'a=b' })
    assert.deepEqual(take('name='), { name: 'name', value: '' })
  })

  it('take the tag of any key but no key at all', () => {
    assert.deepEqual(take('tag:colour=red'), { name: 'tag:colour', value: 'red' })
    assert.equal(refusal('tag:=red'), '"tag:=red" matches no available filters')
  })

  it('refuse unknown names, also those of object prototypes', () => {
    for (const text of ['nme=a', 'name', '', 'constructor=x', '__proto__=x', 'toString=x']) {
      assert.equal(refusal(text), `"${text}" matches no available filters`)
    }
  })

  it('check numbers and choices', () => {
    assert.equal(refusal('code=x'), "code filter value 'x' must have type int")
    assert.equal(refusal('state=up'), "state filter value 'up' must match one of on, off")
    assert.equal(refusal('code=16'), '')
  })

  it('are merged by name', () => {
    assert.deepEqual(mergeFilters([take('name=a'), take('state=on'), take('name=b')]), [
      { Name: 'name', Values: ['a', 'b'] },
      { Name: 'state', Values: ['on'] },
    ])
  })
})
