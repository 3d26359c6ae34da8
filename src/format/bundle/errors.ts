// SPDX-License-Identifier: BSD-2-Clause

/**
 * What is wrong with a bundle, in one sentence for the person who has it: a part that is missing or changed, a tar
 * stream of another size or digest, data that does not decrypt. Errors of the file system or of a service are never
 * wrapped in it; they reach the caller as they are.
 */
export class BundleError extends Error {
  override readonly name: string = 'BundleError'
}

/** The manifest itself cannot be used: not XML, too large, with a document type, or with something missing. */
export class ManifestError extends BundleError {
  override readonly name = 'ManifestError'
}

/** A key or certificate cannot be used: not PEM, not RSA, or not the one that the bundle was made for. */
export class BundleKeyError extends BundleError {
  override readonly name = 'BundleKeyError'
}

/** There is no manifest where one was expected on the service. */
export class MissingManifestError extends BundleError {
  override readonly name = 'MissingManifestError'
}
