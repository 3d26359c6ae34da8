// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'

export type BundleTaskStateName =
  | 'pending'
  | 'bundling'
  | 'storing'
  | 'cancelling'
  | 'complete'
  | 'failed'
  | 'cancelled'

/** Leave to store objects: a policy as S3's forms have it, signed by whoever will own them. */
export interface UploadLeave {
  readonly accessKeyId: string
  /** Base64, as it came. */
  readonly policy: string
  /** Base64. */
  readonly signature: string
}

/** The root disk of an instance on its way to a bucket. */
export interface BundleTask {
  /** `bun-` and the digits of the instance's id: an instance has one task, the latest. */
  readonly id: string
  /** The instance's owner, 12 digits. */
  readonly account: string
  readonly instanceId: string
  readonly bucket: string
  readonly prefix: string
  readonly state: BundleTaskStateName
  /** How much of the disk has been bundled, in per cent; 100 when the bundle is in its bucket. */
  readonly progress: number
  readonly startedAt: Date
  readonly updatedAt: Date
  /** Absent once the task has ended. */
  readonly leave?: UploadLeave
  /** Canonical id of the bucket's owner, when it was made for this task: it goes again when nothing comes of that. */
  readonly madeBucketFor?: string
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string }
}

export const bundleTaskTables = {
  bundleTasks: table<BundleTask>({
    scope: 'cloud',
    key: task => task.id,
    missing: id => refuse('InvalidBundleID.NotFound', `Failed to find bundle task: ${id}`),
  }),
}
