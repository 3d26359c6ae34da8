// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import type { Orderer } from '../../iam/callers'
import { table } from '../../store/table'

/** Eucalyptus' own names; what users see of them is in ec2/conversions.ts. */
export type ConversionState =
  /** Waits for the upload, then for its volumes. */
  | 'NEW'
  /** Waits for an imaging worker. */
  | 'PENDING'
  | 'CONVERTING'
  /** All volumes are written; snapshots, an image and an instance are made of them. */
  | 'INSTANTIATING'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'COMPLETED'
  | 'FAILED'

/** A disk image that becomes a volume. */
export interface ConversionDisk {
  /** Where the import manifest is, as it was given: mostly a signed address. */
  readonly manifestUrl: string
  /** As it was asked for, such as `RAW`. */
  readonly format: string
  /** Size of the disk as it was asked for. */
  readonly bytes: number
  readonly volumeGib: number
  readonly description?: string
  readonly volumeId?: string
  /** How much of the disk has been written or was found to be zero. */
  readonly bytesConverted: number
  readonly isConverted: boolean
  readonly snapshotId?: string
}

/** What an instance is run with once its disks are there. */
export interface ConversionLaunch {
  readonly platform: string
  readonly architecture: string
  readonly instanceType: string
  readonly keyName?: string
  readonly groupIds: readonly string[]
  /** In a VPC, where the request says. */
  readonly subnetId?: string
  readonly privateIp?: string
  /** Base64. */
  readonly userData?: string
  readonly monitoring: boolean
  readonly shutdownBehavior?: string
}

/** An upload on its way to a volume, or to an instance. */
export interface Conversion {
  /** `import-vol-` or `import-i-` and 8 hex digits. */
  readonly id: string
  /** Owner, 12 digits; the user's access to objects decides what is read, and what is made is the account's. */
  readonly account: string
  readonly userName: string
  /** Of one that was ordered with a temporary key. */
  readonly orderer?: Orderer
  readonly state: ConversionState
  readonly message: string
  readonly zone: string
  readonly description?: string
  readonly disks: readonly ConversionDisk[]
  /** Base URL that the request came by: addresses of the cloud's own objects begin like it. */
  readonly endpoint: string
  readonly createdAt: Date
  /** When the state changed last. */
  readonly changedAt: Date
  readonly expiresAt: Date
  /** Since when a worker has it. Another worker's report has another time, and is not listened to. */
  readonly convertingSince?: Date
  /** The instance that has it, or had it at last. Releases before workers were instances wrote none. */
  readonly workerId?: string
  /** When the worker was last heard of. */
  readonly reportedAt?: Date
  /** The conversion took too long once. */
  readonly isRequeued?: boolean
  /** Of an import of an instance. */
  readonly launch?: ConversionLaunch
  readonly imageId?: string
  readonly instanceId?: string
}

export const conversionTables = {
  conversions: table<Conversion>({
    scope: 'cloud',
    key: conversion => conversion.id,
    missing: id => refuse('InvalidConversionTaskId', `The conversion task ID '${id}' does not exist`),
  }),
}
