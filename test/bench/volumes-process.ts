// SPDX-License-Identifier: BSD-2-Clause

// One piece of work on volumes, in a process of its own so that its memory is its own; prints what it took as JSON.
// Arguments: `snapshot HOME VOLUME SNAPSHOT` or `volume HOME SNAPSHOT VOLUME`.

import type { Volume } from '../../src/engine/ec2/schema/volumes'
import { Engine } from '../../src/engine/engine'
import type { Tx } from '../../src/engine/operation'

const account = '000000000000'

const putVolume = (tx: Tx, id: string, sizeGib: number, snapshotId?: string): Volume => {
  const rest = { zone: 'PARTI00', state: 'creating', volumeType: 'standard', createdAt: tx.now } as const
  return tx.volumes.put({ id, account, sizeGib, ...(snapshotId && { snapshotId }), ...rest })
}

const startSnapshot = (tx: Tx, volumeId: string, id: string): void => {
  const { sizeGib } = tx.volumes.must(volumeId)
  tx.snapshots.put({
    id,
    account,
    volumeId,
    sizeGib,
    state: 'pending',
    progress: 0,
    startedAt: tx.now,
    isPublic: false,
    volumeAccounts: [],
    productCodes: [],
  })
  tx.start('snapshot.take', id)
}

const fillVolume = (tx: Tx, id: string, sizeGib: number, snapshotId?: string): void => {
  putVolume(tx, id, sizeGib, snapshotId)
  tx.start('volume.fill', id)
}

const run = async ([verb = '', home = '', from = '', to = '']: readonly string[]): Promise<void> => {
  const engine = await Engine.open({ home })
  const started = process.hrtime.bigint()
  engine.write(tx => {
    if (verb === 'blank') fillVolume(tx, to, Number(from))
    else if (verb === 'snapshot') startSnapshot(tx, from, to)
    else fillVolume(tx, to, tx.snapshots.must(from).sizeGib, from)
  })
  await engine.work(new AbortController().signal)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const state = engine.read(tx => (verb === 'snapshot' ? tx.snapshots : tx.volumes).must(to).state)
  await engine.close()
  if (state !== 'completed' && state !== 'available') throw new Error(`${to} is ${state}`)
  console.log(JSON.stringify({ seconds, rssMib: process.resourceUsage().maxRSS / 1024 }))
}

void run(process.argv.slice(2))
