// SPDX-License-Identifier: BSD-2-Clause
// What a simulation knows of a cloud's disks without asking it: which bytes it wrote where, hence what every volume and
// every snapshot has to hold; and what must be true of the records whatever was called.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { blockBytes, blocksOf } from '../../../src/engine/bytes/blocks'
import type { Image } from '../../../src/engine/ec2/schema/images'
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import type { Attachment, Snapshot, Volume } from '../../../src/engine/ec2/schema/volumes'
import type { Tx } from '../../../src/engine/operation'
import type { Cloud } from '../../support/cloud'
import { fileOf, readAt, writeAt } from './volume'

/** Blocks of a disk that are written to: the first ones, and the last of 1 GiB. Each has a text at its beginning. */
const places = [0, 1, 2047]
const textBytes = 8
const blank: Disk = places.map(() => '')

/** The text at each of the places; an empty one is zeros. */
export type Disk = readonly string[]

const padded = (text: string): Buffer => Buffer.alloc(textBytes, 0).fill(text, 0, text.length)

const hashes = new Map<string, string>()

const hashOf = (text: string): string => {
  const known = hashes.get(text)
  if (known) return known
  const hash = createHash('sha256')
    .update(Buffer.concat([padded(text), Buffer.alloc(blockBytes - textBytes)]))
    .digest('hex')
  hashes.set(text, hash)
  return hash
}

/** What a snapshot's places are to be: index and hash of those that are not zero. */
const blocksFor = (disk: Disk): string =>
  disk.flatMap((text, place) => (text ? [`${places[place]} ${hashOf(text)}`] : [])).join('\n')

const blocksIn = (tx: Tx, id: string): string =>
  [...blocksOf(tx, id)].map(({ index, hash }) => `${index} ${hash}`).join('\n')

/** From which state records may be found in which other, some time later. */
const ways = {
  volume: {
    creating: ['available', 'deleting', 'deleted'],
    available: ['deleting', 'deleted'],
    deleting: ['deleted'],
    deleted: [],
  },
  snapshot: { pending: ['completed', 'error'], completed: [], error: [] },
  image: {
    pending: ['available', 'failed', 'deregistered'],
    available: ['deregistered'],
    failed: ['deregistered'],
  },
  instance: {
    pending: ['running', 'stopping', 'stopped', 'shutting-down', 'terminated'],
    running: ['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'],
    stopping: ['pending', 'running', 'stopped', 'terminated'],
    stopped: ['pending', 'running', 'stopping', 'terminated', 'shutting-down'],
    'shutting-down': ['terminated'],
    terminated: [],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export interface Limits {
  /** GiB of all volumes of a zone. */
  readonly volumes: number
  /** GiB of all snapshots. */
  readonly snapshots: number
}

export class Ledger {
  readonly #c: Cloud
  readonly #limits: Limits
  readonly #volumes = new Map<string, Disk>()
  /** What a snapshot may turn out to be; one disk once it is complete. */
  readonly #snapshots = new Map<string, readonly Disk[]>()
  readonly #states = new Map<string, string>()
  readonly #attached = new Map<string, Attachment>()
  #writes = 0

  constructor(c: Cloud, limits: Limits) {
    this.#c = c
    this.#limits = limits
  }

  /** Write something to a volume that has a file, at one of its places; sometimes zeros. */
  write(volume: Volume, place: number, isZero: boolean): void {
    if (volume.state !== 'available') return
    this.look()
    const text = isZero ? '' : `w${this.#writes++}`
    writeAt(fileOf(this.#c, volume.id), (places[place] ?? 0) * blockBytes, padded(text))
    const disk = (this.#volumes.get(volume.id) ?? blank).map((old, index) => (index === place ? text : old))
    this.#volumes.set(volume.id, disk)
    for (const { id, state, volumeId } of this.#c.engine.read(tx => tx.snapshots.list())) {
      if (volumeId !== volume.id || state !== 'pending') continue
      this.#snapshots.set(id, [...(this.#snapshots.get(id) ?? []), disk])
    }
  }

  /** A snapshot that is written block by block is going to hold this. */
  expect(snapshotId: string, disk: Disk): void {
    this.#snapshots.set(snapshotId, [disk])
  }

  /** What a completed snapshot holds. */
  disk(snapshotId: string): Disk {
    return this.#snapshots.get(snapshotId)?.at(-1) ?? blank
  }

  /** The bytes of a block with a text, as one writes it to a snapshot. */
  block(text: string): Buffer {
    return Buffer.concat([padded(text), Buffer.alloc(blockBytes - textBytes)])
  }

  /** Compare the records, and the places of completed snapshots, with what is known. */
  look(): void {
    this.#c.engine.read(tx => {
      for (const snapshot of tx.snapshots.list()) this.#lookAtSnapshot(tx, snapshot)
      for (const volume of tx.volumes.list()) this.#lookAtVolume(tx, volume)
      for (const image of tx.images.list()) this.#lookAtImage(image)
      for (const instance of tx.instances.list()) this.#lookAtInstance(instance)
      this.#lookAtLimits(tx)
    })
  }

  /** Read the files of all volumes that stand still. */
  lookAtFiles(): void {
    this.look()
    for (const { id, state, sizeGib } of this.#c.engine.read(tx => tx.volumes.list())) {
      if (state !== 'available') continue
      const file = fileOf(this.#c, id)
      const found = places.map(at => readAt(file, at * blockBytes, textBytes).replaceAll('\0', ''))
      assert.deepEqual(found, this.#volumes.get(id), `bytes of ${id}`)
      assert.equal(statSync(file).size, sizeGib * 2 ** 30, `size of ${id}`)
    }
  }

  /** Nobody goes back to where he must not. */
  #move(kind: keyof typeof ways, id: string, state: string): void {
    const before = this.#states.get(id)
    const known: Readonly<Record<string, readonly string[]>> = ways[kind]
    if (kind !== 'image' || state !== 'deregistered') {
      assert.ok(Object.hasOwn(known, state), `${id} is ${state}`)
    }
    if (before !== undefined && before !== state) {
      assert.ok(known[before]?.includes(state), `${id} was ${before} and is ${state}`)
    }
    this.#states.set(id, state)
  }

  #lookAtSnapshot(tx: Tx, snapshot: Snapshot): void {
    const { id, volumeId, sourceId, state, direct, message } = snapshot
    // What is written block by block is given up when nobody goes on with it.
    if (direct && state === 'error') assert.match(message ?? '', /^Nothing was written/)
    else assert.notEqual(state, 'error', `${id}: ${message}`)
    this.#move('snapshot', id, state)
    const known = this.#snapshots.get(id)
    if (!known && direct) return
    const disks = known ?? [(sourceId ? this.disk(sourceId) : this.#volumes.get(volumeId)) ?? blank]
    if (state === 'completed' && (disks.length > 1 || !known)) {
      const found = blocksIn(tx, id)
      const disk = disks.find(disk => blocksFor(disk) === found)
      assert.ok(disk, `${id} of ${volumeId} holds what that never was`)
      this.#snapshots.set(id, [disk])
    } else {
      if (state === 'completed') assert.equal(blocksIn(tx, id), blocksFor(disks[0] ?? blank), `${id}`)
      this.#snapshots.set(id, disks)
    }
  }

  #lookAtVolume(tx: Tx, volume: Volume): void {
    const { id, state, snapshotId, attachment, zone, reason } = volume
    assert.notEqual(state, 'error', `${id}: ${reason}`)
    this.#move('volume', id, state)
    if (!this.#volumes.has(id)) this.#volumes.set(id, snapshotId ? this.disk(snapshotId) : blank)
    this.#lookAtRelease(tx, volume)
    if (!attachment) return
    assert.ok(state === 'creating' || state === 'available', `${id} is ${state}, and attached`)
    const instance = tx.instances.get(attachment.instanceId)
    assert.ok(instance && instance.state !== 'terminated', `${id} is attached to what has ended`)
    assert.equal(instance.zone, zone, `${id} and its instance`)
    const others = tx.volumes.list().filter(other => other.attachment?.instanceId === attachment.instanceId)
    const same = others.filter(other => other.attachment?.device === attachment.device)
    assert.equal(same.length, 1, `${attachment.device} of ${attachment.instanceId}`)
  }

  /** What is not detached goes with its instance or stays, as its flag says. */
  #lookAtRelease(tx: Tx, { id, state, attachment }: Volume): void {
    const before = this.#attached.get(id)
    if (attachment) this.#attached.set(id, attachment)
    else this.#attached.delete(id)
    if (attachment || !before || before.state === 'detaching') return
    if ((tx.instances.get(before.instanceId)?.state ?? 'terminated') !== 'terminated') return
    const isGoing = state === 'deleting' || state === 'deleted'
    assert.equal(isGoing, before.deleteOnTermination, `${id} of an instance that ended is ${state}`)
  }

  #lookAtImage({ id, state, reason }: Image): void {
    this.#move('image', id, state)
    if (state === 'failed') assert.match(reason ?? '', /was terminated$|took too long/, id)
  }

  #lookAtInstance({ id, state, reason, stateReason }: Instance): void {
    this.#move('instance', id, state)
    // The clock may jump while volumes are being made.
    if (reason === 'The instance failed to start on the NC.')
      assert.match(stateReason?.message ?? '', /too long/, id)
  }

  #lookAtLimits(tx: Tx): void {
    const volumes = tx.volumes.list().filter(({ state }) => state !== 'deleted')
    for (const zone of new Set(volumes.map(volume => volume.zone))) {
      const total = volumes
        .filter(volume => volume.zone === zone)
        .map(({ sizeGib, modification: m }) => (m?.state === 'modifying' ? m.after.sizeGib : sizeGib))
        .reduce((sum, gib) => sum + gib, 0)
      assert.ok(total <= this.#limits.volumes, `volumes of ${total} GiB in ${zone}`)
    }
    const kept = tx.snapshots.list().reduce((sum, { sizeGib }) => sum + sizeGib, 0)
    assert.ok(kept <= this.#limits.snapshots, `snapshots of ${kept} GiB`)
    for (const { id, sizeGib, snapshotId } of volumes) {
      const least = snapshotId ? (tx.snapshots.get(snapshotId)?.sizeGib ?? 1) : 1
      assert.ok(sizeGib >= least, `${id} is smaller than its snapshot`)
    }
  }
}
