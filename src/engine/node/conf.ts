// SPDX-License-Identifier: BSD-2-Clause
// `eucalyptus.conf` in the cloud's folder: the node controller's settings file, a line `NAME="value"` each, for the few
// names that mean something here. What is missing, malformed or out of range has its default, as it always had. The
// storage controller's limits, which Eucalyptus keeps as properties, are in it too (ec2/storage-limits.ts).
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { nodeProperties } from './properties'

export interface NodeConf {
  /** `WALRUS_DOWNLOAD_MAX_ATTEMPTS`: 1 to 98. */
  readonly downloadAttempts: number
  /** `NC_CACHE_SIZE`, which the file has in MB; undefined for the automatic limit. */
  readonly cacheBytes: number | undefined
}

const leastCacheMb = 10

const textOf = (home: string): string => {
  const file = join(home, 'eucalyptus.conf')
  // Most clouds have none, which is asked with each request: to be told by an error takes ten times as long.
  if (!statSync(file, { throwIfNoEntry: false })) return ''
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It cannot be read, or has just gone.
    return ''
  }
}

const settingsOf = (home: string): ReadonlyMap<string, number> => {
  const lines = textOf(home).matchAll(/^\s*([A-Z_]+)\s*=\s*["']?(\d{1,9})["']?\s*(?:#.*)?$/gm)
  return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]))
}

/** A setting of this name as it is now: a number of at most nine digits; `undefined` when there is none. */
export const settingIn = (home: string, name: string): number | undefined => settingsOf(home).get(name)

/** A setting that is a word, or several with commas between them, as it is now; `undefined` when there is none. */
export const wordIn = (home: string, name: string): string | undefined => {
  const lines = textOf(home).matchAll(/^[ \t]*([A-Z_]+)[ \t]*=[ \t]*["']?([\w,.@:-]+)["']?[ \t]*(?:#.*)?$/gm)
  return [...lines].findLast(([, known]) => known === name)?.[2]
}

/** The settings as they are now: the file is read at each use, so that a change needs no restart. */
export const nodeConf = (home: string): NodeConf => {
  const settings = settingsOf(home)
  const attempts = settings.get('WALRUS_DOWNLOAD_MAX_ATTEMPTS') ?? 0
  const cacheMb = settings.get('NC_CACHE_SIZE') ?? 0
  return {
    downloadAttempts: attempts > 0 && attempts < 99 ? attempts : nodeProperties.downloadAttempts,
    cacheBytes: cacheMb < leastCacheMb ? undefined : cacheMb * 2 ** 20,
  }
}
