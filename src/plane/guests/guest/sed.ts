// SPDX-License-Identifier: BSD-2-Clause
// The one thing that people do with sed in user data: substitution. Patterns are POSIX' basic regular expressions without
// their rarer parts, turned into one of JavaScript, which is given little time: whoever writes one could write one that
// takes years.
import { Script } from 'node:vm'
import { Refused } from './root'

const refuse = (reason: string): never => {
  throw new Refused(reason)
}

export interface Substitution {
  readonly pattern: string
  readonly flags: string
  /** Texts, and numbers of groups whose texts stand there; 0 is all that matched. */
  readonly replacement: readonly (string | number)[]
}

const quoted = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const classes: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\r\\v\\f',
  blank: ' \\t',
  xdigit: '0-9A-Fa-f',
}

/** A bracket expression that begins at `at`, and where it ends. */
const bracketAt = (text: string, at: number): readonly [pattern: string, end: number] => {
  let end = at + 1
  let inside = ''
  if (text[end] === '^') {
    inside += '^'
    end++
  }
  for (let isFirst = true; ; isFirst = false) {
    const character = text[end] ?? refuse('a bracket expression does not end')
    if (character === ']' && !isFirst) return [`[${inside}]`, end + 1]
    const named = /^\[:([a-z]+):\]/.exec(text.slice(end))
    if (named) {
      inside += classes[named[1] ?? ''] ?? refuse(`there is no class ${named[1]}`)
      end += named[0].length
    } else {
      if (character === '[' && /[.=]/.test(text[end + 1] ?? '')) refuse('collating elements are not known')
      inside += character === '-' ? '-' : quoted(character)
      end++
    }
  }
}

const patternOf = (text: string, isExtended: boolean): string => {
  let pattern = ''
  let groups = 0
  let open = 0
  // Whether what comes next can be repeated.
  let isAtom = false
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? ''
    const next = text[at + 1] ?? ''
    const isGroup = isExtended ? /[()]/.test(character) : character === '\\' && /[()]/.test(next)
    if (isGroup) {
      const mark = isExtended ? character : next
      open += mark === '(' ? 1 : -1
      if (open < 0 || ++groups > 18) refuse('its groups are not in order')
      pattern += mark
      at += isExtended ? 1 : 2
      // A group that is repeated is what makes patterns slow.
      isAtom = false
      if (mark === ')' && /^(?:\*|\\[+?{]|[+?{])/.test(text.slice(at)))
        refuse('groups cannot be repeated here')
    } else if (character === '\\' && next === 't') {
      pattern += '\\t'
      at += 2
      isAtom = true
    } else if (character === '\\') {
      if (next === '' || /[A-Za-z0-9+?{}|<>'`]/.test(next)) {
        if (!(isExtended && /[+?{}|]/.test(next))) refuse(`\\${next} is not known here`)
      }
      pattern += quoted(next)
      at += 2
      isAtom = true
    } else if (character === '[') {
      const [bracket, end] = bracketAt(text, at)
      pattern += bracket
      at = end
      isAtom = true
    } else if (character === '*') {
      pattern += isAtom ? '*' : quoted(character)
      isAtom = !isAtom
      at++
    } else if (isExtended && /[+?{}|]/.test(character)) refuse(`${character} is not known here`)
    else {
      const isAnchor = (character === '^' && pattern === '') || (character === '$' && at === text.length - 1)
      pattern += character === '.' || isAnchor ? character : quoted(character)
      isAtom = !isAnchor
      at++
    }
  }
  if (open !== 0) refuse('its groups are not in order')
  return pattern
}

const replacementOf = (text: string, groups: number): (string | number)[] => {
  const parts: (string | number)[] = []
  let literal = ''
  const put = (part: string | number): void => {
    if (typeof part === 'string') literal += part
    else {
      parts.push(literal, part)
      literal = ''
    }
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '&') put(0)
    else if (character !== '\\') put(character)
    else {
      const next = text[++at] ?? ''
      const group = /[0-9]/.test(next) ? Number(next) : undefined
      if (group !== undefined && group > groups) refuse(`there is no group ${group}`)
      if (/[A-Za-mo-su-z]/.test(next)) refuse(`\\${next} is not known here`)
      put(group ?? (next === 'n' ? '\n' : next === 't' ? '\t' : next))
    }
  }
  return [...parts, literal]
}

/** The text up to a delimiter that is not escaped, and where it stands. An escaped one is the character itself. */
const fieldAt = (text: string, at: number, delimiter: string): readonly [field: string, end: number] => {
  let field = ''
  for (let end = at; end < text.length; end++) {
    const character = text[end] ?? ''
    if (character === delimiter) return [field, end]
    const next = text[end + 1]
    if (character === '\\' && next !== undefined) {
      field += next === delimiter ? next : character + next
      end++
    } else field += character
  }
  return refuse('the s command does not end')
}

/** The substitutions of a script such as `s/localhost/10.0.0.1/; s,a,b,g`. Throws Refused for anything else. */
export const substitutions = (script: string, isExtended: boolean): readonly Substitution[] => {
  const found: Substitution[] = []
  let at = 0
  for (;;) {
    at += /^[\s;]*/.exec(script.slice(at))?.[0].length ?? 0
    if (at >= script.length) break
    const delimiter = script[at + 1] ?? ''
    if (script[at] !== 's' || delimiter === '' || /[\\\n\w\s]/.test(delimiter)) {
      refuse('only substitutions such as s/OLD/NEW/ are known')
    }
    const [old, middle] = fieldAt(script, at + 2, delimiter)
    const [fresh, end] = fieldAt(script, middle + 1, delimiter)
    const flags = /^[^\s;]*/.exec(script.slice(end + 1))?.[0] ?? ''
    if (!/^[gIi]*$/.test(flags)) refuse(`of flags only g and I are known, and not ${flags}`)
    if (old === '') refuse('it has no pattern')
    const pattern = patternOf(old, isExtended)
    const groups =
      pattern
        .replace(/\\./g, '')
        .replace(/\[[^\]]*\]/g, '')
        .match(/\(/g)?.length ?? 0
    found.push({
      pattern,
      flags: `s${flags.includes('g') ? 'g' : ''}${/i/i.test(flags) ? 'i' : ''}`,
      replacement: replacementOf(fresh, groups),
    })
    at = end + 1 + flags.length
  }
  if (found.length === 0) refuse('it has no substitution')
  return found
}

const patienceMilliseconds = 1000

const program = new Script(`
  for (const { pattern, flags, replacement } of substitutions) {
    const known = new RegExp(pattern, flags)
    const put = (...groups) => replacement.map(part => typeof part === 'number' ? groups[part] ?? '' : part).join('')
    lines = lines.map(line => line.replace(known, put))
  }
  lines.join('\\n')
`)

/** Lines without their ends; what follows the last end is none. */
const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')

/** A text with substitutions done in each of its lines. Throws Refused when that takes long. */
export const substituted = (text: string, all: readonly Substitution[]): string => {
  try {
    const result: unknown = program.runInNewContext(
      { substitutions: all, lines: linesOf(text) },
      { timeout: patienceMilliseconds },
    )
    return text.endsWith('\n') ? `${result}\n` : String(result)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') refuse('it takes too long')
    throw error
  }
}
