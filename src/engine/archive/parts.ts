// SPDX-License-Identifier: BSD-2-Clause
// What of a cloud's folder is the cloud: these, and no more, are saved, and may be in an archive.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** `once`: a file is written once and then only removed. `small`: settings and keys. `disk`: anybody may write to it. */
export type Nature = 'once' | 'small' | 'disk'

export const keptFolders: Readonly<Record<string, Nature>> = {
  bytes: 'once',
  volumes: 'disk',
  nodes: 'disk',
  credentials: 'small',
}

export const keptFiles: readonly string[] = ['secrets.key', 'eucalyptus.conf']

/** Kept as well, in its own way: a copy without the pages that lmdb has no use for. */
export const recordsFile = 'records/data.mdb'

/** Of this machine, or of processes that run now. */
export const leftOut: readonly string[] = ['staging', 'gone', 'log', 'servers', 'plane']

/** Whether a name in a cloud's folder is the cloud's; what somebody else has put there is not touched. */
export const isPart = (name: string): boolean =>
  name === 'records' || Object.hasOwn(keptFolders, name) || keptFiles.includes(name) || leftOut.includes(name)

// Files that are being made: whoever makes them begins anew.
const unfinished = /\.(part|now|new)$/

const look = (home: string, path: string): string[] =>
  readdirSync(join(home, path), { withFileTypes: true }).flatMap(entry => {
    const name = `${path}/${entry.name}`
    if (entry.isFile()) return unfinished.test(entry.name) ? [] : [name]
    // Links are made anew. The cache of a node keeps in `trash` what is on its way out.
    return entry.isDirectory() && entry.name !== 'trash' ? look(home, name) : []
  })

/** The files of a folder that is kept, as paths below the cloud's. */
export const filesOf = (home: string, folder: string): string[] => {
  while (existsSync(join(home, folder))) {
    try {
      return look(home, folder).sort()
    } catch (error) {
      // A folder has gone since its name was read, as those of instances do.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return []
}

const longestPath = 1024

/** Whether an archive may put a file there: into a folder that is kept, by a plain name. */
export const mayBeAt = (path: string): boolean => {
  if (path === recordsFile || keptFiles.includes(path)) return true
  const [folder = '', ...names] = path.split('/')
  if (!Object.hasOwn(keptFolders, folder) || names.length === 0 || path.length > longestPath) return false
  return names.every(name => !/^\.{0,2}$/.test(name) && !/[\\\u0000-\u001f\u007f]/.test(name))
}
