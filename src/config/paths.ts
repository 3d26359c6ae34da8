// SPDX-License-Identifier: BSD-2-Clause
// File names as users write them: `~`, `$VARIABLES` and, for configuration files, patterns.
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from './errors'

/** What a path may refer to. */
export interface PathScope {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
}

/** `~` and `~/…` become the home folder, `$NAME` and `${NAME}` their values; an unset variable stays as it is written. */
export const expandPath = (path: string, { env, home }: PathScope): string =>
  path
    .replace(/^~(?=\/|$)/, () => home)
    .replace(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (text, name?: string, braced?: string) => env[name ?? braced ?? ''] ?? text,
    )

/** The expanded path of a file that must be there; `what` begins the sentence when it is not. */
export const existingFile = (path: string, what: string, scope: PathScope): string => {
  const expanded = resolve(scope.cwd, expandPath(path, scope))
  const found = statSync(expanded, { throwIfNoEntry: false })
  if (!found) throw new ConfigError(`${what} file '${expanded}' does not exist`)
  if (!found.isFile()) throw new ConfigError(`${what} file '${expanded}' is not a file`)
  return expanded
}

/** Names that match a pattern of `*`, `?` and `[…]`, sorted; nothing when there is no match, as in a shell's nullglob. */
export const matchPaths = (pattern: string): string[] => {
  const [first, ...rest] = pattern.split('/')
  // Patterns are absolute by the time they come here, so that the first component is the empty one before the slash.
  return rest
    .reduce<string[]>((folders, part) => folders.flatMap(folder => step(folder, part)), [`${first}/`])
    .sort()
}

const step = (folder: string, part: string): string[] => {
  if (!/[*?[]/.test(part)) {
    const path = join(folder, part)
    return statSync(path, { throwIfNoEntry: false }) ? [path] : []
  }
  const matcher = globPattern(part)
  return namesIn(folder)
    .filter(name => matcher.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map(name => join(folder, name))
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    // A folder that is missing, unreadable, or no folder at all holds no match: the documented, silent rule.
    return []
  }
}

const globPattern = (part: string): RegExp => {
  const source = part.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (text, not?: string, set?: string) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`
    if (text === '*') return '.*'
    if (text === '?') return '.'
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 's')
}
