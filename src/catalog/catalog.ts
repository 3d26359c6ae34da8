// SPDX-License-Identifier: BSD-2-Clause
import { open } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { catalogPlace, decodePath, locate, type Place, parseAddress } from './address'
import { readCached, writeCached } from './cache'
import { CatalogError } from './errors'
import { explainHttp, type HttpAnswer, type HttpOptions, httpGet, shown } from './http'
import { type CatalogEntry, parseCatalog } from './schema'

const maxCatalogBytes = 8 * 1024 * 1024

export interface CatalogOptions {
  /** `EUSTORE_URL` and its kin: an http, https or file URL, or a folder. Without it the built-in catalog is read. */
  readonly url?: string
  /** Folder of the built-in catalog; see `builtInCatalog`. */
  readonly builtIn: string
  /** Where catalogs read over the network are kept for the next time. Without it nothing is kept. */
  readonly cacheDirectory?: string
  readonly http?: HttpOptions
  readonly signal?: AbortSignal
}

/** An image of the catalog, ready to print and to fetch. Absent texts are ''. */
export interface CatalogImage {
  readonly name: string
  readonly os: string
  readonly architecture: string
  readonly version: string
  readonly hypervisorsSupported: readonly string[]
  readonly description: string
  readonly date: string
  readonly stamp: string
  readonly recipe: string
  readonly contact: string
  /** One kernel serves every hypervisor. */
  readonly singleKernel: boolean
  readonly place: Place
  /** MD5 of the tarball, lower-case hex, where the catalog tells it. */
  readonly md5?: string
  /** Size of the tarball in bytes, where the catalog tells it. */
  readonly size?: number
  /** The catalog's own words, for `--json`. */
  readonly entry: CatalogEntry
}

export interface Catalog {
  /** For messages: a path, or a URL without its password. */
  readonly source: string
  readonly version: string
  readonly images: readonly CatalogImage[]
  /** What did not stop us but should be known, such as a cache that cannot be written. */
  readonly warnings: readonly string[]
}

/**
 * Read a catalog. One that was asked for by address and cannot be had is an error (`Unreachable`): neither the
 * built-in catalog nor an older copy stands in for it, because images would then be installed that nobody chose. The
 * cache only saves the transfer, when the server says that nothing has changed.
 */
export const readCatalog = async (options: CatalogOptions): Promise<Catalog> => {
  const base = options.url === undefined ? parseAddress(options.builtIn) : parseAddress(options.url)
  const { text, source, warnings } =
    base.kind === 'file' ? await readLocal(base) : await readRemote(base, options)
  const document = await parseCatalog(text, source)
  return {
    source,
    version: document.version ?? '',
    images: document.images.map(entry => toImage(base, entry)),
    warnings,
  }
}

interface CatalogText {
  readonly text: string
  readonly source: string
  readonly warnings: readonly string[]
}

const readLocal = async (base: Place): Promise<CatalogText> => {
  const place = catalogPlace(base)
  if (place.kind !== 'file') throw new Error('a folder has no catalog on the network')
  const handle = await open(place.path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'no such file' : error.message
    throw new CatalogError('Unreachable', `cannot read ${place.path}: ${why}`, { cause: error })
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile())
      throw new CatalogError('Unreachable', `cannot read ${place.path}: not a regular file`)
    if (stats.size > maxCatalogBytes) throw tooLarge(place.path)
    return { text: await handle.readFile('utf8'), source: place.path, warnings: [] }
  } finally {
    await handle.close()
  }
}

const readRemote = async (base: Place & { kind: 'http' }, options: CatalogOptions): Promise<CatalogText> => {
  const place = catalogPlace(base)
  if (place.kind !== 'http') throw new Error('a catalog on the network is not a file')
  const source = shown(place.url)
  const cached =
    options.cacheDirectory === undefined ? undefined : await readCached(options.cacheDirectory, place.url)
  const answer = await httpGet(
    place.url,
    { ...options.http, ...(options.signal ? { signal: options.signal } : {}) },
    {
      ...(cached?.etag ? { 'if-none-match': cached.etag } : {}),
      ...(cached?.lastModified ? { 'if-modified-since': cached.lastModified } : {}),
    },
  )
  if (answer.status === 304) {
    answer.body.destroy()
    if (cached === undefined)
      throw new CatalogError(
        'Unreachable',
        `cannot read ${source}: the server answered 304 to a first question`,
      )
    return { text: cached.text, source, warnings: [] }
  }
  const text = await readBody(answer, source, options)
  if (options.cacheDirectory === undefined) return { text, source, warnings: [] }
  // A text that is no catalog must not be kept: the server would be asked whether *that* has changed.
  await parseCatalog(text, source)
  const etag = answer.headers.etag
  const lastModified = answer.headers['last-modified']
  try {
    await writeCached(options.cacheDirectory, place.url, {
      text,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    })
    return { text, source, warnings: [] }
  } catch (error) {
    return { text, source, warnings: [`cannot keep the catalog: ${(error as Error).message}`] }
  }
}

const readBody = async (answer: HttpAnswer, source: string, options: CatalogOptions): Promise<string> => {
  if ((answer.length ?? 0) > maxCatalogBytes) {
    answer.body.destroy()
    throw tooLarge(source)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxCatalogBytes) throw tooLarge(source)
      chunks.push(chunk)
    }
  } catch (error) {
    throw options.signal?.aborted ? options.signal.reason : explainHttp(answer.url, error)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tooLarge = (source: string): CatalogError =>
  new CatalogError('TooLarge', `${source} is larger than ${maxCatalogBytes} bytes, which no catalog is`)

const toImage = (base: Place, entry: CatalogEntry): CatalogImage => ({
  name: entry.name,
  os: entry.os ?? '',
  architecture: entry.architecture ?? '',
  version: entry.version ?? '',
  hypervisorsSupported: entry['hypervisors-supported'] ?? [],
  description: entry.description ?? '',
  date: entry.date ?? '',
  stamp: entry.stamp ?? '',
  recipe: entry.recipe ?? '',
  contact: entry.contact ?? '',
  singleKernel: isTrue(entry['single-kernel']),
  place: locate(base, entry.url),
  ...(entry.md5 === undefined ? {} : { md5: entry.md5.toLowerCase() }),
  ...(entry.size === undefined ? {} : { size: entry.size }),
  entry,
})

// eustore 3.0.5 took every text but the empty one for true, "False" too, and then looked for kernels everywhere. Here
// the words for no mean no, as in 2.x, and every other word means yes, as in 3.0.5.
const isTrue = (value: string | boolean | undefined): boolean =>
  typeof value === 'boolean'
    ? value
    : !['', '0', 'f', 'false', 'n', 'no', 'none'].includes((value ?? '').trim().toLowerCase())

/**
 * The image of that name. As a convenience the tarball's base name without its extension is a name too, where it is
 * unambiguous: `mallee-tiny-x86_64` beside `0355237665`.
 */
export const findImage = (catalog: Catalog, name: string): CatalogImage => {
  const exact = catalog.images.find(image => image.name === name)
  if (exact) return exact
  const [found, another] = catalog.images.filter(image => stem(image) === name)
  if (found && !another) return found
  throw new CatalogError('NoSuchImage', `no image named '${name}' in the catalog ${catalog.source}`)
}

const stem = (image: CatalogImage): string => {
  const file = tarballName(image)
  return file.slice(0, file.length - extname(file).length)
}

/** The file name of an image's tarball, which is also where the name of the installed image comes from. */
export const tarballName = (image: CatalogImage): string => {
  const path = image.place.kind === 'file' ? image.place.path : decodePath(image.place.url.pathname)
  const name = basename(path)
  if (name === '' || name === '.' || name === '..' || /[\0-\x1f\x7f\\/]/.test(name) || name.length > 200)
    throw new CatalogError(
      'MalformedCatalog',
      `image ${image.name} of the catalog has a tarball without a usable name`,
    )
  return name
}
