// SPDX-License-Identifier: BSD-2-Clause
// What a conversion needs of the world: two clouds, which may be one, and a way to wait.
import type {
  AttachVolumeRequest,
  CreateSnapshotRequest,
  CreateTagsRequest,
  CreateVolumeRequest,
  DeleteSnapshotRequest,
  DeleteVolumeRequest,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DetachVolumeRequest,
  RegisterImageRequest,
  RegisterImageResult,
  Snapshot,
  Volume,
} from '@aws-sdk/client-ec2'
import type { ObjectStore } from '../bundle/object-store'

type Call<Input, Output> = (input: Input) => Promise<Output>

/** Where images are described. */
export interface ImageDirectory {
  readonly describeImages: Call<DescribeImagesRequest, Pick<DescribeImagesResult, 'Images'>>
}

/** EC2, as far as a conversion goes. */
export interface Compute extends ImageDirectory {
  readonly attachVolume: Call<AttachVolumeRequest, unknown>
  readonly createSnapshot: Call<CreateSnapshotRequest, Pick<Snapshot, 'SnapshotId'>>
  readonly createTags: Call<CreateTagsRequest, unknown>
  readonly createVolume: Call<CreateVolumeRequest, Pick<Volume, 'VolumeId'>>
  readonly deleteSnapshot: Call<DeleteSnapshotRequest, unknown>
  readonly deleteVolume: Call<DeleteVolumeRequest, unknown>
  readonly describeInstances: Call<DescribeInstancesRequest, Pick<DescribeInstancesResult, 'Reservations'>>
  readonly describeSnapshots: Call<DescribeSnapshotsRequest, Pick<DescribeSnapshotsResult, 'Snapshots'>>
  readonly describeVolumes: Call<DescribeVolumesRequest, Pick<DescribeVolumesResult, 'Volumes'>>
  readonly detachVolume: Call<DetachVolumeRequest, unknown>
  readonly registerImage: Call<RegisterImageRequest, Pick<RegisterImageResult, 'ImageId'>>
}

/** The EBS direct APIs, as far as writing a snapshot goes. */
export interface SnapshotWriter {
  readonly startSnapshot: Call<
    {
      readonly VolumeSize: number
      readonly Description: string
      readonly ClientToken: string
      readonly Tags: { Key: string; Value: string }[]
      /** Minutes without a block after which the service gives up. */
      readonly Timeout: number
    },
    { readonly SnapshotId?: string | undefined; readonly BlockSize?: number | undefined }
  >
  readonly putSnapshotBlock: Call<
    {
      readonly SnapshotId: string
      readonly BlockIndex: number
      readonly BlockData: Buffer
      readonly DataLength: number
      /** SHA-256, base64. */
      readonly Checksum: string
      readonly ChecksumAlgorithm: 'SHA256'
    },
    unknown
  >
  readonly completeSnapshot: Call<
    {
      readonly SnapshotId: string
      readonly ChangedBlocksCount: number
      readonly Checksum: string
      readonly ChecksumAlgorithm: 'SHA256'
      readonly ChecksumAggregationMethod: 'LINEAR'
    },
    unknown
  >
}

/** A step that takes time. */
export type Step = 'download' | 'write' | 'snapshot'

export type ConversionEvent =
  /** Bytes. */
  | { readonly kind: 'progress'; readonly step: Step; readonly done: number; readonly total: number }
  /** Something that a person should know. */
  | { readonly kind: 'note'; readonly text: string }

export interface ConversionServices {
  /** Where the image is. */
  readonly source: { readonly directory: ImageDirectory; readonly store: ObjectStore }
  /** Where it is to be. */
  readonly target: { readonly compute: Compute; readonly writer: () => Promise<SnapshotWriter> }
  /** PEM text of the private key that the bundle was made for. */
  readonly privateKey: () => Promise<string>
  /**
   * The file or block device on this machine that is an attached volume; undefined when nobody knows. Asked once the
   * volume is attached.
   */
  readonly devicePath: (volumeId: string) => Promise<string | undefined>
  /** Let so many seconds go by. Rejects when the conversion is to end. */
  readonly pause: (seconds: number) => Promise<void>
  readonly now: () => Date
  readonly onEvent: (event: ConversionEvent) => void
  /** Folders where programs are, as in `$PATH`. */
  readonly path?: string | undefined
  readonly signal: AbortSignal
}
