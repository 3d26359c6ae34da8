// SPDX-License-Identifier: BSD-2-Clause
// What the documentation says is there, is there: links, tools, options, files, scripts. Whether a transcript is what
// really happens is for the scenarios and the demo to tell.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { shellWords } from './support/shell-words'

const root = resolve(__dirname, '..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')
const { bin, scripts } = JSON.parse(text('package.json')) as {
  bin: Record<string, string>
  scripts: Record<string, string>
}
const tools = Object.keys(bin).filter(name => name !== 'mallee')
const siblings = readdirSync(join(root, 'src/commands'))
  .filter(name => name.endsWith('.ts'))
  .map(name => name.replace(/\.ts$/, ''))

const written = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.md'))
  .map(name => join('docs', name))
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...written]
/** Written by hand, for users. Guides for contributors also name tools that are yet to be made. */
const guides = pages.filter(page => !/^docs\/(tools|contributing)\//.test(page))

const blocks = (page: string): string[] =>
  [...text(page).matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const prose = (page: string): string => text(page).replace(/^```[\s\S]*?^```$/gm, '')

/** Lines typed in a page's examples: those after `$`, and in a block without any of these every line. */
const typed = (page: string): string[] =>
  blocks(page).flatMap(block => {
    const lines = block.split('\n')
    const prompted = lines.filter(line => line.startsWith('$ ')).map(line => line.slice(2))
    return prompted.length > 0 ? prompted : lines
  })

/** A heading as the anchor that links name it by. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')

const anchors = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading))

/** Has a tool's name, and is none: a setting, a format, an image. */
const otherwise = /^(eustore-(url|catalog|mallee)(-|$)|euca-internal-)/
const isTool = (word: string): boolean =>
  /^(euca|eustore|euimage|euare|euscale|eulb|euform|euwatch)-[a-z]/.test(word) && !otherwise.test(word)

describe('The documentation', () => {
  it('links to what there is', () => {
    const broken: string[] = []
    for (const page of pages) {
      for (const [, link = ''] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue
        const [file = '', heading] = link.split('#')
        const target = file === '' ? page : relative(root, resolve(root, dirname(page), file))
        const isThere = existsSync(join(root, target))
        if (!isThere || (heading !== undefined && !anchors(target).includes(heading))) {
          broken.push(`${page}: ${link}`)
        }
      }
    }
    assert.deepEqual(broken, [])
  })

  it('lists each of its pages', () => {
    const links = [...text('docs/index.md').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) =>
      join('docs', link),
    )
    const missing = written.filter(page => !page.startsWith('docs/tools/') && !links.includes(page))
    assert.deepEqual(missing, ['docs/index.md'])
  })

  it('has a page for every tool', () => {
    const wanted = [...tools, ...siblings.map(name => `mallee-${name}`)]
    assert.deepEqual(
      wanted.filter(name => !existsSync(join(root, 'docs/tools', `${name}.md`))),
      [],
    )
  })

  it('names no tool that does not exist', () => {
    const wrong: string[] = []
    for (const page of guides) {
      const words = [...text(page).matchAll(/[a-z][a-z0-9-]*/g)].map(([word]) => word)
      for (const word of words) {
        if (isTool(word) && !tools.includes(word)) wrong.push(`${page}: ${word}`)
      }
      for (const line of typed(page)) {
        const [, sibling] = /^mallee ([a-z-]+)/.exec(line) ?? []
        if (sibling !== undefined && ![...siblings, 'help'].includes(sibling)) wrong.push(`${page}: ${line}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('gives tools only options that they have', () => {
    const wrong: string[] = []
    for (const page of guides) {
      for (const line of typed(page)) {
        const words = shellWords(line.replace(/^([A-Z0-9_]+=\S* )+/, '').replace(/^.* \| (?=eu)/, ''))
        const [tool = '', second = ''] = words
        const name = tool === 'mallee' ? `mallee-${second}` : tool
        if (!tools.includes(name) && !(tool === 'mallee' && siblings.includes(second))) continue
        const options = words.filter(word => /^--?[a-z]/i.test(word)).map(word => word.replace(/=.*/, ''))
        const help = text(`docs/tools/${name}.md`)
        for (const option of options) {
          if (!new RegExp(`[\\s\`[(]${option}(?![\\w-])`).test(help)) wrong.push(`${page}: ${name} ${option}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('runs only scripts that there are', () => {
    const wrong: string[] = []
    for (const page of pages) {
      for (const [line, script = ''] of text(page).matchAll(/\bnpm run ([a-z:-]+)/g)) {
        if (!Object.hasOwn(scripts, script)) wrong.push(`${page}: ${line}`)
      }
      for (const [, file = ''] of text(page).matchAll(/\bnode ((?:scripts|bin)\/[\w.-]+)/g)) {
        if (!existsSync(join(root, file))) wrong.push(`${page}: ${file}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('names every key that conditions of policies may look at', () => {
    const keys = readdirSync(join(root, 'src/engine'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.startsWith('policy'))
      .flatMap(name => [
        ...text(join('src/engine', name)).matchAll(
          /['`]((?:aws|ec2|ebs|s3|sts|iam):(?!quota-)[\w-]+)(?:'\]?:|\/\$)/g,
        ),
      ])
      .map(([, key = '']) => key.toLowerCase())
    const described = pages.map(page => text(page).toLowerCase()).join()
    const missing = keys.filter(key => !new RegExp(`\`${key}[\`/]`).test(described))
    assert.deepEqual([...new Set(missing)], [])
    assert.ok(new Set(keys).size > 60, String(new Set(keys).size))
  })

  it('has the lines that CI runs, as the package has them', () => {
    const lines = blocks('README.md').join('').split('\n')
    const commands = lines.map(line => line.replace(/\s*#.*/, ''))
    for (const line of ['npm ci && npm run demo', 'npm ci && npm test', 'npm link']) {
      assert.ok(commands.includes(line), line)
    }
    assert.ok(text('.ci/run').trimEnd().endsWith('npm ci && npm test'))
    assert.equal(typeof scripts.demo, 'string')
    assert.equal(typeof scripts.test, 'string')
  })

  it('names only files of this repository that there are', () => {
    const examples = ['docs/contributing/adding-a-tool.md', 'docs/contributing/adding-an-operation.md']
    const wrong: string[] = []
    for (const page of pages.filter(page => !examples.includes(page))) {
      for (const [, path = ''] of prose(page).matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)) {
        if (!existsSync(join(root, path))) wrong.push(`${page}: ${path}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('maps the rooms as the tidy test has them', () => {
    const [, body = ''] = /const rooms: .*? = \{\n([\s\S]*?)\n\}\n/.exec(text('test/tidy.test.ts')) ?? []
    const held = [...body.matchAll(/^ {2}(\w+): \[([\s\S]*?)\],$/gm)].map(([, room, list = '']) => {
      const names = [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name)
      return `${room}: ${names.join(', ')}`
    })
    const table = text('docs/contributing/map.md').split('## Who may import whom')[1] ?? ''
    const mapped = [...table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
      ([, room, list = '']) => `${room}: ${list.replaceAll('`', '').replace(/^nothing$/, '')}`,
    )
    assert.deepEqual(mapped.sort(), held.sort())
    const rooms = [...text('docs/contributing/map.md').matchAll(/^\| `src\/(\w+)` \|/gm)].map(
      ([, room]) => room,
    )
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
    assert.deepEqual(rooms.sort(), folders.sort())
  })
})
