// SPDX-License-Identifier: BSD-2-Clause
// Makes dist/: the tools as one CommonJS bundle, workers beside it, and the bundle's code cache for this Node.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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
 * The SDK's schemas are hundreds of arrays that refer to each other. esbuild keeps an array whose elements are
 * variables, since reading one could fail; in a function marked pure it is dropped when nothing uses it.
 */
const pureSchemas = {
  name: 'pure-schemas',
  setup: ({ onLoad }) => {
    onLoad({ filter: /dist-es[/\\]schemas[/\\]schemas_0\.js$/ }, ({ path }) => ({
      loader: 'js',
      contents: readFileSync(path, 'utf8').replace(
        /^((?:export )?var \w+\$? = )(\[[\s\S]*?\n?\]);$/gm,
        '$1/* @__PURE__ */ (() => $2)();',
      ),
    }))
  },
}

/**
 * A module that is loaded lazily is kept whole by esbuild, and with it all that it imports. So each SDK client is shaken
 * in a build of its own first, down to the names that our sources import.
 */
const shakenClients = {
  name: 'shaken-clients',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/client-[a-z0-9-]+$/ }, ({ path }) => ({ path, namespace: 'shaken' }))
    onLoad({ filter: /.*/, namespace: 'shaken' }, async ({ path }) => {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${importedFrom(path).join(', ')} } from '${path}'`, resolveDir: root },
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'node',
        mainFields: ['module', 'main'],
        external: ['@smithy/*', '@aws-sdk/core', '@aws-sdk/core/*'],
        logLevel: 'warning',
        plugins: [pureSchemas],
      })
      return { loader: 'js', contents: outputFiles[0].text, resolveDir: root }
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
  external: ['lmdb', '@oclif/core', 'lzma-native', 'inquirer'],
  // A script from a code cache has no loader for `import()`; require does for all that is left outside.
  supported: { 'dynamic-import': false },
  define: { MALLEE_VERSION: JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [shelf, shakenClients],
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
const worker = join(root, 'src/bundle/compress-worker.ts')
const { metafile } = await build({
  ...settings,
  entryPoints: {
    mallee: join(root, 'src/cli/process-io.ts'),
    ...(existsSync(worker) && { 'compress-worker': worker }),
  },
  outdir: join(root, 'dist'),
  outExtension: { '.js': '.cjs' },
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
})
execFileSync(process.execPath, [join(root, 'scripts/code-cache.cjs')], { stdio: 'inherit' })
if (process.argv.includes('--analyze')) {
  for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
    const largest = Object.entries(inputs).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    console.log(file)
    for (const [input, { bytesInOutput }] of largest.slice(0, 40)) console.log(`${bytesInOutput}\t${input}`)
  }
}
