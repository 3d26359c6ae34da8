// SPDX-License-Identifier: BSD-2-Clause
// The SDK's schemas as data. In the SDK they are code: thousands of arrays in variables that refer to each other, all of
// which an engine would have to make before the first is used. A tool comes to a few dozen of them. So each is a text
// here, read when it is first asked for; only those that our sources import by name are made at once.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)

/**
 * All that these values lead to, as texts: the first of a list of themselves, each other of an array that is referred to,
 * by an object whose one member has no name: traits have names all.
 */
const textsOf = values => {
  const numbers = new Map(values.map((value, number) => [value, number]))
  const shared = [...values]
  const uses = new Map()
  const count = value => {
    if (typeof value === 'function') return count(value())
    if (typeof value !== 'object' || value === null) return
    uses.set(value, (uses.get(value) ?? 0) + 1)
    if (uses.get(value) === 1) Object.values(value).forEach(count)
  }
  values.forEach(count)
  const numberOf = value => {
    if (!numbers.has(value)) numbers.set(value, shared.push(value) - 1)
    return numbers.get(value)
  }
  const encoded = (value, isOwn = false) => {
    if (typeof value === 'function') {
      const schema = value()
      return Array.isArray(schema) ? { '': numberOf(schema) } : encoded(schema)
    }
    if (Array.isArray(value)) {
      if (!isOwn && (numbers.has(value) || uses.get(value) > 1)) return { '': numberOf(value) }
      return value.map(element => encoded(element))
    }
    if (typeof value === 'object' && value !== null) {
      if (Object.getPrototypeOf(value) !== Object.prototype)
        throw new Error('not a schema: it has a prototype')
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, encoded(member)]))
    }
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new Error(`not a schema: ${typeof value}`)
    return value
  }
  const first = JSON.stringify(values.map(value => encoded(value, true)))
  const texts = [first]
  for (let number = values.length; number < shared.length; number++)
    texts.push(JSON.stringify(encoded(shared[number], true)))
  return texts
}

/** A module with the same exports of these names as an SDK client has. */
export const moduleOf = (client, names) => {
  const exported = require(client)
  const texts = textsOf(names.map(name => exported[name]))
  const declared = names.map((name, number) => `${name} = made[${number}]`)
  return `
const linked = value => {
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = linked(value[index])
    return value
  }
  const number = value['']
  return number === undefined ? value : () => (made[number] ??= linked(JSON.parse(texts[number - ${names.length - 1}])))
}
const texts = ${JSON.stringify(texts.join('\n'))}.split('\\n')
const made = linked(JSON.parse(texts[0]))
export const ${declared.join(', ')}
`
}

/** In place of SDK clients, what `namesOf` a client says; nothing else of them is used in the bundles. */
export const schemasAsData = (root, namesOf) => ({
  name: 'schemas-as-data',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/client-[a-z0-9-]+$/ }, ({ path }) => ({
      path: join('node_modules', path),
      namespace: 'schemas',
    }))
    onLoad({ filter: /.*/, namespace: 'schemas' }, ({ path }) => {
      const client = path.replace(/^node_modules./, '').replaceAll('\\', '/')
      return { loader: 'js', contents: moduleOf(client, namesOf(client)), resolveDir: root }
    })
  },
})
