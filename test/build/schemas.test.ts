// SPDX-License-Identifier: BSD-2-Clause
// The SDK's schemas as the bundles have them, against the SDK's own: the same, and shared where those are shared.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../..')
const clients = [
  'ec2',
  's3',
  'iam',
  'sts',
  'ebs',
  'auto-scaling',
  'cloudwatch',
  'cloudformation',
  'elastic-load-balancing',
]

type Exports = Readonly<Record<string, unknown>>
interface SchemasModule {
  moduleOf(client: string, names: readonly string[]): string
}

const referred = (value: unknown): unknown => (typeof value === 'function' ? value() : value)

/** Walk both at once; each array of the one stands for one of the other. */
const checkAlike = (one: Exports, other: Exports): number => {
  const met = new Map<unknown, unknown>()
  const walk = (left: unknown, right: unknown, path: string): void => {
    const [theirs, ours] = [referred(left), referred(right)]
    if (typeof theirs !== 'object' || theirs === null) {
      assert.equal(ours, theirs, path)
      return
    }
    if (met.has(theirs)) {
      if (Array.isArray(theirs)) assert.equal(ours, met.get(theirs), `${path} is another`)
      return
    }
    met.set(theirs, ours)
    assert.ok(
      typeof ours === 'object' && ours !== null && Array.isArray(ours) === Array.isArray(theirs),
      path,
    )
    assert.deepEqual(Object.keys(ours), Object.keys(theirs), path)
    for (const key of Object.keys(theirs)) {
      walk(theirs[key as keyof typeof theirs], ours[key as keyof typeof ours], `${path}.${key}`)
    }
  }
  for (const name of Object.keys(other)) walk(one[name], other[name], name)
  return met.size
}

describe('Schemas in the bundles', () => {
  let schemas: SchemasModule
  before(async () => {
    schemas = await import(join(root, 'scripts/schemas.mjs'))
  })

  for (const client of clients) {
    it(`are those of ${client}`, () => {
      const name = `@aws-sdk/client-${client}`
      const own: Exports = createRequire(__filename)(name)
      const names = Object.keys(own).filter(key => key.endsWith('$') && Array.isArray(own[key]))
      const text = schemas
        .moduleOf(name, names)
        .replace(/export const (.*)/, `const $1\nreturn { ${names.join(', ')} }`)
      const made: Exports = new Function(text)()
      assert.deepEqual(Object.keys(made).sort(), names.sort())
      assert.ok(checkAlike(own, made) > names.length)
    })
  }

  it('are nothing that is code', () => {
    const code = () => schemas.moduleOf('@aws-sdk/client-sts', ['STSClient'])
    assert.throws(code, /constructor/)
  })
})
