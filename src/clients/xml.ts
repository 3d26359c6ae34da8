// SPDX-License-Identifier: BSD-2-Clause
// A reader of XML answers, into a plain tree. Text is kept verbatim, which the SDK's own parser does not do, and names
// lose their namespace prefix (output.md 1.4). It reads what services send: no entity is ever declared or fetched, and
// a document that does so anyway is not well-formed to it.

import { ClientError } from './errors'

export interface XmlElement {
  readonly name: string
  /** All text directly inside, verbatim. */
  text: string
  readonly children: XmlElement[]
}

/** Thrown for text that is not one well-formed element; `clients` turns it into what its caller should see. */
export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError'
}

const maximumDepth = 200
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

// Sticky, so that each finds a match exactly where the reader stands.
const openTag = /<([^\s<>/?!="'&]+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const closeTag = /<\/([^\s<>]+)\s*>/y
const doctype = /<!DOCTYPE[^[\]<>]*>/iy

export const parseXml = (text: string): XmlElement => {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const document: XmlElement = { name: '', text: '', children: [] }
  const open: { readonly element: XmlElement; readonly tag: string }[] = []
  let inside = document
  let at = 0

  const fail = (what: string): never => {
    throw new XmlSyntaxError(`${what} at offset ${at}`)
  }
  const skipTo = (end: string): string => {
    const stop = source.indexOf(end, at)
    if (stop < 0) return fail(`no ${end}`)
    const skipped = source.slice(at, stop)
    at = stop + end.length
    return skipped
  }
  const matchHere = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match) at = pattern.lastIndex
    return match
  }

  while (at < source.length) {
    if (source.charCodeAt(at) !== 60 /* < */) {
      const stop = source.indexOf('<', at)
      const end = stop < 0 ? source.length : stop
      const characters = source.slice(at, end)
      if (open.length === 0 && characters.trim() !== '') fail('text outside the root')
      inside.text += decode(characters, fail)
      at = end
    } else if (source.startsWith('<!--', at)) {
      at += 4
      skipTo('-->')
    } else if (source.startsWith('<![CDATA[', at) && open.length > 0) {
      at += 9
      inside.text += skipTo(']]>')
    } else if (source.startsWith('<?', at)) {
      skipTo('?>')
    } else if (source.startsWith('</', at)) {
      const tag = matchHere(closeTag)?.[1] ?? fail('bad end tag')
      if (open.pop()?.tag !== tag) fail(`unexpected </${tag}>`)
      inside = open.at(-1)?.element ?? document
    } else if (document.children.length === 0 && matchHere(doctype)) {
      // A plain document type, as HTML pages have. One with an internal subset does not match.
    } else {
      const match = matchHere(openTag) ?? fail('bad tag')
      const tag = match[1] ?? ''
      if (open.length === 0 && document.children.length > 0) fail('a second root')
      if (open.length >= maximumDepth) fail('too deep')
      const element: XmlElement = { name: tag.slice(tag.indexOf(':') + 1), text: '', children: [] }
      inside.children.push(element)
      if (match[3] === '') {
        open.push({ element, tag })
        inside = element
      }
    }
  }
  const [root] = document.children
  if (!root || open.length > 0) return fail('unexpected end')
  return root
}

const decode = (text: string, fail: (what: string) => never): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,8}));?/g, (whole, hex, decimal, name) => {
        if (!whole.endsWith(';')) return fail('bad entity')
        if (name !== undefined) return entities[name] ?? fail(`unknown entity ${name}`)
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
        return code <= 0x10ffff ? String.fromCodePoint(code) : fail('bad character reference')
      })
    : text

/** The last child of that name: a repeated child of a map replaces the former one. */
export const childOf = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.findLast(child => child.name === name)

/** The root of a service's answer. A page for people, well-formed or not, is none: a proxy's, or of some other server. */
export const parseAnswer = (text: string): XmlElement => {
  try {
    const root = parseXml(text)
    if (root.name.toLowerCase() !== 'html') return root
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error
    throw new ClientError('parse', 'XML parse error', { cause: error })
  }
  throw new ClientError('parse', 'XML parse error')
}
