// SPDX-License-Identifier: BSD-2-Clause
// Where the transcripts of test/scenarios play each tool, and how that ended.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Play {
  readonly file: string
  readonly status: number
  /** Something was printed, or went into a file that later lines look at. */
  readonly prints: boolean
}

const typed = /^\$ (?:[A-Z_]+=\S* )*(?:mallee )?(eu[a-z]+)[- ]([a-z0-9-]+)/

const playsIn = (file: string, text: string): [string, Play][] => {
  const plays: [string, Play][] = []
  // Each part is a line that was typed and what came of it.
  for (const part of text.split(/\n(?=\$ |# |\n)/)) {
    const [, suite, verb] = typed.exec(part) ?? []
    if (suite === undefined) continue
    const [line = '', ...output] = part.split('\n')
    const status = Number(output.find(one => one.startsWith('? '))?.slice(2) ?? 0)
    const prints = / > /.test(line) || output.some(one => one !== '' && !one.startsWith('? '))
    plays.push([`${suite}-${verb}`, { file, status, prints }])
  }
  return plays
}

/** Every play of every tool, by the tool's name. */
export const allPlays = (): Map<string, Play[]> => {
  const folder = join(__dirname, '../scenarios')
  const found = new Map<string, Play[]>()
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.txt'),
  )
  for (const file of files.sort()) {
    for (const [tool, play] of playsIn(file, readFileSync(join(folder, file), 'utf8')))
      found.set(tool, [...(found.get(tool) ?? []), play])
  }
  return found
}
