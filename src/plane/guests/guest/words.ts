// SPDX-License-Identifier: BSD-2-Clause
// A command that was written as one text, as a shell would cut it into words. There is no shell: what only one could do
// is refused, and nothing is expanded.
import { Refused } from './root'

const refuse = (reason: string): never => {
  throw new Refused(reason)
}

const piece = /\s+|'([^']*)'|"((?:[^"\\$`]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\|&;<>()$`*?[\]{}~#!]+)/y

/** Throws Refused for pipes, redirections, variables, patterns and the like. */
export const wordsOf = (text: string): readonly string[] => {
  const words: string[] = []
  let word: string | undefined
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex
    const match = piece.exec(text) ?? refuse(`there is no shell here for ${JSON.stringify(text[at])}`)
    const [all, single, double, escaped, plain] = match
    if (/^\s/.test(all)) {
      const isBetweenLines =
        all.includes('\n') && (words.length > 0 || word !== undefined) && piece.lastIndex < text.length
      if (isBetweenLines) refuse('there is no shell here for several lines')
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '')
  }
  return word === undefined ? words : [...words, word]
}
