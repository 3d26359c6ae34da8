// SPDX-License-Identifier: BSD-2-Clause
// What is in a folder: counts of records, bytes on disk, what is still to be done, who serves it.
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { settleFolder } from '../engine/archive/work-folders'
import { blockBytes } from '../engine/bytes/blocks'
import type { Clock } from '../engine/clock'
import { Engine } from '../engine/engine'
import { peoplesAccounts } from '../engine/iam/system-accounts'
import { volumeFile } from '../engine/node/volume-files'
import type { Tx } from '../engine/operation'
import { knownGuests } from '../plane/guests/place'
import { servers } from './claim'
import { type HostEntry, hostEntries } from './host-entries'

/** `logical` is the sum of file sizes, `real` what the disk gives to them: holes and shared blocks cost nothing. */
export interface Bytes {
  readonly logical: number
  readonly real: number
}

/** Disks that users see: `logical` is the sum of their sizes. */
export interface DiskBytes extends Bytes {
  /** What was saved by keeping each block once that several snapshots, or several places of one, have. */
  readonly shared: number
}

export interface Status {
  readonly home: string
  readonly servers: readonly string[]
  /** Where names are answered for: `127.0.0.1:8753`. */
  readonly resolvers?: readonly string[]
  /** Load balancers and where they listen. */
  readonly balancers?: readonly HostEntry[]
  readonly guests?: readonly GuestStatus[]
  readonly counts: Readonly<Record<string, number>>
  /** Jobs on record. */
  readonly jobs: number
  /** By `volumes` and `snapshots`. */
  readonly disks: Readonly<Record<string, DiskBytes>>
  readonly folders: Readonly<Record<string, Bytes>>
}

/** A process that stands for an instance. */
export interface GuestStatus {
  readonly instance: string
  readonly address: string
  readonly pid: number
  /** False: it has ended, and nobody started it again. */
  readonly running: boolean
}

const sectorBytes = 512

const gib = 1024 ** 3

const realBytes = (path: string): number =>
  (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * sectorBytes

const bytesOf = (path: string): Bytes => {
  let logical = 0
  let real = 0
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    // A link to an attached volume would count its file a second time.
    const stat = lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })
    if (!stat?.isFile()) continue
    logical += stat.size
    real += stat.blocks * sectorBytes
  }
  return { logical, real }
}

const volumeBytes = (tx: Tx, home: string): DiskBytes => {
  let logical = 0
  let real = 0
  for (const { id, sizeGib, state } of tx.volumes.list()) {
    // Still listed, but gone; or never there.
    if (state === 'deleted' || state === 'error') continue
    logical += sizeGib * gib
    real += realBytes(volumeFile(home, id))
  }
  return { logical, real, shared: 0 }
}

const snapshotBytes = (tx: Tx, pathOf: (blob: string) => string): DiskBytes => {
  const logical = tx.snapshots.list().reduce((sum, { sizeGib }) => sum + sizeGib * gib, 0)
  let real = 0
  let shared = 0
  for (const { blob, references } of tx.blocks.scan()) {
    real += realBytes(pathOf(blob))
    shared += (references - 1) * blockBytes
  }
  return { logical, real, shared }
}

/** False when nothing is there. A folder that cannot be looked into, or is a file, is an error and not an empty one. */
export const isCloudFolder = (home: string): boolean =>
  statSync(join(home, 'records', 'data.mdb'), { throwIfNoEntry: false }) !== undefined

/** Undefined when there is no cloud in the folder yet: asking does not make one. */
export const statusOf = async (home: string, clock: Clock): Promise<Status | undefined> => {
  settleFolder(home)
  if (!isCloudFolder(home)) return undefined
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    const counts = engine.read(tx => ({
      accounts: peoplesAccounts(tx).length,
      buckets: tx.buckets.list().length,
      images: tx.images.list().length,
      instances: tx.instances.list().length,
      snapshots: tx.snapshots.list().length,
      volumes: tx.volumes.list().filter(({ state }) => state !== 'deleted').length,
    }))
    const disks = engine.read(tx => ({
      snapshots: snapshotBytes(tx, id => engine.around.blobs.path(id)),
      volumes: volumeBytes(tx, home),
    }))
    const jobs = engine.read(tx => tx.jobs.list().length)
    const folders = Object.fromEntries(
      readdirSync(home, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => [entry.name, bytesOf(join(home, entry.name))]),
    )
    const claims = servers(home)
    const guests = knownGuests(home).map(({ instanceId, address, process, isOn }) => ({
      ...{ instance: instanceId, address, pid: process.pid, running: isOn },
    }))
    return {
      home,
      servers: claims.map(({ endpoint }) => endpoint),
      resolvers: claims.flatMap(({ dnsPort }) => (dnsPort === undefined ? [] : [`127.0.0.1:${dnsPort}`])),
      balancers: engine.read(tx => hostEntries(tx, home)).filter(({ kind }) => kind === 'balancer'),
      ...{ guests, counts, jobs, disks, folders },
    }
  } finally {
    await engine.close()
  }
}
