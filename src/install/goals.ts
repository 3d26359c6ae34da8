// SPDX-License-Identifier: BSD-2-Clause
// What --wait of the tools for instances, images and volumes waits for: which state each of them is to come to, and in which it
// has failed.
import { goal } from './goal'
import {
  attachments,
  bundleTasks,
  conversionTasks,
  images,
  instanceChecks,
  instances,
  snapshots,
  volumes,
} from './resource-states'

const ended = 'shutting-down terminated'

export const running = goal({
  look: instances,
  stranger: 'i-00000000',
  reached: 'running',
  failed: `stopping stopped ${ended}`,
})
export const stopped = goal({ look: instances, stranger: 'i-00000000', reached: 'stopped', failed: ended })
export const terminated = goal({
  look: instances,
  stranger: 'i-00000000',
  reached: 'terminated',
  failed: '',
  orGone: true,
})
/** EC2 has no state for a machine that starts again: its checks succeed once it has. */
export const checked = goal({
  look: instanceChecks,
  reached: 'ok not-applicable',
  failed: `stopping stopped ${ended}`,
})

export const volumeAvailable = goal({
  look: volumes,
  stranger: 'vol-00000000',
  reached: 'available in-use',
  failed: 'error deleting deleted',
})
export const volumeDeleted = goal({
  look: volumes,
  stranger: 'vol-00000000',
  reached: 'deleted',
  failed: 'error_deleting',
  orGone: true,
})
export const attached = goal({
  look: attachments,
  stranger: 'vol-00000000',
  reached: 'attached',
  failed: 'detaching detached',
})
export const detached = goal({
  look: attachments,
  stranger: 'vol-00000000',
  reached: 'detached',
  failed: '',
  orGone: true,
})

export const snapshotCompleted = goal({
  look: snapshots,
  stranger: 'snap-00000000',
  reached: 'completed',
  failed: 'error failed',
})
export const snapshotDeleted = goal({
  look: snapshots,
  stranger: 'snap-00000000',
  reached: 'deleted',
  failed: 'error error_deleting',
  orGone: true,
})

export const imageAvailable = goal({
  look: images,
  stranger: 'emi-00000000',
  reached: 'available',
  failed: 'failed error invalid deregistered',
})

export const bundled = goal({
  look: bundleTasks,
  stranger: 'bun-00000000',
  reached: 'complete',
  failed: 'failed cancelling cancelled canceled',
})
export const converted = goal({
  look: conversionTasks,
  reached: 'completed',
  failed: 'cancelling cancelled failed',
})
export const conversionCancelled = goal({
  look: conversionTasks,
  reached: 'cancelled',
  failed: 'completed failed',
  orGone: true,
})
export const bundlingCancelled = goal({
  look: bundleTasks,
  stranger: 'bun-00000000',
  reached: 'cancelled canceled',
  failed: 'complete failed',
  orGone: true,
})
