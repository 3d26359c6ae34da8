// SPDX-License-Identifier: BSD-2-Clause
// The ini dialect of euca2ools, which is that of Python 2's SafeConfigParser: configuration.md 1.1.
import { ConfigError } from './errors'

export type Options = Map<string, string>
export type Sections = Map<string, Options>

export const defaultSection = 'DEFAULT'

const header = /^\[([^\]]+)\]/
// The name ends at the first colon or equals sign; blanks around that sign belong to neither side.
const assignment = /^([^:=\s][^:=]*)[:=](.*)$/
const comment = /^(?:[#;]|rem(?:\s|$))/i
const maximumDepth = 10

/** Read `text` into `sections`, raw: values are interpolated later, when every file has had its say. */
export const readIni = (text: string, file: string, sections: Sections): void => {
  let section: Options | undefined
  let option: string | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    if (line.trim() === '' || comment.test(line)) continue
    // An indented line continues the value above it, whatever it looks like.
    if (/^\s/.test(line) && section && option !== undefined) {
      section.set(option, `${section.get(option)}\n${line.trim()}`)
      continue
    }
    const name = header.exec(line)?.[1]
    if (name !== undefined) {
      section = sections.get(name) ?? new Map()
      sections.set(name, section)
      option = undefined
      continue
    }
    const [, key, value] = assignment.exec(line) ?? []
    if (!section || key === undefined || value === undefined) throw new ConfigError(file)
    option = key.trimEnd().toLowerCase()
    section.set(option, withoutComment(value))
  }
}

const withoutComment = (value: string): string => {
  const semicolon = value.indexOf(';')
  const text = semicolon > 0 && /\s/.test(value.charAt(semicolon - 1)) ? value.slice(0, semicolon) : value
  return text.trim() === '""' ? '' : text.trim()
}

/** The options of a section with those of `[DEFAULT]`, every `%(name)s` replaced and every `%%` undone. */
export const resolveSection = (sections: Sections, name: string): Options => {
  const raw = new Map([...(sections.get(defaultSection) ?? []), ...(sections.get(name) ?? [])])
  return new Map([...raw].map(([option, value]) => [option, interpolate(raw, option, value, 0)]))
}

const interpolate = (raw: Options, option: string, value: string, depth: number): string => {
  if (depth > maximumDepth) throw new ConfigError(option)
  return value.replace(/%(?:(%)|\(([^)]*)\)s|)/g, (_, percent?: string, name?: string) => {
    if (percent) return '%'
    const other = name === undefined ? undefined : raw.get(name.toLowerCase())
    if (name === undefined || other === undefined) throw new ConfigError(option)
    return interpolate(raw, option, other, depth + 1)
  })
}
