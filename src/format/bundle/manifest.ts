// SPDX-License-Identifier: BSD-2-Clause

export const imageTypes = ['machine', 'kernel', 'ramdisk'] as const
export type ImageType = (typeof imageTypes)[number]

/** Eucalyptus reads no manifest larger than this (`cloud.images.max_manifest_size`). */
export const maxManifestBytes = 5_242_880

/** The size of a part when nobody asks for another. */
export const defaultPartBytes = 10_485_760

export interface ManifestPart {
  readonly index: number
  /** Base name of the part's file. */
  readonly filename: string
  /** SHA-1 of the part, lower-case hex. */
  readonly digest: string
}

export interface BlockDeviceMapping {
  readonly virtual: string
  readonly device: string
}

/** Lower-case hex of an RSA ciphertext; absent when the element is empty. */
export interface WrappedSecret {
  readonly ec2?: string
  readonly user?: string
}

/** What a manifest says, whoever wrote it. Sizes are in bytes. */
export interface BundleManifest {
  readonly version: string
  readonly bundler: { readonly name: string; readonly version: string; readonly release: string }
  readonly architecture: string
  readonly blockDeviceMappings: readonly BlockDeviceMapping[]
  readonly productCodes: readonly string[]
  /** An image id, or `true` in the manifest of a kernel. */
  readonly kernelId?: string
  readonly ramdiskId?: string
  readonly name: string
  readonly user: string
  readonly type: ImageType
  /** SHA-1 of the uncompressed tar stream, lower-case hex. */
  readonly digest: string
  readonly size: number
  readonly bundledSize: number
  readonly encryptedKey: WrappedSecret
  readonly encryptedIv: WrappedSecret
  /** In order of their index. */
  readonly parts: readonly ManifestPart[]
  /** Lower-case hex, or `UNSIGNED`, or empty. */
  readonly signature: string
  /** The text under the signature: the two elements as they stand in the file, escapes included. */
  readonly signedText: string
}

/** The name of a part's file: at least two digits, `.part.100` after `.part.99`. */
export const partName = (prefix: string, index: number): string =>
  `${prefix}.part.${String(index).padStart(2, '0')}`

export const manifestName = (prefix: string): string => `${prefix}.manifest.xml`

/** Whether a name is one component of a path, so that joining it to a directory stays in that directory. */
export const isBaseName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)

/** Whether two hex numbers are the same, leading zeros and case aside, as the original compares digests. */
export const sameHex = (one: string, other: string): boolean =>
  one.toLowerCase().replace(/^0+/, '') === other.toLowerCase().replace(/^0+/, '')
