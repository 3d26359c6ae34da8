// SPDX-License-Identifier: BSD-2-Clause
// Patterns of parameters. Anybody may write one, and there are patterns that take longer than the world will last with the
// right value. So they are tried where the engine of expressions can be stopped.
import { createContext, Script } from 'node:vm'
import { invalid } from '../refusals'

// Far more than a pattern needs that does not try the same again and again; less than a request that others notice.
const longestMs = 100

interface Trial {
  readonly pattern: RegExp
  readonly value: string
  isMatch?: boolean
}

const match = new Script('isMatch = pattern.test(value)')

const compiled = (name: string, pattern: string): RegExp => {
  // As Java has it: flags for the whole stand at its beginning, and classes of characters need Unicode's rules here.
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? []
  try {
    return new RegExp(`^(?:${rest})$`, pattern.includes('\\p{') ? `${flags}u` : flags)
  } catch {
    return invalid(`Parameter '${name}' AllowedPattern must be a valid regular expression.`)
  }
}

/** Whether the whole value is what a parameter's pattern says. Refuses patterns that are none, or take too long. */
export const matchesPattern = (name: string, pattern: string, value: string): boolean => {
  const trial: Trial = { pattern: compiled(name, pattern), value }
  try {
    match.runInContext(createContext(trial), { timeout: longestMs })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      return invalid(`Parameter '${name}' AllowedPattern takes too long to match.`)
    }
    // Such as one with more states than there may be, which is found out with the first value.
    return invalid(`Parameter '${name}' AllowedPattern must be a valid regular expression.`)
  }
  return trial.isMatch === true
}
