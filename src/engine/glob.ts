// SPDX-License-Identifier: BSD-2-Clause
// Wildcards. Patterns come from strangers, so nothing here goes back further than the last star: the time is at most the
// pattern's length times the text's, and nearly always their sum.

export const anyText = Symbol('*')
export const oneCharacter = Symbol('?')
export type Part = string | typeof anyText | typeof oneCharacter

/** Literal runs between stars, of a pattern without `?`. */
const betweenStars = (runs: readonly string[]): ((text: string) => boolean) => {
  const first = runs[0] ?? ''
  const last = runs.at(-1) ?? ''
  const middle = runs.slice(1, -1).filter(run => run !== '')
  return text => {
    const end = text.length - last.length
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const run of middle) {
      const found = text.indexOf(run, at)
      if (found < 0) return false
      at = found + run.length
    }
    return at <= end
  }
}

/** The general case, character by character as people count them: no part is a text of several. */
const stepwise =
  (steps: readonly Part[]): ((text: string) => boolean) =>
  text => {
    const characters = [...text]
    let step = 0
    let at = 0
    let star = -1
    let starAt = 0
    while (at < characters.length) {
      const wanted = steps[step]
      if (wanted === anyText) {
        star = step
        starAt = at
        step += 1
      } else if (wanted !== undefined && (wanted === oneCharacter || wanted === characters[at])) {
        step += 1
        at += 1
      } else if (star >= 0) {
        starAt += 1
        at = starAt
        step = star + 1
      } else return false
    }
    return steps.slice(step).every(rest => rest === anyText)
  }

const runsOf = (parts: readonly Part[]): string[] => {
  const runs = ['']
  for (const part of parts) {
    if (typeof part === 'string') runs.push((runs.pop() ?? '') + part)
    else runs.push('')
  }
  return runs
}

/** A test of whole texts. */
export const globOf = (parts: readonly Part[]): ((text: string) => boolean) => {
  if (parts.includes(oneCharacter)) {
    return stepwise(parts.flatMap<Part>(part => (typeof part === 'string' ? [...part] : [part])))
  }
  const runs = runsOf(parts)
  if (runs.length === 1) return text => text === runs[0]
  return betweenStars(runs)
}

/** A text's wildcards. */
export const partsOf = (text: string): Part[] =>
  text
    .split(/([*?])/)
    .filter(part => part !== '')
    .map(part => (part === '*' ? anyText : part === '?' ? oneCharacter : part))
