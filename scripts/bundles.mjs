// SPDX-License-Identifier: BSD-2-Clause
// What is behind the tools, in a few bundles: a tool reads only those that it comes to, and reading is most of what a
// short one does. A module is in one bundle alone, as what it holds must not be there twice; the others reach it through
// that bundle's table of modules.
import { join, relative } from 'node:path'
import { build } from 'esbuild'

const prefix = 'elsewhere:'

/** An import of a module, by its path below the root, that is elsewhere. */
export const elsewhere = name => ({ path: `${prefix}${name}`, external: true })

/** For esbuild's settings. */
export const isElsewhere = `${prefix}*`

/** Which modules a bundle has to tell others of. Each is loaded when it is first asked for. */
const tableOf = names => `
const once = (load, made) => () => {
  if (made) return made
  const found = load()
  // None of ours changes what it exports, and whoever calls it need not call a getter each time.
  return (made = found.table ?? (found.__esModule ? { ...found, __esModule: true } : found))
}
module.exports = {
${names.map(name => `  ${JSON.stringify(name)}: once(() => require(${JSON.stringify(`table:${name}`)})),`).join('\n')}
}
`

/**
 * How tables find their modules: SDK clients by a list of what is used of them, as a namespace would have a getter for
 * each of a thousand names.
 */
const tables = (root, namesOf) => ({
  name: 'tables',
  setup: ({ onResolve, onLoad, resolve }) => {
    onResolve({ filter: /^table:/ }, ({ path }) => {
      const [, name, client] = /^table:(?:schemas:node_modules.)?((@aws-sdk[/\\].*)|.*)$/.exec(path)
      return client === undefined
        ? resolve(`./${name}`, { kind: 'require-call', resolveDir: root, pluginData: 'found' })
        : { path: client.replaceAll('\\', '/'), namespace: 'table' }
    })
    onLoad({ filter: /.*/, namespace: 'table' }, ({ path }) => {
      const names = namesOf(path).join(', ')
      return {
        resolveDir: root,
        contents: `import { ${names} } from '${path}'\nexport const table = { __proto__: null, ${names} }`,
      }
    })
  },
})

/** What is known of the bundles so far. `doors` are all modules that are imported lazily. */
class Plan {
  constructor(root, bundles, doors) {
    this.root = root
    this.bundles = bundles
    this.doors = new Set(doors)
    /** In which bundle, by its number, each module is that was found in one. */
    this.owners = new Map()
    /** By bundle: modules that are no doors, and that later bundles need. */
    this.asked = bundles.map(() => new Set())
  }

  ownerOf(name) {
    return this.owners.get(name) ?? this.bundles.findIndex(({ holds }) => holds.test(name))
  }

  namesIn(number) {
    const doors = [...this.doors].filter(name => this.ownerOf(name) === number)
    return [...new Set([...doors, ...this.asked[number]])].sort()
  }

  size() {
    return [this.doors, this.owners, ...this.asked].reduce((sum, names) => sum + names.size, 0)
  }

  /** In the sources `require` stands for an import that is lazy and not awaited; packages say nothing by it. */
  isLazy(kind, importer) {
    return (
      kind === 'dynamic-import' ||
      (kind === 'require-call' && /^src[/\\]/.test(relative(this.root, importer)))
    )
  }

  /** Has a bundle end where another begins. */
  borders(number) {
    return {
      name: 'borders',
      setup: ({ onResolve, resolve }) => {
        onResolve({ filter: /.*/ }, async ({ path, kind, importer, namespace, resolveDir, pluginData }) => {
          if (pluginData === 'found' || kind === 'entry-point' || path.startsWith('table:')) return undefined
          const found = await resolve(path, { kind, importer, namespace, resolveDir, pluginData: 'found' })
          // What a plugin makes up is small, and may be there several times.
          if (found.external || !['file', 'schemas'].includes(found.namespace)) return found
          const name = found.namespace === 'file' ? relative(this.root, found.path) : `schemas:${found.path}`
          const isLazy = this.isLazy(kind, importer)
          const owner = isLazy ? this.ownerOf(name) : (this.owners.get(name) ?? number)
          if (isLazy) this.doors.add(name)
          else if (owner < number) this.asked[owner].add(name)
          return (isLazy ? owner !== number : owner < number) ? elsewhere(name) : found
        })
      },
    }
  }

  linked(text) {
    const whole = text.replace(
      new RegExp(`require\\("${prefix}([^"]+)"\\)`, 'g'),
      (_, name) => `require("./${this.bundles[this.ownerOf(name)].file}")[${JSON.stringify(name)}]()`,
    )
    if (whole.includes(prefix))
      throw new Error(`an import was not linked: ${whole.split(prefix)[1].slice(0, 80)}`)
    return whole
  }
}

const checkOnce = results => {
  const modules = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  const twice = modules.filter(
    (name, at) => /^(src|node_modules|schemas:)/.test(name) && modules.indexOf(name) !== at,
  )
  if (twice.length > 0) throw new Error(`in two bundles: ${twice.join(', ')}`)
}

/**
 * Build `bundles`: a file's name each, and by a pattern which doors it holds. A door is what is imported lazily; with it is
 * all that it needs at once and no earlier bundle has. `doors` are those that lead in, `namesOf` says what is used of an SDK client.
 * Returns esbuild's results, and `linked`, which has a bundle's text load what is elsewhere.
 */
export const buildBundles = async ({ root, bundles, doors, namesOf, settings }) => {
  const plan = new Plan(root, bundles, doors)
  const one = async number => {
    const result = await build({
      ...settings,
      stdin: { contents: tableOf(plan.namesIn(number)), resolveDir: root, sourcefile: 'table.js' },
      outfile: join(root, 'dist', bundles[number].file),
      write: false,
      plugins: [tables(root, namesOf), plan.borders(number), ...settings.plugins],
    })
    for (const name of Object.keys(result.metafile.inputs)) {
      if (!plan.owners.has(name)) plan.owners.set(name, number)
    }
    return result
  }
  // What a bundle is asked for is known once those after it have been built.
  for (;;) {
    const before = plan.size()
    const results = []
    for (const number of bundles.keys()) results.push(await one(number))
    if (plan.size() > before) continue
    checkOnce(results)
    return { results, linked: text => plan.linked(text) }
  }
}
