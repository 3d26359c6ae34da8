// SPDX-License-Identifier: BSD-2-Clause
// Patterns of parameters. Anybody may write one, and there are patterns that take longer than the world will last with the
// right value. So they are tried where the engine of expressions can be stopped.
import { type Context, createContext, Script } from 'node:vm'
import { invalid } from '../refusals'

// Of this process' own time. Far more than a pattern needs that does not try the same again and again; less than a request
// that others notice.
const longestMs = 100
// An attempt is stopped by the clock. On a busy machine it had less of the processor by then, or nothing.
const mostAttempts = 20
// A template has many patterns, each of which could stay just below that.
const longestOfAllMs = 500
// To make a program of a pattern takes its time as well, and cannot be stopped.
const mostCharacters = 4096

const processorMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const search = new Script('unmatched = values.find(value => !pattern.test(value))')

const compiled = (name: string, pattern: string): RegExp => {
  if (pattern.length > mostCharacters) {
    return invalid(`Parameter '${name}' AllowedPattern must have no more than ${mostCharacters} characters.`)
  }
  // As Java has it: flags for the whole stand at its beginning, and classes of characters need Unicode's rules here.
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? []
  try {
    return new RegExp(`^(?:${rest})$`, pattern.includes('\\p{') ? `${flags}u` : flags)
  } catch {
    return invalid(`Parameter '${name}' AllowedPattern must be a valid regular expression.`)
  }
}

const tooLong = (name: string): never =>
  invalid(`Parameter '${name}' AllowedPattern takes too long to match.`)

/** The patterns of one template, which have some time together. */
export class Patterns {
  readonly #trial: { pattern?: RegExp; values?: readonly string[]; unmatched?: string | undefined } = {}
  #context: Context | undefined
  readonly #processorMs: () => number
  #leftMs = longestOfAllMs

  /** `processor`: the time (ms) that this process has had so far. */
  constructor(processor = processorMs) {
    this.#processorMs = processor
  }

  /** The first value the whole of which is not what a parameter's pattern says. Refuses patterns that are none, or take too long. */
  unmatched(name: string, pattern: string, values: readonly string[]): string | undefined {
    const trial = Object.assign(this.#trial, { pattern: compiled(name, pattern), values })
    this.#context ??= createContext(trial)
    for (let attempt = 1; !this.#attempted(name, this.#context); attempt++) {
      if (attempt === mostAttempts) return tooLong(name)
    }
    return trial.unmatched
  }

  /** Whether an attempt came to an end. Refused when it has been given all of its time. */
  #attempted(name: string, context: Context): boolean {
    const begun = this.#processorMs()
    const limit = Math.max(1, Math.min(longestMs, Math.ceil(this.#leftMs)))
    try {
      search.runInContext(context, { timeout: limit })
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Such as one with more states than there may be, which is found out with the first value.
      if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
        return invalid(`Parameter '${name}' AllowedPattern must be a valid regular expression.`)
      }
      // The clock of processors is a rough one.
      return this.#processorMs() - begun >= limit / 2 ? tooLong(name) : false
    } finally {
      this.#leftMs -= this.#processorMs() - begun
    }
  }
}
