// SPDX-License-Identifier: BSD-2-Clause
// Query parameters: `readForm` decodes what came in the URL and the body, `treeOf` arranges dotted names as a tree that
// the readers walk along a schema.
//
// Everything that can grow has a limit, and no name from outside ever becomes a property: names are keys of Maps.
// A name given twice keeps its last value, and the body's parameters come after the URL's, which is how Eucalyptus let
// the body override.
import type { Form, FormLimits } from './contracts'
import { refuseProtocol } from './errors'

const BODY_BYTES = 102_400
const PARAMETERS = 5_000
// The deepest that any operation has are the 14 of Auto Scaling's predictive policies.
const DEPTH = 16

/**
 * Decode a percent-encoded text, `+` as a space. Refuses malformed escapes and bytes that are not UTF-8 with 400.
 */
const decode = (text: string): string => {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return refuseProtocol(400, 'Malformed percent-encoding in request parameters')
  }
}

/** Decode `a=b&c=d` in order. Empty pairs are skipped; a name without `=` has the value ''. */
export const decodePairs = (text: string, limit: number = PARAMETERS): [string, string][] => {
  const pairs: [string, string][] = []
  for (let start = 0; start <= text.length; ) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand < 0 ? text.length : ampersand
    if (end > start) {
      if (pairs.length >= limit) refuseProtocol(400, `Too many request parameters, the limit is ${limit}`)
      const equals = text.indexOf('=', start)
      const split = equals < 0 || equals > end ? end : equals
      pairs.push([decode(text.slice(start, split)), decode(text.slice(split + 1, end))])
    }
    start = end + 1
  }
  return pairs
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const bodyText = (body: Buffer, limit: number): string => {
  if (body.length > limit) refuseProtocol(413, `Request body exceeds ${limit} bytes`)
  try {
    return utf8.decode(body)
  } catch {
    return refuseProtocol(400, 'Request body is not valid UTF-8')
  }
}

/**
 * A client may end its form with a line break. Character by character, as a regular expression that is anchored at the
 * end takes the square of the time of a body that is all line breaks.
 */
const withoutLineBreaks = (text: string): string => {
  let end = text.length
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1
  return text.slice(0, end)
}

/**
 * Read the parameters of a query request. `query` is the URL's, without the question mark; `body` the whole form body of
 * a POST. Refuses, at the protocol level: 413 for a body over the limit, 400 for too many parameters, malformed
 * encoding or invalid UTF-8.
 */
export const readForm = (query: string, body?: Buffer, limits: FormLimits = {}): Form => {
  const most = limits.parameters ?? PARAMETERS
  const pairs = decodePairs(query, most)
  if (body?.length) {
    const text = withoutLineBreaks(bodyText(body, limits.bodyBytes ?? BODY_BYTES))
    for (const pair of decodePairs(text, most - pairs.length)) pairs.push(pair)
  }
  const values = new Map(pairs)
  return {
    values,
    action: values.get('Action') ?? values.get('Operation'),
    version: values.get('Version'),
  }
}

/** A place in the tree of dotted names. `Tag.1.Key=a` makes Tag, 1 and Key, the last of them with the value. */
export interface FormNode {
  readonly path: string
  value: string | undefined
  /** Set by whoever reads the value: what nobody read is unknown. */
  read: boolean
  children: Map<string, FormNode> | undefined
}

const newNode = (path: string): FormNode => ({ path, value: undefined, read: false, children: undefined })

/** Arrange parameters as a tree. Names for which `skip` holds are left out. Names deeper than `DEPTH` are refused with 400. */
export const treeOf = (values: ReadonlyMap<string, string>, skip: (name: string) => boolean): FormNode => {
  const root = newNode('')
  for (const [name, value] of values) {
    if (skip(name)) continue
    const segments = name.split('.')
    if (segments.length > DEPTH)
      refuseProtocol(400, `Parameter name has more than ${DEPTH} levels: ${clip(name)}`)
    let node = root
    for (const segment of segments) {
      node.children ??= new Map()
      let child = node.children.get(segment)
      if (!child) {
        child = newNode(node.path ? `${node.path}.${segment}` : segment)
        node.children.set(segment, child)
      }
      node = child
    }
    node.value = value
  }
  return root
}

const clip = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

/** Parameters under a node that nobody read, in the order sent. */
export const unread = (node: FormNode): [string, string][] => {
  const own: [string, string][] = node.value !== undefined && !node.read ? [[node.path, node.value]] : []
  return node.children ? own.concat(...[...node.children.values()].map(unread)) : own
}

const INDEX = /^\d{1,7}$/

/** Children of a node whose names are list indices, in numerical order. Gaps are allowed. */
export const indexed = (node: FormNode): FormNode[] => {
  if (!node.children) return []
  const found: [number, FormNode][] = []
  for (const [name, child] of node.children) if (INDEX.test(name)) found.push([Number(name), child])
  return found.sort((left, right) => left[0] - right[0]).map(([, child]) => child)
}
