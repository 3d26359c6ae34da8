// SPDX-License-Identifier: BSD-2-Clause
// What in the records of a cloud is of the machine and the moment that it was saved on.
import { statSync } from 'node:fs'
import type { Engine } from '../engine'
import { entryDisk } from '../node/folders'
import { linkDevice } from '../node/volume-files'
import type { Tx } from '../operation'

/** No process of that machine is alive here, even where one has the same number. */
const forgetProcesses = (tx: Tx): void => {
  for (const { pid } of tx.workers.list()) tx.workers.delete(pid)
  for (const job of tx.jobs.list()) {
    const { holder, run: _, ...free } = job
    if (holder) tx.jobs.put(free)
  }
}

/** Files have their times to the microsecond by now, and none of them was edited in between. */
const takeOverTimes = (tx: Tx, home: string, savedAt: (path: string) => number | undefined): void => {
  for (const entry of tx.nodeCache.list()) {
    const disk = entryDisk(home, entry.node, entry.id)
    const now = statSync(disk, { throwIfNoEntry: false })
    if (now && entry.changedAt !== undefined && savedAt(disk) === entry.changedAt) {
      tx.nodeCache.put({ ...entry, changedAt: now.mtimeMs })
    }
  }
}

/**
 * Have a cloud that was unpacked into a folder go on from there. `savedAt` tells when a file had been written to last (ms),
 * as the machine knew it that the cloud was saved on.
 */
export const mendRecords = async (
  engine: Engine,
  home: string,
  savedAt: (path: string) => number | undefined,
): Promise<void> => {
  engine.write(tx => {
    forgetProcesses(tx)
    takeOverTimes(tx, home, savedAt)
  })
  const shown = engine.read(tx =>
    tx.volumes.list().flatMap(volume => {
      const instance = volume.attachment && tx.instances.get(volume.attachment.instanceId)
      return volume.attachment?.state === 'attached' && instance?.state === 'running'
        ? [{ volume, instance }]
        : []
    }),
  )
  for (const { volume, instance } of shown) await linkDevice(home, instance, volume)
}
