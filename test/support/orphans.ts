// SPDX-License-Identifier: BSD-2-Clause
// Whether everything in a cloud's folder belongs to somebody: no file without a record, no record without its file, and
// no block counted wrongly. To be asked when there is nothing left to do.
import assert from 'node:assert/strict'
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../src/engine/engine'
import { instanceFolder } from '../../src/engine/node/folders'
import { deviceFile, volumeFile } from '../../src/engine/node/volume-files'
import type { Tx } from '../../src/engine/operation'
import { tables } from '../../src/engine/store/tables'
import type { Cloud } from './cloud'

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What is wrong, and with what. */
type Finding = string

// ---- blobs and blocks --------------------------------------------------------------------------------------------

/** Everything that looks like a blob's id in any record but those of blobs, and of files on their way out. */
const pointedAt = (tx: Tx): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const [name, spec] of Object.entries(tables)) {
    if (name === 'blobs' || name === 'due') continue
    // Which tables there are, is known to the compiler one by one only.
    const table = (tx as unknown as Record<string, typeof tx.blobs>)[name]
    const records = spec.scope === 'cloud' ? table?.scan() : table?.everywhere()
    for (const record of records ?? []) {
      for (const [id] of JSON.stringify(record).matchAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g))
        found.add(id)
    }
  }
  return found
}

const looseBlobs = (tx: Tx, home: string): readonly Finding[] => {
  const recorded = new Set([...tx.blobs.scan()].map(({ id }) => id))
  const leaving = new Set([...tx.due.scan()].map(({ target }) => target))
  const onDisk = namesIn(join(home, 'bytes')).flatMap(folder => namesIn(join(home, 'bytes', folder)))
  const present = new Set(onDisk)
  const pointed = pointedAt(tx)
  return [
    ...onDisk.filter(id => !recorded.has(id) && !leaving.has(id)).map(id => `bytes: ${id} has no record`),
    ...[...recorded].filter(id => !present.has(id)).map(id => `blob ${id} has no file`),
    ...[...recorded].filter(id => !pointed.has(id)).map(id => `blob ${id} is pointed at by nobody`),
    ...namesIn(join(home, 'staging')).map(name => `staging: ${name}`),
    // What is in `gone` is freed in its own time; what is wanted must not be there.
    ...namesIn(join(home, 'gone'))
      .filter(id => recorded.has(id))
      .map(id => `gone: ${id} is a blob's`),
  ]
}

const miscountedBlocks = (tx: Tx): readonly Finding[] => {
  const places = new Map<string, number>()
  const findings: Finding[] = []
  const discarded = new Set(tx.jobs.list().map(({ job, target }) => `${job} ${target}`))
  for (const { snapshotId, hash } of tx.snapshotBlocks.scan()) {
    places.set(hash, (places.get(hash) ?? 0) + 1)
    if (!tx.blocks.get(hash)) findings.push(`${snapshotId} has a block ${hash} that there is not`)
    const isKept = tx.snapshots.get(snapshotId) ?? discarded.has(`snapshot.discard ${snapshotId}`)
    if (!isKept) findings.push(`${snapshotId} is gone and has blocks`)
  }
  for (const { hash, references, blob } of tx.blocks.scan()) {
    const found = places.get(hash) ?? 0
    if (references !== found) findings.push(`block ${hash} counts ${references} of ${found} places`)
    if (!tx.blobs.get(blob)) findings.push(`block ${hash} has no blob`)
  }
  return findings
}

// ---- volumes -----------------------------------------------------------------------------------------------------

const isVolumeFile = (tx: Tx, name: string): boolean => {
  const [, id = '', extra] = /^(.+)\.raw(?:\.(part|now))?$/.exec(name) ?? []
  const volume = tx.volumes.get(id)?.state
  const isMaking = volume === 'creating' || tx.snapshots.get(id)?.state === 'pending'
  return extra ? isMaking : volume === 'available' || volume === 'creating' || volume === 'deleting'
}

const looseVolumes = (tx: Tx, home: string): readonly Finding[] => [
  ...namesIn(join(home, 'volumes'))
    .filter(name => !isVolumeFile(tx, name))
    .map(name => `volumes: ${name}`),
  ...tx.volumes
    .list()
    .filter(({ state }) => state === 'available')
    .flatMap(({ id, sizeGib }) => {
      const file = lstatSync(volumeFile(home, id), { throwIfNoEntry: false })
      if (!file) return [`${id} has no file`]
      return file.size < sizeGib * 2 ** 30 ? [`${id} has a file of ${file.size} bytes`] : []
    }),
]

// ---- nodes -------------------------------------------------------------------------------------------------------

const looseLinks = (tx: Tx, home: string, id: string): readonly Finding[] => {
  const instance = tx.instances.get(id)
  if (!instance) return []
  const folder = join(instanceFolder(home, instance), 'dev')
  const expected = tx.volumes
    .list()
    .filter(({ attachment }) => attachment?.instanceId === id)
    .map(({ attachment }) => deviceFile(home, instance, attachment?.device ?? ''))
  return namesIn(folder)
    .map(name => join(folder, name))
    .filter(path => lstatSync(path).isSymbolicLink() && !expected.includes(path))
    .map(path => `${id}: a link ${path} to ${readlinkSync(path)}`)
}

const looseInstances = (tx: Tx, home: string, node: string): readonly Finding[] => {
  const work = join(home, 'nodes', node, 'work')
  const removed = new Set(tx.jobs.list().map(({ job, target }) => `${job} ${target}`))
  return namesIn(work).flatMap(account =>
    namesIn(join(work, account)).flatMap(id => {
      const state = tx.instances.get(id)?.state ?? 'terminated'
      const isKept = state !== 'terminated' || removed.has(`instance.teardown ${node}/${account}/${id}`)
      return isKept ? looseLinks(tx, home, id) : [`${node}: the folder of ${id}, which is ${state}`]
    }),
  )
}

const looseNodeFiles = (tx: Tx, home: string): readonly Finding[] =>
  namesIn(join(home, 'nodes')).flatMap(node => {
    const cache = join(home, 'nodes', node, 'cache')
    return [
      ...namesIn(join(cache, 'entries'))
        .filter(id => !tx.nodeCache.get(node, id))
        .map(id => `${node}: the cached disk ${id}`),
      ...namesIn(join(cache, 'trash')).map(name => `${node}: trash ${name}`),
      ...looseInstances(tx, home, node),
    ]
  })

/**
 * Fail with the list of all that belongs to nobody in a cloud's folder. Of a cloud of `cloud()` ask
 * `assertNoOrphans(c.engine, c.home)`, after `c.settle()`.
 */
export const assertNoOrphans = (engine: Engine, home: string): void => {
  const findings = engine.read(tx => [
    ...looseBlobs(tx, home),
    ...miscountedBlocks(tx),
    ...looseVolumes(tx, home),
    ...looseNodeFiles(tx, home),
  ])
  assert.deepEqual(findings, [])
}

/** End with a cloud of `cloud()` once everything is done, a while from now if that is said, and nothing is left over. */
export const endTidy = async (c: Cloud, seconds = 0): Promise<void> => {
  try {
    await c.pass(seconds)
    assertNoOrphans(c.engine, c.home)
  } finally {
    await c.close()
  }
}
