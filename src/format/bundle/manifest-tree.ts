// SPDX-License-Identifier: BSD-2-Clause

// A manifest comes from anyone who can write to a bucket, so the reader takes only what a manifest needs: elements,
// attributes and text. A document type is refused before its entities could mean anything; size and depth are bounded.

import { SaxesParser } from 'saxes'
import { ManifestError } from './errors'

/** An element, and where it stands in the text. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
  readonly start: number
  end: number
}

// A manifest is five elements deep.
const maxDepth = 16

/** The root of a manifest. Throws `ManifestError` for what is not one well-formed document of bounded depth. */
export function parseTree(xml: string): Element {
  const parser = new SaxesParser()
  const open: Element[] = []
  let root: Element | undefined
  parser.on('error', error => {
    throw new ManifestError(`the manifest is not well-formed XML: ${error.message}`)
  })
  parser.on('doctype', () => {
    throw new ManifestError('the manifest has a document type declaration, which manifests must not have')
  })
  parser.on('opentag', tag => {
    if (open.length >= maxDepth) throw new ManifestError('the manifest is nested too deeply')
    const start = xml.lastIndexOf('<', parser.position - 1)
    const element = { name: tag.name, attributes: tag.attributes, children: [], text: '', start, end: start }
    open.at(-1)?.children.push(element)
    open.push(element)
    root ??= element
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed) closed.end = parser.position
  })
  const addText = (text: string): void => {
    const current = open.at(-1)
    if (current) current.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(xml).close()
  if (!root) throw new ManifestError('the manifest is empty')
  return root
}

/** The text of a manifest that is no larger than that. Throws `ManifestError`. */
export function decode(source: Buffer | string, maxBytes: number): string {
  if (Buffer.byteLength(source) > maxBytes)
    throw new ManifestError(`the manifest is larger than ${maxBytes} bytes`)
  if (typeof source === 'string') return source
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source)
  } catch {
    throw new ManifestError('the manifest is not well-formed XML: it is not UTF-8 text')
  }
}

/** The element at a path below another; of several of one name the first, but for the signed two (see `only` in the bundle's reader). */
export function find(from: Element, path: string): Element | undefined {
  let element: Element | undefined = from
  for (const name of path.split('/')) element = element?.children.find(child => child.name === name)
  return element
}

/** Without the blanks around it; empty when there is no such element. */
export const textAt = (from: Element, path: string): string => find(from, path)?.text.trim() ?? ''

/** Text that must be there. Throws `ManifestError`. */
export function required(from: Element, path: string): string {
  const text = textAt(from, path)
  if (!text) throw new ManifestError(`the manifest has no ${from.name}/${path}`)
  return text
}
