// SPDX-License-Identifier: BSD-2-Clause
// Every tool, of words that it cannot take: exit status 2, its usage, and in the last line what is wrong. Nothing is asked
// of a cloud before that.
import assert from 'node:assert/strict'
import { commonOptions } from '../../src/cli/common-options'
import type { Argument } from '../../src/cli/options'
import { flatten } from '../../src/cli/reader'
import { loader, run } from './process'
import { allTools, type Folder, filesOfLines, type Tool } from './typical-lines'

/** It takes whatever words there are, as the original does. */
const carefree = 'euca-version'

const argumentsOf = ({ command }: Tool): Argument[] =>
  flatten(command.options).map(([, argument]) => argument)

const nameOf = ({ kind, flags, metavar }: Argument): string =>
  kind === 'positional' ? (metavar ?? '') : flags.join('/')

describe('Words that a tool cannot take', () => {
  let folder: Folder
  let tools: readonly Tool[]
  before(async () => {
    await loader
    folder = await filesOfLines()
    tools = (await allTools()).filter(({ name }) => name !== carefree)
  })
  after(() => folder.remove())

  /** What is wrong with how tools end, of lines made for each of them; `message` is what the last line must say. */
  const judged = async (
    linesFor: (
      tool: Tool,
    ) => readonly { readonly words: readonly string[]; readonly message: RegExp | string }[],
  ): Promise<string[]> => {
    const wrong: string[] = []
    let tried = 0
    for (const tool of tools) {
      for (const { words, message } of linesFor(tool)) {
        tried++
        const { status, stdout, stderr } = await run([tool.name, ...words], {
          cwd: folder.path,
          // A cloud that would say so if it were asked anything.
          env: { EUCA_CONFIG_PATH: '', MALLEE_HOME: '/dev/null/none' },
        })
        const lines = stderr.split('\n').filter(line => !line.startsWith('hint: '))
        const last = lines.at(-2) ?? ''
        const said = last.startsWith(`${tool.name}: error: `) ? last.slice(tool.name.length + 9) : last
        const isRight =
          status === 2 &&
          stdout === '' &&
          lines[0]?.startsWith(`usage: ${tool.name}`) &&
          (typeof message === 'string' ? said === message : message.test(said))
        if (!isRight) wrong.push(`${tool.name} ${words.join(' ')}: ${status} ${stdout}${last}`)
      }
    }
    assert.ok(tried > 0)
    return wrong
  }

  it('are no words at all, where some are required', async () => {
    const needs = ({ words }: Tool) => words.length > 0
    const wrong = await judged(tool =>
      needs(tool) ? [{ words: [], message: /too few arguments|required|must be/ }] : [],
    )
    assert.deepEqual(wrong, [])
  })

  it('are an option that there is not', async () => {
    const wrong = await judged(({ words }) => [
      { words: [...words, '--no-such-option'], message: 'unrecognized arguments: --no-such-option' },
    ])
    assert.deepEqual(wrong, [])
  })

  it('are a spelling cut so short that it could be two options', async () => {
    const wrong = await judged(({ command, words }) => {
      const known = flatten({
        ...command.options,
        ...commonOptions(command.common, command.filters),
      }).flatMap(([, { flags }]) => flags.filter(flag => flag.startsWith('--deb')))
      return [
        { words: [...words, '--deb'], message: `ambiguous option: --deb could match ${known.join(', ')}` },
      ]
    })
    assert.deepEqual(wrong, [])
  })

  it('are an option without its value', async () => {
    const wrong = await judged(tool =>
      argumentsOf(tool)
        .filter(
          ({ kind, nargs }) => (kind === 'option' || kind === 'append') && nargs !== '?' && nargs !== '*',
        )
        .slice(0, 2)
        .map(argument => ({
          words: [...tool.words, argument.flags.at(-1) ?? ''],
          message: `argument ${nameOf(argument)}: expected ${argument.nargs === '+' ? 'at least ' : ''}one argument`,
        })),
    )
    assert.deepEqual(wrong, [])
  })

  it('are a value of another kind', async () => {
    const wrong = await judged(tool =>
      argumentsOf(tool)
        .filter(({ kind }) => kind === 'option' || kind === 'append')
        .flatMap(argument => {
          const { choices, type } = argument
          const start = `argument ${nameOf(argument)}: `
          const spoiled = (message: string) => [
            { words: [`${argument.flags.at(-1)}=no such`, ...tool.words], message: `${start}${message}` },
          ]
          if (choices)
            return spoiled(
              `invalid choice: 'no such' (choose from ${choices.map(choice => `'${choice}'`).join(', ')})`,
            )
          return type === 'int' || type === 'float' ? spoiled(`invalid ${type} value: 'no such'`) : []
        }),
    )
    assert.deepEqual(wrong, [])
  })

  it('are more than it takes', async () => {
    const wrong = await judged(tool => {
      const positionals = argumentsOf(tool).filter(({ kind }) => kind === 'positional')
      const isOpen = positionals.some(({ nargs }) => nargs === '*' || nargs === '+')
      if (isOpen) return []
      // What is optional takes a word as well.
      const surplus = [...positionals.map((_, index) => `surplus${index}`), 'surplus']
      return [
        { words: [...tool.words, ...surplus], message: /^unrecognized arguments: (surplus\d )*surplus$/ },
      ]
    })
    assert.deepEqual(wrong, [])
  })

  it('are a filter that is not offered, or of a value that it does not take', async () => {
    const wrong = await judged(({ command, words }) => {
      if (!command.filters) return []
      const typed = Object.entries(command.filters).flatMap(([name, { type, choices }]) => {
        const line = { words: [...words, '--filter', `${name}=no such`] }
        const start = `argument --filter: ${name} filter value 'no such' must`
        if (choices) return [{ ...line, message: `${start} match one of ${choices.join(', ')}` }]
        return type === 'int' ? [{ ...line, message: `${start} have type int` }] : []
      })
      const unknown = ['no-such-filter=1', 'no-such-filter', '=', 'constructor=1'].map(text => ({
        words: [...words, '--filter', text],
        message: `argument --filter: "${text}" matches no available filters`,
      }))
      return [...unknown, ...typed]
    })
    assert.deepEqual(wrong, [])
  })
})
