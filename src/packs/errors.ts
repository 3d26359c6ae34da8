// SPDX-License-Identifier: BSD-2-Clause

/**
 * - `BadMetadata` the metadata is malformed or lacks something; `BadPack` the file is no pack, or a damaged one;
 * - `UnsupportedVersion` a pack of another format; `BadChecksum` its content is not what it says;
 * - `NoSuchProfile` the image has no such profile; `BadImage` the image to pack cannot be read as one.
 */
export type PackErrorCode =
  | 'BadChecksum'
  | 'BadImage'
  | 'BadMetadata'
  | 'BadPack'
  | 'NoSuchProfile'
  | 'UnsupportedVersion'

/** A failure that the user can understand and act on. The message is one line, without a trailing full stop. */
export class PackError extends Error {
  constructor(
    readonly code: PackErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'PackError'
  }
}
