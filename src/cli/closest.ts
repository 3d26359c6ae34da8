// SPDX-License-Identifier: BSD-2-Clause
// Which of many words somebody may have meant by one that is none of them.

/** How many letters must be added, left out, replaced or swapped with the next one to come from one word to the other. */
const distance = (from: string, to: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped,
      )
    }
    beforeLast = last
    last = row
  }
  return last[to.length] ?? 0
}

/** A word that is longer than any of ours is not looked at: the work grows with its length. */
const longest = 100
const atMost = 3

/** The candidates nearest to a word, the nearest first; none when all are too far to have been meant. */
export const closest = (word: string, candidates: readonly string[]): string[] => {
  if (word.length > longest) return []
  // A letter in four, and in short words still one.
  const limit = Math.max(1, Math.floor(word.length / 4))
  const near = candidates
    .filter(candidate => Math.abs(candidate.length - word.length) <= limit)
    .map(candidate => ({ candidate, far: distance(word, candidate) }))
    .filter(({ far }) => far <= limit)
  const best = Math.min(...near.map(({ far }) => far))
  return near
    .filter(({ far }) => far === best)
    .map(({ candidate }) => candidate)
    .sort()
    .slice(0, atMost)
}

/** `did you mean a, b or c?`; undefined when nothing was found. */
export const question = (found: readonly string[]): string | undefined => {
  if (found.length === 0) return undefined
  const last = found.at(-1)
  const first = found.slice(0, -1)
  return `did you mean ${first.length > 0 ? `${first.join(', ')} or ${last}` : last}?`
}

export const didYouMean = (word: string, candidates: readonly string[]): string | undefined =>
  question(closest(word, candidates))

/** The tools that were meant, with their suite or without, as in `describe-images`. */
export const closestTools = (word: string, tools: readonly string[]): string[] => {
  const near = closest(word, tools)
  if (near.length > 0) return near
  const bare = (tool: string): string => tool.slice(tool.indexOf('-') + 1)
  const parts = closest(word, [...new Set(tools.map(bare))])
  return tools.filter(tool => parts.includes(bare(tool))).slice(0, atMost)
}
