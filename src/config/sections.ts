// SPDX-License-Identifier: BSD-2-Clause
// The configuration files as three things: global options, regions and users; and how an option of one is looked up.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from './errors'
import { type Options, readIni, resolveSection, type Sections } from './ini'
import { expandPath, matchPaths, type PathScope } from './paths'

export interface ConfigFiles {
  readonly global: Options
  readonly regions: Sections
  readonly users: Sections
  /** A file of the user's own, as opposed to one of the system's, has a region or a user in it. */
  readonly ownSections: boolean
}

/** A value and the section it was finally found in. */
export interface Found {
  readonly value: string
  readonly section: string
}

export const readConfigFiles = (scope: PathScope, systemFolder: string): ConfigFiles => {
  const listed = scope.env.EUCA_CONFIG_PATH
  const system =
    listed === undefined
      ? [join(systemFolder, 'euca2ools.ini'), ...matchPaths(resolve(systemFolder, 'conf.d/*.ini'))]
      : []
  const own =
    listed === undefined
      ? matchPaths(resolve(scope.home, '.euca/*.ini'))
      : listed
          .split(':')
          .filter(entry => entry !== '')
          .flatMap(entry => matchPaths(resolve(scope.cwd, expandPath(entry, scope))))
  const ownNames: Sections = new Map()
  const raw: Sections = new Map()
  for (const file of system) readFile(file, raw)
  for (const file of own) {
    readFile(file, raw)
    readFile(file, ownNames)
  }
  return {
    global: raw.has('global') ? resolveSection(raw, 'global') : new Map(),
    regions: sectionsOf(raw, 'region'),
    users: sectionsOf(raw, 'user'),
    ownSections: [...ownNames.keys()].some(name => /^(region|user)\s+\S/.test(name)),
  }
}

const readFile = (file: string, sections: Sections): void => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Missing files are skipped silently, and so is a folder whose name looks like a file's.
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return
    throw new ConfigError(`cannot read ${file} (${code ?? String(error)})`, { cause: error })
  }
  readIni(text, file, sections)
}

/** `[region NAME]` sections by NAME. More words in a header are ignored, so two headers may tell of one region. */
const sectionsOf = (raw: Sections, kind: 'region' | 'user'): Sections => {
  const sections: Sections = new Map()
  for (const headerText of raw.keys()) {
    const [word, name] = headerText.trim().split(/\s+/)
    if (word !== kind || name === undefined) continue
    if (name.includes('@') || name.split(':').includes(''))
      throw new ConfigError(`invalid ${kind} name '${name}': it may hold neither '@' nor an empty component`)
    sections.set(name, new Map([...(sections.get(name) ?? []), ...resolveSection(raw, headerText)]))
  }
  return sections
}

/** Find an option of a named section, wildcards and `use` followed: configuration.md 2. */
export const lookUp = (sections: Sections, name: string, option: string): Found | undefined => {
  const visited = new Set<string>()
  let found = findIn(sections, name, option, new Set())
  for (;;) {
    const [word, otherSection, otherOption, ...more] = found?.value.split(/\s+/) ?? []
    if (!found || word !== 'use' || otherSection === undefined || more.length > 0) return found
    const place = `${found.section} ${option}`
    // A loop is cut: the text of the looping value is taken as it is.
    if (visited.has(place)) return found
    visited.add(place)
    option = otherOption?.toLowerCase() ?? option
    found = findIn(sections, otherSection, option, new Set())
  }
}

const findIn = (sections: Sections, name: string, option: string, tried: Set<string>): Found | undefined => {
  for (const variant of variantsOf(name)) {
    const value = sections.get(variant)?.get(option)
    if (value !== undefined) return { value, section: variant }
  }
  tried.add(name)
  const closest = closestLongerNames(sections, name)
  if (closest.length > 1)
    throw new ConfigError(`'${name}' is ambiguous; closest matches are ${closest.sort().join(', ')}`)
  const [only] = closest
  if (only !== undefined && !tried.has(only)) return findIn(sections, only, option, tried)
  // 3.4.1 meant to return this value, and failed; meaning it is the sensible thing.
  const value = sections.get('*')?.get(option)
  return value === undefined ? undefined : { value, section: '*' }
}

/** The name with every choice of components replaced by `*`, the first component changing last. */
export const variantsOf = (name: string): string[] => {
  const parts = name.split(':')
  // Beyond a dozen components this would be thousands of names that nobody can have meant.
  if (parts.length > 12) return [name]
  const count = 2 ** parts.length
  const variants = Array.from({ length: count }, (_, mask) =>
    parts.map((part, index) => (mask & (1 << (parts.length - 1 - index)) ? '*' : part)).join(':'),
  )
  // The lone `*` of a one-component name comes last of all, after longer names that end in it.
  return parts.length === 1 ? variants.slice(0, 1) : variants
}

const closestLongerNames = (sections: Sections, name: string): string[] => {
  const longer = [...sections.keys()].filter(other => other.endsWith(`:${name}`))
  const fewest = Math.min(...longer.map(other => other.split(':').length))
  return longer.filter(other => other.split(':').length === fewest)
}
