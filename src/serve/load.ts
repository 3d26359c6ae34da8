// SPDX-License-Identifier: BSD-2-Clause
// Loading a cloud into a folder that nobody uses.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ArchiveHead } from '../engine/archive/contents'
import { ArchiveError } from '../engine/archive/errors'
import { type LoadOrder, loadCloud } from '../engine/archive/load'
import { recordsFile } from '../engine/archive/parts'
import { Engine } from '../engine/engine'
import { mappersOf } from '../engine/node/open-files'
import { isRunning } from '../engine/processes'
import { servers } from './claim'
import { FolderInUseError } from './reset'
import { isCloudFolder } from './status'

type Place = Pick<LoadOrder, 'home' | 'clock'>

/** Other processes that have the records of a cloud open. Only Linux tells. */
const usersOf = async (home: string): Promise<readonly number[]> =>
  (await mappersOf(join(home, recordsFile))).filter(pid => pid !== process.pid)

/** Processes that tools left behind to do what was still to be done, which nobody wants any more. */
const workersOf = async ({ home, clock }: Place): Promise<readonly number[]> => {
  let engine: Engine
  try {
    engine = await Engine.open({ home, clock })
  } catch {
    // Nobody can work on what cannot be opened; to be replaced it is good enough.
    return []
  }
  try {
    const workers = engine.read(tx => tx.workers.list())
    return workers.filter(worker => isRunning(worker) && worker.pid !== process.pid).map(({ pid }) => pid)
  } finally {
    await engine.close()
  }
}

const pollMilliseconds = 50
// A tool may be about to end, or a worker have just begun and not yet written down that it is one.
const patienceMilliseconds = 2_000
const workersPatienceMilliseconds = 10_000

/** Have workers end, and wait for them. Refuses when anybody else goes on using the folder. */
const waitUntilFree = async (place: Place): Promise<void> => {
  const told = new Set<number>()
  for (let waited = 0; ; waited += pollMilliseconds) {
    const users = await usersOf(place.home)
    const [user] = users
    if (user === undefined) return
    for (const pid of await workersOf(place)) {
      if (told.has(pid)) continue
      told.add(pid)
      try {
        process.kill(pid, 'SIGTERM')
      } catch {
        // It has just ended by itself, or is another user's, and then it is still found.
      }
    }
    const patience = users.some(pid => told.has(pid)) ? workersPatienceMilliseconds : patienceMilliseconds
    if (waited >= patience) {
      throw new ArchiveError(
        `${place.home} is being used by process ${user}; wait until that has ended, and try again`,
      )
    }
    await pause(pollMilliseconds)
  }
}

const checkFree = async ({ home, clock, replaces }: Place & Pick<LoadOrder, 'replaces'>): Promise<void> => {
  if (!isCloudFolder(home)) return
  if (!replaces) throw new ArchiveError(`${home} holds a cloud already; --replace puts this one in its place`)
  const [server] = servers(home)
  if (server) throw new FolderInUseError(home, server.endpoint)
  await waitUntilFree({ home, clock })
}

/** Load an archive into a folder. Throws `ArchiveError` and `FolderInUseError`, and leaves the folder as it was then. */
export const load = (order: Omit<LoadOrder, 'check'>): Promise<ArchiveHead> =>
  loadCloud({ ...order, check: () => checkFree(order) })
