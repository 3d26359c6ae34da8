// SPDX-License-Identifier: BSD-2-Clause
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CatalogError } from './errors'

/** Where a catalog is, or a tarball of it. */
export type Place =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'http'; readonly url: URL }

/**
 * The folder of the built-in catalog. `packageRoot` is the folder that holds package.json: both the sources and the
 * bundle know it relative to themselves, and only they do.
 */
export const builtInCatalog = (packageRoot: string): string => join(packageRoot, 'catalog')

/** A catalog's address as users give it: `http:`, `https:` or `file:` URL, or a folder. */
export const parseAddress = (address: string): Place => {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(address)?.[1]?.toLowerCase()
  if (address === '') throw new CatalogError('BadAddress', 'the address of the image catalog is empty')
  if (scheme === undefined) return { kind: 'file', path: resolve(address) }
  return placeOf(parseUrl(address), address)
}

const placeOf = (url: URL, text: string): Place => {
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'http', url }
  if (url.protocol !== 'file:')
    throw new CatalogError(
      'BadAddress',
      `${text} is no address of images: http, https and file are understood`,
    )
  try {
    return { kind: 'file', path: fileURLToPath(url) }
  } catch (error) {
    throw new CatalogError('BadAddress', `${text} is not the address of a file on this machine`, {
      cause: error,
    })
  }
}

/** `ADDRESS/catalog`, whether or not the address ends in a slash. */
export const catalogPlace = (base: Place): Place => locate(base, 'catalog')

/**
 * A tarball of a catalog: relative to the catalog's directory, or an absolute URL. What comes over the network cannot
 * point into this machine's files, nor from https to http, and a relative path cannot leave the directory.
 */
export const locate = (base: Place, reference: string): Place => {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(reference)) {
    const place = placeOf(parseUrl(reference), reference)
    const downgrade = base.kind === 'http' && base.url.protocol === 'https:'
    if (base.kind === 'http' && (place.kind === 'file' || (downgrade && place.url.protocol === 'http:')))
      throw new CatalogError('BadAddress', `the catalog points to ${reference}, which is refused`)
    return place
  }
  if (base.kind === 'http') return { kind: 'http', url: parseUrl(reference, directoryUrl(base.url)) }
  const path = resolve(base.path, decodePath(reference))
  if (!path.startsWith(base.path.endsWith(sep) ? base.path : base.path + sep))
    throw new CatalogError('BadAddress', `the catalog points to ${reference}, which is outside its directory`)
  return { kind: 'file', path }
}

const directoryUrl = (url: URL): URL => {
  const directory = new URL(url)
  if (!directory.pathname.endsWith('/')) directory.pathname += '/'
  return directory
}

/** Percent escapes undone; a text with malformed ones is a file name that happens to hold a percent sign. */
export const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const parseUrl = (text: string, base?: URL): URL => {
  try {
    return new URL(text, base)
  } catch (error) {
    throw new CatalogError('BadAddress', `${text} is not a URL`, { cause: error })
  }
}
