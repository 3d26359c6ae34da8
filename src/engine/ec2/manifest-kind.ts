// SPDX-License-Identifier: BSD-2-Clause
// What a manifest's words mean for the image that is registered from it (engine-images §4).
import type { BundleManifest } from '../../format/bundle/manifest'
import { canonicalImageId, isKernelId, isRamdiskId } from './image-ids'
import type { ImageKind } from './schema/images'

const isYes = (text: string | undefined): boolean => /^(?:yes|true)$/i.test(text ?? '')

const fileName = (location: string): string => location.slice(location.lastIndexOf('/') + 1)

/** What the manifest's file name alone says: known before the manifest has been read. */
export const kindByName = (location: string): ImageKind => {
  if (fileName(location).startsWith('vmlinuz')) return 'kernel'
  return fileName(location).startsWith('initrd') ? 'ramdisk' : 'machine'
}

/** Kernel first, then ramdisk, else machine; a file name, a type and a marker are each enough. */
export const kindOf = (location: string, manifest: BundleManifest): ImageKind => {
  const named = kindByName(location)
  if (named === 'kernel' || manifest.type === 'kernel' || isYes(manifest.kernelId)) return 'kernel'
  if (named === 'ramdisk' || manifest.type === 'ramdisk' || isYes(manifest.ramdiskId)) return 'ramdisk'
  return 'machine'
}

export const platformOf = (location: string, manifest: BundleManifest): 'linux' | 'windows' =>
  fileName(location).startsWith('windows') || manifest.kernelId === 'windows' ? 'windows' : 'linux'

/** Ids in a manifest count only when they look like ids of this cloud's kind. */
export const kernelOf = (manifest: BundleManifest): string | undefined =>
  isKernelId(manifest.kernelId) ? canonicalImageId(manifest.kernelId) : undefined
export const ramdiskOf = (manifest: BundleManifest): string | undefined =>
  isRamdiskId(manifest.ramdiskId) ? canonicalImageId(manifest.ramdiskId) : undefined

/** A paravirtual image is one partition, unless its manifest says that the root device is a whole disk. */
export const formatOf = (
  manifest: BundleManifest,
  virtualizationType: 'paravirtual' | 'hvm',
): 'partitioned' | 'fulldisk' => {
  const root = manifest.blockDeviceMappings.find(mapping => mapping.virtual === 'ami')?.device
  const isPartition = root === undefined || !/[a-z]$/i.test(root)
  return virtualizationType === 'paravirtual' && isPartition ? 'partitioned' : 'fulldisk'
}
