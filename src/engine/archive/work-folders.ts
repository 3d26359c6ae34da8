// SPDX-License-Identifier: BSD-2-Clause
// Saving and loading a cloud need room in its folder while they go on: `saving.PID.STARTED.RANDOM` and `loading.…`, named
// after the process at work, so that whoever opens the folder next puts right what one who was killed has left.
//
// A loaded cloud is put together in `new` of such a folder. Then it takes the old one's place: `new` becomes `aside`, and
// while that is there the parts of the old cloud are moved to `old`; `aside` becomes `in`, and while that is there its own
// are moved to their places. Each of these steps may be cut short and done again. So a kill before the first leaves the old
// cloud, and one after it the new one, with the next who opens the folder.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, type ProcessName, thisProcess } from '../processes'
import { FolderError } from '../store/open-records'
import { isPart } from './parts'

type Kind = 'saving' | 'loading'

export interface WorkFolder {
  readonly name: string
  readonly path: string
  readonly kind: Kind
  readonly owner: ProcessName
}

const pattern = /^(saving|loading)\.(\d+)\.(\d*)\.[0-9a-f]{8}$/

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    // A folder that cannot be read is for those to complain of who open it.
    if (/^(ENOENT|ENOTDIR|EACCES)$/.test((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

const freshName = (kind: Kind): string =>
  [kind, thisProcess.pid, thisProcess.started, randomBytes(4).toString('hex')].join('.')

export const workFolders = (home: string): readonly WorkFolder[] =>
  namesIn(home).flatMap(name => {
    const [, kind, pid, started = ''] = pattern.exec(name) ?? []
    if (kind === undefined) return []
    return [{ name, path: join(home, name), kind: kind as Kind, owner: { pid: Number(pid), started } }]
  })

export const makeWorkFolder = (home: string, kind: Kind): WorkFolder => {
  const name = freshName(kind)
  const path = join(home, name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return { name, path, kind, owner: thisProcess }
}

const isUnderWay = (path: string): boolean => isThere(join(path, 'aside')) || isThere(join(path, 'in'))

/** Move what is in the way of a name, or is not wanted any more. */
const putAside = (home: string, folder: string, name: string): void =>
  renameSync(join(home, name), join(folder, 'old', `${name}.${randomBytes(4).toString('hex')}`))

/** Go on from wherever the exchange has come to. */
const finishExchange = (home: string, folder: string): void => {
  const [aside, coming, old] = [join(folder, 'aside'), join(folder, 'in'), join(folder, 'old')]
  mkdirSync(old, { recursive: true, mode: 0o700 })
  if (isThere(aside)) {
    for (const name of namesIn(home)) if (isPart(name)) putAside(home, folder, name)
    renameSync(aside, coming)
  }
  for (const name of namesIn(coming)) {
    if (isThere(join(home, name))) putAside(home, folder, name)
    renameSync(join(coming, name), join(home, name))
  }
  rmSync(coming, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Put what is in `new` of a loading folder into its place, and remove that folder. With `replaces` a cloud that is there
 * goes, with all of its parts.
 */
export const exchange = (home: string, { path }: WorkFolder, replaces: boolean): void => {
  renameSync(join(path, 'new'), join(path, replaces ? 'aside' : 'in'))
  finishExchange(home, path)
}

const pollMilliseconds = 20
const patienceMilliseconds = 60_000

const pause = (milliseconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

/** Another process may have begun to clear away the same. */
const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 })

const settleOne = (home: string, { path, kind, owner }: WorkFolder): void => {
  if (kind === 'saving' || !isUnderWay(path)) {
    if (!isRunning(owner)) remove(path)
    return
  }
  const isOurs = owner.pid === thisProcess.pid && owner.started === thisProcess.started
  for (let waited = 0; !isOurs && isRunning(owner) && isUnderWay(path); waited += pollMilliseconds) {
    if (waited > patienceMilliseconds)
      throw new FolderError(`process ${owner.pid} is loading a cloud into ${home}`)
    pause(pollMilliseconds)
  }
  const claimed = join(home, freshName('loading'))
  try {
    renameSync(path, claimed)
  } catch (error) {
    // It is done, or another process finishes it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    settleFolder(home)
    return
  }
  finishExchange(home, claimed)
}

/** Finish or clear away what processes that are gone have left of saving and loading. Before the folder is opened. */
export const settleFolder = (home: string): void => {
  for (const folder of workFolders(home)) settleOne(home, folder)
}
