// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { Refusal } from '../../src/engine/errors'
import { page } from '../../src/engine/pages'

const named = (count: number, step = 10) =>
  Array.from({ length: count }, (_, index) => ({ id: `r-${String(index * step).padStart(5, '0')}` }))
const key = ({ id }: { id: string }) => id
const ids = (items: readonly { id: string }[]) => items.map(key)

const refusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code

describe('pages', () => {
  it('give everything when no page is asked for', () => {
    assert.deepEqual(page(named(3), {}, { key }), { items: named(3), nextToken: undefined })
  })

  it('follow each other without gap or repetition, and end without a token', () => {
    const records = named(12)
    const seen: string[] = []
    let token: string | undefined
    let pages = 0
    do {
      const next: ReturnType<typeof page<{ id: string }>> = page(
        records,
        { MaxResults: 5, NextToken: token },
        { key },
      )
      seen.push(...ids(next.items))
      token = next.nextToken
      pages += 1
    } while (token)
    assert.equal(pages, 3)
    assert.deepEqual(seen, ids(records))
  })

  it('have no token when the last page is exactly full', () => {
    assert.equal(page(named(5), { MaxResults: 5 }, { key }).nextToken, undefined)
  })

  it('are not disturbed by records that come and go between them', () => {
    const records = named(12)
    const first = page(records, { MaxResults: 5 }, { key })
    const changed = [{ id: 'r-00005' }, ...records.filter(({ id }) => id !== 'r-00040'), { id: 'r-00055' }]
    const second = page(changed, { MaxResults: 5, NextToken: first.nextToken }, { key })
    assert.deepEqual(ids(second.items), ['r-00050', 'r-00055', 'r-00060', 'r-00070', 'r-00080'])
  })

  it('hold at most 1000 records', () => {
    const first = page(named(1500), { MaxResults: 5000 }, { key })
    assert.equal(first.items.length, 1000)
    assert.equal(page(named(1500), { NextToken: first.nextToken }, { key }).items.length, 500)
  })

  it('refuse fewer than 5, and pages together with ids', () => {
    assert.throws(() => page(named(9), { MaxResults: 4 }, { key }), refusal('InvalidParameterValue'))
    assert.throws(
      () => page(named(9), { MaxResults: -1 }, { key, minimum: 1 }),
      refusal('InvalidParameterValue'),
    )
    assert.throws(
      () => page(named(9), { MaxResults: 5 }, { key, ids: 'instancesSet' }),
      refusal('InvalidParameterCombination'),
    )
  })

  it('refuse tokens that were not given', () => {
    const { nextToken } = page(named(12), { MaxResults: 5 }, { key })
    for (const NextToken of ['x', 'bm90aGluZw', `${nextToken}=`, '../..', '%00']) {
      assert.throws(() => page(named(12), { NextToken }, { key }), refusal('InvalidNextToken'), NextToken)
    }
  })
})
