// SPDX-License-Identifier: BSD-2-Clause
// Other people's programs as child processes: found, run with an environment of the test's own, and judged.
//
// The cloud under test runs in this process, so nothing here may block while a child runs.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Finished {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as it came. */
  readonly bytes: Buffer
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string | Buffer
}

// The system's own programs come before what a version manager puts on the path, which may lack their modules. To try
// other releases, name their folders in MALLEE_TEST_PATH.
const folders = [process.env.MALLEE_TEST_PATH, '/usr/bin', '/bin', process.env.PATH, '/usr/sbin', '/sbin']
  .flatMap(list => (list ?? '').split(delimiter))
  .filter((folder, index, all) => folder !== '' && all.indexOf(folder) === index)

/** No program here takes longer; one that hangs must not hang the tests. */
const limitMilliseconds = 150_000

const found = new Map<string, string | undefined>()

const hasModule = (python: string, module: string): boolean => {
  try {
    execFileSync(python, ['-c', `import ${module}`], {
      stdio: 'ignore',
      env: { PATH: folders.join(delimiter) },
    })
    return true
  } catch {
    return false
  }
}

/** `aws` is a program; `python3:boto` a Python that has the module. */
const find = (name: string): string | undefined => {
  if (!found.has(name)) {
    const [program = '', module] = name.split(':')
    const candidates = folders.map(folder => join(folder, program)).filter(existsSync)
    found.set(
      name,
      module === undefined ? candidates[0] : candidates.find(python => hasModule(python, module)),
    )
  }
  return found.get(name)
}

/** In a `before`: skip the suite when a program is missing, or fail where the programs are required. */
export const need = (suite: Mocha.Context, ...names: string[]): void => {
  const missing = names.filter(name => find(name) === undefined)
  if (missing.length === 0) return
  const message = `not installed: ${missing.join(', ')}`
  if (process.env.MALLEE_TEST_CLIENTS === 'required') throw new Error(message)
  console.log(`  skipping ${suite.test?.parent?.fullTitle() ?? 'a suite'}: ${message}`)
  suite.skip()
}

/** The same for what only root can do. */
export const needRoot = (suite: Mocha.Context): void => {
  if (process.geteuid?.() === 0) return
  if (process.env.MALLEE_TEST_CLIENTS === 'required') throw new Error('must be root')
  console.log(`  skipping ${suite.test?.parent?.fullTitle() ?? 'a suite'}: must be root`)
  suite.skip()
}

/** The words of a command line; what is filled in stays part of its word, whatever it holds. A list is words. */
export const words = (texts: TemplateStringsArray, ...values: readonly unknown[]): string[] => {
  const result: string[] = []
  let isOpen = false
  const append = (text: string): void => {
    if (isOpen) result.push(`${result.pop()}${text}`)
    else result.push(text)
    isOpen = true
  }
  for (const [index, text] of texts.entries()) {
    for (const [number, part] of text.split(/\s+/).entries()) {
      if (number > 0) isOpen = false
      if (part !== '') append(part)
    }
    const value = values[index]
    if (Array.isArray(value)) result.push(...value.map(String))
    else if (index < values.length) append(String(value))
  }
  return result
}

/** Run a program to its end. Its environment is what is given, and nothing of this process'. */
export const run = (name: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const program = find(name)
    if (program === undefined) throw new Error(`not installed: ${name}`)
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { PATH: folders.join(delimiter), LANG: 'C.UTF-8', ...options.env },
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMilliseconds)
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A child that ends without reading its input is judged by its exit status.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input)
    child.on('error', reject)
    child.on('close', status => {
      clearTimeout(limit)
      const bytes = Buffer.concat(stdout)
      resolve({ status, bytes, stdout: bytes.toString(), stderr: Buffer.concat(stderr).toString() })
    })
  })

/** The outcome, when it is a success; what the program said otherwise. */
export const succeeded = (outcome: Finished, what: string): Finished => {
  assert.equal(outcome.status, 0, `${what} ended with ${outcome.status}:\n${outcome.stderr}${outcome.stdout}`)
  return outcome
}

export interface Program {
  /** Run it, expect success: its standard output without the last line's end. */
  (texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<string>
  /** Run it, expect success: its standard output read as JSON. */
  json(texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<Json>
  /** Run it, whatever comes of it. */
  outcome(texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<Finished>
  /** Run it, expect a failure: what it says on standard error. */
  fails(texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<string>
}

// What programs print is looked into, not modelled: a wrong guess fails the test that made it.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Json = any

/** A program with arguments that every call has, written as on a command line. */
export const program = (
  name: string,
  options: RunOptions = {},
  { first = [], last = [] }: { first?: readonly string[]; last?: readonly string[] } = {},
): Program => {
  const outcome: Program['outcome'] = (texts, ...values) =>
    run(name, [...first, ...words(texts, ...values), ...last], options)
  const call = async (texts: TemplateStringsArray, ...values: readonly unknown[]): Promise<string> =>
    succeeded(await outcome(texts, ...values), [name, ...words(texts, ...values)].join(' ')).stdout.replace(
      /\n$/,
      '',
    )
  return Object.assign(call, {
    outcome,
    json: async (texts: TemplateStringsArray, ...values: readonly unknown[]) => {
      const text = await call(texts, ...values)
      return text === '' ? undefined : JSON.parse(text)
    },
    fails: async (texts: TemplateStringsArray, ...values: readonly unknown[]) => {
      const { status, stderr, stdout } = await outcome(texts, ...values)
      assert.notEqual(status, 0, `${name} should have failed, but said:\n${stdout}${stderr}`)
      return stderr
    },
  })
}

/** Expect failures that do not depend on each other, and these texts on standard error. */
export const allFail = async (expected: readonly (readonly [RegExp, Promise<string>])[]): Promise<void> => {
  const said = await Promise.all(expected.map(([, text]) => text))
  for (const [index, text] of said.entries()) assert.match(text, expected[index]?.[0] ?? /^$/)
}

/** Run a Python script that has the module; what it prints last is JSON. */
export const python = async (
  module: string,
  script: string,
  options: RunOptions & { readonly args?: readonly string[] } = {},
): Promise<Json> => {
  const { args = [], ...rest } = options
  const outcome = await run(`python3:${module}`, ['-c', script, ...args], rest)
  const lines = succeeded(outcome, `a ${module} script`).stdout.trimEnd().split('\n')
  return JSON.parse(lines.at(-1) ?? '')
}
