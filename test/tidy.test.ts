// SPDX-License-Identifier: BSD-2-Clause
// The house rules that a machine can check: which room may import which, how large files are, what they are called.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(__dirname, '..')

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name))

const sources = filesBelow('src')
const tests = filesBelow('test')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

/** What each room may import of the others. `types` after a name: types only. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  engine: ['format', 'schemas'],
  format: [],
  schemas: [],
  bundle: ['format'],
  catalog: ['format', 'bundle'],
  packs: ['format', 'bundle'],
  convert: ['format', 'bundle'],
  imports: ['format'],
  config: [],
  clients: ['config', 'schemas', 'engine types'],
  rows: ['clients types', 'cli types'],
  plane: ['engine'],
  serve: ['engine', 'plane'],
  cli: ['clients', 'config', 'engine', 'commands types'],
  commands: [
    'cli',
    'rows',
    'clients',
    'config',
    'bundle',
    'catalog',
    'packs',
    'convert',
    'imports',
    'format',
    'serve',
    'install',
    'schemas',
  ],
  install: ['bundle', 'catalog', 'packs', 'convert', 'imports', 'clients', 'config', 'format', 'cli types'],
}

const roomOf = (file: string): string => relative('src', file).split('/')[0] ?? ''

interface Import {
  readonly target: string
  readonly typesOnly: boolean
}

const importsOf = (file: string): Import[] => {
  const found: Import[] = []
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"\n]*?(?:\n[^'"]*?)?)from\s+'(\.[^']*)'|import\('(\.[^']*)'\)/g
  for (const [, , type, names, fromStatic, fromCall] of text(file).matchAll(pattern)) {
    const target = fromStatic ?? fromCall ?? ''
    const listed = names?.match(/\{([^}]*)\}/)?.[1]
    const allTypes = listed?.split(',').every(name => /^\s*(type\s|$)/.test(name))
    found.push({
      target: relative(root, resolve(root, dirname(file), target)),
      typesOnly: type !== undefined || allTypes === true,
    })
  }
  return found
}

describe('The house', () => {
  it('imports only along the arrows of the plan', () => {
    const wrong: string[] = []
    for (const file of sources) {
      const room = roomOf(file)
      if (!file.includes('/', 4)) continue
      for (const { target, typesOnly } of importsOf(file)) {
        const other = roomOf(target)
        if (other === room || other === '..' || !target.startsWith('src/')) continue
        const allowed = rooms[room] ?? []
        if (allowed.includes(other) || (typesOnly && allowed.includes(`${other} types`))) continue
        wrong.push(`${file} imports ${target}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('loads SDK clients only where clients are built', () => {
    const pattern = /^import (?!type)[^\n]*'@aws-sdk\/client-/m
    const wrong = sources.filter(
      file => !/^src\/(engine|clients|schemas)\//.test(file) && pattern.test(text(file)),
    )
    assert.deepEqual(wrong, [])
  })

  it('keeps files small enough to read at a sitting', () => {
    const long = [...sources, ...tests]
      .map(file => [file, text(file).split('\n').length] as const)
      .filter(([, lines]) => lines > 330)
    assert.deepEqual(long, [])
  })

  it('names files in kebab case and none after what everything could be', () => {
    const wrong = [...sources, ...tests].filter(
      file => !/^[a-z0-9/.-]+$/.test(file) || /\/(utils?|helpers?|common)(\/|\.)/.test(file),
    )
    assert.deepEqual(wrong, [])
  })

  it('begins every file with its licence', () => {
    const wrong = [...sources, ...tests].filter(
      file => !text(file).startsWith('// SPDX-License-Identifier: BSD-2-Clause\n'),
    )
    assert.deepEqual(wrong, [])
  })

  it('has no export *, no skipped test and no unfinished line', () => {
    const pattern = /^export \* |\b(describe|it)\.(only|skip)\(|\b(TODO|FIXME|XXX)\b/m
    const wrong = [...sources, ...tests.filter(file => file !== 'test/tidy.test.ts')].filter(file =>
      pattern.test(text(file)),
    )
    assert.deepEqual(wrong, [])
  })

  it('keeps time and chance out of operations', () => {
    const pattern = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(/
    const wrong = sources.filter(
      file =>
        /^src\/engine\/(autoscaling|bootstrap|cloudformation|cloudwatch|ebs|ec2|elb|iam|imaging|notifications|policy|s3|sts)\//.test(
          file,
        ) && pattern.test(text(file)),
    )
    assert.deepEqual(wrong, [])
  })
})
