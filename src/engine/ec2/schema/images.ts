// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'

export type ImageKind = 'machine' | 'kernel' | 'ramdisk'

/** What is seen of it; Eucalyptus' further internal states belong to releases whose images this cloud does not follow. */
export type ImageState = 'pending' | 'available' | 'failed' | 'deregistered'

/** What is behind a device that a volume is made for. */
export interface EbsMapping {
  /** Absent: the volume begins empty. */
  readonly snapshotId?: string
  readonly sizeGib: number
  readonly deleteOnTermination: boolean
  /** `standard` unless another of AWS' types was asked for. */
  readonly volumeType: string
  readonly iops?: number
  /** MiB a second. */
  readonly throughput?: number
}

/** One block device mapping. With neither a virtual name nor a volume the device is suppressed. */
export interface DeviceMapping {
  /** As it was asked for, such as `/dev/sdb`. */
  readonly deviceName: string
  /** `ephemeral0` to `ephemeral3`. */
  readonly virtualName?: string
  readonly ebs?: EbsMapping
}

/** How far CreateImage or CopyImage has come with an image that is pending, or with the machine that it was made of. */
export interface ImageCreation {
  /** Of CreateImage: what the image is made of. */
  readonly instanceId?: string
  /** Eucalyptus' names (engine-ebs §5). The image is available in the last one. */
  readonly step: 'guest_stopping' | 'creating_snapshot' | 'guest_starting'
  /** The guest was switched off, and is to be switched on again. */
  readonly reboots: boolean
  /** The snapshots that are made for the image, and for nothing else. */
  readonly snapshotIds: readonly string[]
  readonly startedAt: Date
}

/** The image that was copied, or that the instance of CreateImage was run from. */
export interface ImageSource {
  readonly imageId: string
  readonly region: string
  readonly instanceId?: string
}

/** What an image was registered as having. Nothing here goes by it. */
export interface NetworkDrivers {
  readonly sriovNetSupport?: 'simple'
  readonly enaSupport?: boolean
}

/** A registered image. It keeps a manifest's path, not its bytes: the bundle may go while the image is still cached. */
export interface Image extends NetworkDrivers {
  /** `emi-`, `eki-` or `eri-` and 8 lower-case hex digits. */
  readonly id: string
  /** Owner, 12 digits. */
  readonly account: string
  readonly name: string
  readonly description?: string
  /** `bucket/prefix.manifest.xml`, without a leading slash; of an EBS image `<owner's account>/<name>`. */
  readonly location: string
  /** Where the root is: absent for instance store. */
  readonly rootDeviceType?: 'ebs'
  readonly kind: ImageKind
  readonly architecture: string
  readonly platform: 'linux' | 'windows'
  /** Machine images only, as are the next four. */
  readonly virtualizationType?: 'paravirtual' | 'hvm'
  readonly kernelId?: string
  readonly ramdiskId?: string
  readonly rootDeviceName?: string
  /** `partitioned`: the image is one file system, the disk is built around it. `fulldisk`: it boots by itself. */
  readonly format?: 'partitioned' | 'fulldisk'
  readonly mappings: readonly DeviceMapping[]
  readonly state: ImageState
  readonly isPublic: boolean
  /** Account numbers that may run it. */
  readonly launchAccounts: readonly string[]
  readonly productCodes: readonly string[]
  /** Of the disk, and of all parts of its bundle; of an EBS image the size of its root volume, and 0. */
  readonly bytes: number
  readonly bundledBytes: number
  readonly createdAt: Date
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  readonly creation?: ImageCreation
  /** Of CreateImage and CopyImage: what it was made of. */
  readonly source?: ImageSource
  /** Why it failed. */
  readonly reason?: string
}

/**
 * The decrypted disk of a bundle: what Eucalyptus 3 keeps in Walrus' image cache. Keyed by where the manifest is, not
 * by image or content (engine-images §6).
 */
export interface CachedImage {
  readonly bucket: string
  readonly key: string
  /** `failed` keeps the reason until somebody asks again; elsewhere a failed entry is none. */
  readonly state: 'decrypting' | 'expanding' | 'evicting' | 'cached' | 'failed'
  /** The account that registered the image: its certificates are accepted under the manifest. */
  readonly account: string
  /** Grows with every attempt to fill the entry, so that who waits can tell a new failure from an old one. */
  readonly generation: number
  /** How often the entry was handed to a node: eviction takes the least used. */
  readonly uses: number
  /** Bytes of the disk; 0 until the manifest has been read. */
  readonly bytes: number
  /** The disk, once cached. */
  readonly blob?: string
  /** SHA-256 of the manifest that the disk was made from, hex. */
  readonly manifestDigest?: string
  /** Why it failed. */
  readonly reason?: string
  /** How often room was looked for since the entry began. */
  readonly evictions?: number
}

export const imageTables = {
  images: table<Image>({
    scope: 'cloud',
    key: image => image.id,
    missing: id => refuse('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`),
  }),
  imageCache: table<CachedImage>({ scope: 'cloud', key: entry => [entry.bucket, entry.key] }),
}
