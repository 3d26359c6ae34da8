// SPDX-License-Identifier: BSD-2-Clause

// Bundles on their way to and from an S3 service. Whatever fails, the service's own error is what the caller gets.

export { type DeleteOptions, deleteBundle } from './delete-bundle'
export {
  type DownloadAndUnbundleOptions,
  type DownloadOptions,
  downloadAndUnbundle,
  downloadBundle,
} from './download'
export { fetchManifest, type ManifestSource, readManifestFile } from './manifest-source'
export {
  type BundlePlace,
  checkBucketName,
  ensureBucket,
  keyAt,
  type ObjectStore,
  type PutOptions,
  parsePlace,
  type StoredBody,
  type TransferProgress,
} from './object-store'
export {
  type BundleAndUploadOptions,
  bundleAndUpload,
  type UploadOptions,
  type UploadTarget,
  uploadBundle,
} from './upload'
