// SPDX-License-Identifier: BSD-2-Clause
// Makes dist/: the tools as a few CommonJS bundles, and their code caches for this Node.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildBundles, elsewhere, isElsewhere } from './bundles.mjs'
import { notices } from './notices.mjs'
import { schemasAsData } from './schemas.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Every command's path below src/commands, without `.ts`. */
const commandIds = () =>
  readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replace(/\.ts$/, '').replaceAll('\\', '/'))
    .sort()

/** src/cli/shelf.ts looks into the file system; in the bundle a table takes its place. */
const shelf = {
  name: 'shelf',
  setup: ({ onLoad }) => {
    onLoad({ filter: /src[/\\]cli[/\\]shelf\.ts$/ }, () => {
      const ids = commandIds()
      const entries = ids.map(
        id => `  ${JSON.stringify(id)}: () => import(${JSON.stringify(`../commands/${id}`)}),`,
      )
      return {
        loader: 'ts',
        contents: `
const commands: Record<string, () => Promise<{ default: unknown }>> = {
${entries.join('\n')}
}
export const commandIds = (): string[] => Object.keys(commands)
export const loadCommand = async (id: string) =>
  Object.hasOwn(commands, id) ? (await commands[id]()).default : undefined
`,
      }
    })
  },
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(join(root, 'src', file), 'utf8'))
const require = createRequire(import.meta.url)

/** The values that our sources import from an SDK client, by name. */
const importedFrom = client => {
  const pattern = new RegExp(`import \\{([^}]*)\\} from '${client}'`, 'g')
  const names = sources.flatMap(text => [...text.matchAll(pattern)].flatMap(([, list]) => list.split(',')))
  const exported = require(client)
  return [...new Set(names.map(name => name.trim().replace(/ as .*/, '')))]
    .filter(name => name in exported)
    .sort()
}

/**
 * lmdb and its codec load native code through a finder that reads folders and system files for several milliseconds.
 * Where that code ordinarily is can be said at once; the finder stays for everywhere else.
 */
const nativeCode = {
  name: 'native-code',
  setup: ({ onResolve, onLoad }) => {
    // Its CommonJS form: the other one asks where it is by means that a bundle lacks.
    onResolve({ filter: /^lmdb$/ }, () => ({ path: require.resolve('lmdb') }))
    onResolve({ filter: /^node-gyp-build-optional-packages$/ }, ({ importer }) => ({
      path: /[/\\]msgpackr-extract[/\\]/.test(importer) ? 'msgpackr-extract' : 'lmdb',
      namespace: 'native',
    }))
    onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => {
      const scope = path === 'lmdb' ? '@lmdb/lmdb' : '@msgpackr-extract/msgpackr-extract'
      return {
        loader: 'js',
        resolveDir: root,
        contents: `
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const near = (...names) => names.reduce((from, name) => createRequire(from).resolve(name), __filename)
module.exports = () => {
  const { platform, arch, versions } = process
  const usual = \`${scope}-\${platform}-\${arch}/node.abi\${versions.modules}.glibc.node\`
  try {
    if (platform === 'linux') return require(usual)
  } catch {}
  const owner = near(${path === 'lmdb' ? "'lmdb'" : "'lmdb', 'msgpackr', 'msgpackr-extract'"})
  return createRequire(owner)('node-gyp-build-optional-packages')(dirname(owner).replace(/dist$/, ''))
}
`,
      }
    })
  },
}

/** Whoever wants only the texts of statuses from node:http need not wait for an HTTP implementation. */
const statusTexts = {
  name: 'status-texts',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:http$/ }, ({ importer }) =>
      /import \{ STATUS_CODES \} from 'node:http'/.test(readFileSync(importer, 'utf8'))
        ? { path: 'statuses', namespace: 'statuses' }
        : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'statuses' }, () => ({
      contents: `export const STATUS_CODES = ${JSON.stringify(STATUS_CODES)}`,
    }))
  },
}

/** All that argparse wants of `assert` is to be told when something is false. */
const smallAssert = {
  name: 'small-assert',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^assert$/ }, ({ importer }) =>
      /[/\\]argparse[/\\]/.test(importer) ? { path: 'assert', namespace: 'small' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'small' }, () => ({
      contents:
        "module.exports = (ok, message) => { if (!ok) throw new Error(message || 'argparse is confused') }",
    }))
  },
}

/**
 * What a tool needs to read its words and print is one bundle; the rooms it may go on to are others, loaded at the first
 * `import()` that leads there. So a usage error does not wait for a cloud engine to be read.
 */
const frontRooms = /^src[/\\](cli|commands|rows)[/\\]/
const doors = new Set()
const restOfTheHouse = {
  name: 'rest-of-the-house',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^\.\.?\// }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'asked') return undefined
      const { path: file } = await resolve(path, {
        kind: 'import-statement',
        importer,
        resolveDir,
        pluginData: 'asked',
      })
      const place = relative(root, file)
      if (frontRooms.test(place)) return undefined
      doors.add(place)
      return elsewhere(place)
    })
  },
}

const settings = {
  bundle: true,
  absWorkingDir: root,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['@oclif/core', 'lzma-native', 'inquirer', isElsewhere],
  // A script from a code cache has no loader for `import()`; require does for all that is left outside.
  supported: { 'dynamic-import': false },
  define: { MALLEE_VERSION: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  // A client's schema that is not imported by its name has been shaken off.
  logOverride: { 'import-is-undefined': 'error' },
  minify: true,
  metafile: true,
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
const front = await build({
  ...settings,
  entryPoints: [join(root, 'src/cli/process-io.ts')],
  outfile: join(root, 'dist/mallee.cjs'),
  write: false,
  plugins: [shelf, restOfTheHouse, smallAssert],
})
const { results, linked } = await buildBundles({
  root,
  doors,
  namesOf: importedFrom,
  // What most tools need, first without a cloud of their own; then what fewer do.
  bundles: [
    {
      file: 'client.cjs',
      holds: /^src[/\\](config[/\\]index|clients[/\\](index|ec2|http-transport|in-process))\.ts$/,
    },
    { file: 'engine.cjs', holds: /^src[/\\]engine[/\\](engine|due|workers|ec2[/\\]index)\.ts$/ },
    { file: 'clients.cjs', holds: /^src[/\\]clients[/\\]/ },
    { file: 'services.cjs', holds: /^src[/\\]engine[/\\](\w+[/\\]index|[\w-]+)\.ts$/ },
    { file: 'rest.cjs', holds: /^/ },
  ],
  settings: { ...settings, plugins: [schemasAsData(root, importedFrom), nativeCode, statusTexts] },
})
const built = [front, ...results]
mkdirSync(join(root, 'dist'))
for (const { path, text } of built.flatMap(({ outputFiles }) => outputFiles))
  writeFileSync(path, linked(text))
const contents = built.map(({ metafile }) => metafile)
writeFileSync(join(root, 'dist/THIRD-PARTY.txt'), notices(root, contents))
execFileSync(process.execPath, [join(root, 'scripts/code-cache.cjs')], { stdio: 'inherit' })
if (process.argv.includes('--analyze')) {
  for (const [file, { inputs }] of built.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
    const largest = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    console.log(file)
    for (const [input, { bytesInOutput }] of largest.slice(0, 40)) console.log(`${bytesInOutput}\t${input}`)
  }
}
