// SPDX-License-Identifier: BSD-2-Clause
// Patterns of parameters. Anybody may write one, and there are patterns that take longer than the world will last with the
// right value. So they are tried where the engine of expressions can be stopped.
import { type Context, createContext, Script } from 'node:vm'
import { invalid } from '../refusals'

// Far more than a pattern needs that does not try the same again and again; less than a request that others notice.
const longestMs = 100
// A template has many patterns, each of which could stay just below that.
const longestOfAllMs = 500
// To make a program of a pattern takes its time as well, and cannot be stopped.
const mostCharacters = 4096

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

/** The patterns of one template, which have some time together. */
export class Patterns {
  readonly #trial: { pattern?: RegExp; values?: readonly string[]; unmatched?: string | undefined } = {}
  #context: Context | undefined
  #leftMs = longestOfAllMs

  /** The first value the whole of which is not what a parameter's pattern says. Refuses patterns that are none, or take too long. */
  unmatched(name: string, pattern: string, values: readonly string[]): string | undefined {
    const trial = Object.assign(this.#trial, { pattern: compiled(name, pattern), values })
    this.#context ??= createContext(trial)
    const begun = performance.now()
    try {
      search.runInContext(this.#context, {
        timeout: Math.max(1, Math.min(longestMs, Math.ceil(this.#leftMs))),
      })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
        return invalid(`Parameter '${name}' AllowedPattern takes too long to match.`)
      }
      // Such as one with more states than there may be, which is found out with the first value.
      return invalid(`Parameter '${name}' AllowedPattern must be a valid regular expression.`)
    } finally {
      this.#leftMs -= performance.now() - begun
    }
    return trial.unmatched
  }
}
