// SPDX-License-Identifier: BSD-2-Clause
// Jobs: a part of the table of contents in index.ts. The code of each is read when one is run: most tools that look into
// a cloud run none, and would wait for it.
import type { JobContext } from '../operation'
import { imageCacheJob } from './image-cache'

type Job = (context: JobContext, target: string) => Promise<void>

const later =
  (read: () => Promise<Job>): Job =>
  async (context, target) =>
    (await read())(context, target)

const disks = () => import('../node/volume-disks')
const snapshots = () => import('../node/snapshot-taking')

export const jobs: Readonly<Record<string, Job>> = {
  [imageCacheJob]: later(async () => (await import('./image-caching')).cacheImage),
  'instance.stage': later(async () => (await import('../node/staging')).stageInstance),
  'instance.teardown': later(async () => (await import('../node/instance-disks')).tearDownInstance),
  'image.create': later(async () => (await import('./image-creation')).stepImage),
  'bundle-task.work': later(async () => (await import('../node/bundling')).workOnBundleTask),
  'conversion.advance': later(async () => (await import('./conversion-steps')).advanceConversion),
  'imaging.enable': later(async () => (await import('../imaging/worker-group')).enableImaging),
  'imaging.work': later(async () => (await import('../node/imaging')).workOnImports),
  'node.pass': later(async () => (await import('../node/cache-files')).passOverCache),
  'volume.fill': later(async () => (await disks()).fillVolume),
  'volume.remove': later(async () => (await disks()).removeVolume),
  'volume.show': later(async () => (await disks()).showVolume),
  'volume.hide': later(async () => (await disks()).hideVolume),
  'volume.grow': later(async () => (await disks()).growVolume),
  'snapshot.capture': later(async () => (await snapshots()).captureSnapshot),
  'snapshot.take': later(async () => (await snapshots()).takeSnapshot),
  'snapshot.discard': later(async () => (await snapshots()).discardSnapshot),
  'snapshot.copy': later(async () => (await import('../node/snapshot-copying')).copySnapshotBlocks),
}
