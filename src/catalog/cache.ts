// SPDX-License-Identifier: BSD-2-Clause
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A catalog's text with what the server needs to tell whether it has changed. */
export interface CachedCatalog {
  readonly text: string
  readonly etag?: string
  readonly lastModified?: string
}

interface CacheFile extends CachedCatalog {
  readonly url: string
}

/** The kept copy, or undefined when there is none that can be read whole: then the catalog is simply fetched. */
export const readCached = async (directory: string, url: URL): Promise<CachedCatalog | undefined> => {
  try {
    const kept: Partial<CacheFile> | null = JSON.parse(await readFile(cacheFile(directory, url), 'utf8'))
    if (kept === null || kept.url !== url.href || typeof kept.text !== 'string') return undefined
    return {
      text: kept.text,
      ...(typeof kept.etag === 'string' ? { etag: kept.etag } : {}),
      ...(typeof kept.lastModified === 'string' ? { lastModified: kept.lastModified } : {}),
    }
  } catch {
    return undefined
  }
}

/** Replaces the kept copy in one step, so that tools that run at once never see half of one. */
export const writeCached = async (directory: string, url: URL, catalog: CachedCatalog): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = cacheFile(directory, url)
  const partial = `${file}.${randomBytes(4).toString('hex')}`
  const content: CacheFile = { url: url.href, ...catalog }
  try {
    await writeFile(partial, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

const cacheFile = (directory: string, url: URL): string =>
  join(directory, `catalog-${createHash('sha256').update(url.href).digest('hex').slice(0, 32)}.json`)
