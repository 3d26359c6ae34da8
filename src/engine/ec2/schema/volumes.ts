// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'

/** `in-use` is no state of its own: a volume shows it while it has an attachment, even one that is being made. */
export type VolumeState = 'creating' | 'available' | 'deleting' | 'deleted' | 'error'

/** A volume's place in an instance. It stays while the instance is stopped. */
export interface Attachment {
  readonly instanceId: string
  /** As it was asked for, such as `/dev/sdf`. */
  readonly device: string
  readonly state: 'attaching' | 'attached' | 'detaching'
  readonly attachedAt: Date
  readonly deleteOnTermination: boolean
  /** It is taken away whoever has it open. */
  readonly isForced?: boolean
}

/** What ModifyVolume was asked for, and how far that is. */
export interface VolumeModification {
  readonly state: 'modifying' | 'completed' | 'failed'
  readonly before: VolumeShape
  readonly after: VolumeShape
  readonly startedAt: Date
  readonly endedAt?: Date
  /** Why it failed. */
  readonly reason?: string
}

/** What ModifyVolume can change. */
export interface VolumeShape {
  readonly sizeGib: number
  /** `standard` unless another of AWS' types was asked for; they are all the same file here. */
  readonly volumeType: string
  readonly iops?: number
  /** MiB a second. */
  readonly throughput?: number
}

/** A disk of its own: the sparse file of `volumeFile`, which exists from `available` on. */
export interface Volume extends VolumeShape {
  /** `vol-` and 8 lower-case hex digits. */
  readonly id: string
  /** Owner, 12 digits. */
  readonly account: string
  /** What it was made from. The snapshot may be gone by now. */
  readonly snapshotId?: string
  readonly zone: string
  readonly state: VolumeState
  readonly createdAt: Date
  readonly attachment?: Attachment
  /** Of ModifyVolumeAttribute. */
  readonly autoEnableIo?: boolean
  /** The latest of ModifyVolume. */
  readonly modification?: VolumeModification
  /** Why it is in `error`. */
  readonly reason?: string
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
}

/** Shown as the volume of snapshots that were taken of none. */
export const withoutVolume = 'vol-ffffffff'

export type SnapshotState = 'pending' | 'completed' | 'error'

/** A disk as it was: its blocks are `snapshotBlocks`, complete once it is `completed`. */
export interface Snapshot {
  /** `snap-` and 8 lower-case hex digits. */
  readonly id: string
  /** Owner, 12 digits. */
  readonly account: string
  /** What it was taken of; `withoutVolume` when it was written through the EBS direct APIs or copied. */
  readonly volumeId: string
  readonly sizeGib: number
  readonly state: SnapshotState
  /** 0 to 100. */
  readonly progress: number
  readonly description?: string
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  readonly startedAt: Date
  readonly completedAt?: Date
  /** Anybody may make a volume from it. */
  readonly isPublic: boolean
  /** Account numbers that may. */
  readonly volumeAccounts: readonly string[]
  readonly productCodes: readonly string[]
  /** The latest completed snapshot of the same volume before this one, or the one named to StartSnapshot. */
  readonly parentId?: string
  /** Shown as `statusMessage`: why it failed, or that the disk was in use when it was taken. */
  readonly message?: string
  /** All blocks are in their places. */
  readonly captured?: boolean
  /** Written through the EBS direct APIs. */
  readonly direct?: boolean
  /** Being copied from this snapshot, whose blocks are kept until then. */
  readonly sourceId?: string
}

export const volumeTables = {
  volumes: table<Volume>({
    scope: 'cloud',
    key: volume => volume.id,
    missing: id => refuse('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
  }),
  snapshots: table<Snapshot>({
    scope: 'cloud',
    key: snapshot => snapshot.id,
    missing: id => refuse('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`),
  }),
}
