// SPDX-License-Identifier: BSD-2-Clause
// The pieces of which signed texts are made.

// A surrogate without its other half cannot be encoded; Buffer makes it U+FFFD.
const wellFormed = (text: string): string =>
  /[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text

/** Percent-encode as RFC 3986 has it: letters, digits and `-_.~` stand as they are. */
export const encode = (text: string): string =>
  encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Percent-decode; text that is not well encoded stays as it is, and so can only fail to match. */
export const decode = (text: string): string => {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A path with every segment decoded and encoded again, for clients that encode more or less than they sign. */
export const reencodePath = (path: string): string => path.split('/').map(decode).map(encode).join('/')

/** Raw pairs of a query, still encoded. A name without `=` has the value ''. */
export const rawPairs = (query: string): [string, string][] =>
  query
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    })

const byCode = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/**
 * The canonical query of Signature Version 4. `plus` says what a literal plus stands for: browsers' forms mean a space,
 * a client that left it unencoded means itself.
 */
export const canonicalQuery = (query: string, without: string, plus: ' ' | '+'): string =>
  rawPairs(query)
    .map(([name, value]) => [decode(name.replaceAll('+', plus)), decode(value.replaceAll('+', plus))])
    .filter(([name]) => name !== without)
    .map(([name = '', value = '']) => [encode(name), encode(value)] as const)
    .sort((left, right) => byCode(left[0], right[0]) || byCode(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/** A header's value as signatures see it: trimmed, with runs of blanks made one. */
export const trimAll = (value: string): string => value.trim().replace(/\s+/g, ' ')

/** Parameter of a URL by its decoded name; undefined when it is not there. */
export const parameter = (query: string, name: string): string | undefined => {
  const found = rawPairs(query).find(([raw]) => decode(raw) === name)
  return found && decode(found[1].replaceAll('+', ' '))
}

/** Keep the first of equal texts. */
export const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

/** A path without the service's own in front; as it is when that is not in front. */
export const withoutService = (path: string, servicePath: string | undefined): string =>
  servicePath && (path === servicePath || path.startsWith(`${servicePath}/`))
    ? path.slice(servicePath.length) || '/'
    : path

/**
 * The bytes that a text with header fields was signed as, where they are others than its own in UTF-8: HTTP hands each
 * byte of a header over as one character.
 */
export const asSent = (text: string): Buffer[] =>
  /[^\u0000-\u007f]/.test(text) && !/[^\u0000-\u00ff]/.test(text) ? [Buffer.from(text, 'latin1')] : []
