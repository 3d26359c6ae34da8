// SPDX-License-Identifier: BSD-2-Clause

/**
 * What went wrong, for a caller that wants to act on it:
 * - `BadAddress` the catalog's address cannot be used; `Unreachable` nobody answers there, or not with success;
 * - `MalformedCatalog` what is there is no catalog; `NoSuchImage` it does not list the image;
 * - `BadChecksum`, `BadSize` the tarball is not the one the catalog tells of;
 * - `BadTarball` the tarball is damaged or holds something that is refused; `TooLarge` a limit is exceeded;
 * - `NotFound` the tarball lacks a kernel, a ramdisk or an image; `NoSpace` the disk cannot hold what is coming;
 * - `HypervisorRequired`, `ArchitectureRequired`, `KernelAndRamdisk` the request needs more (a misuse of options);
 * - `NotPermitted` the account may not register kernels; `DuplicateName` two files would get one name.
 */
export type CatalogErrorCode =
  | 'ArchitectureRequired'
  | 'BadAddress'
  | 'BadChecksum'
  | 'BadSize'
  | 'BadTarball'
  | 'DuplicateName'
  | 'HypervisorRequired'
  | 'KernelAndRamdisk'
  | 'MalformedCatalog'
  | 'NoSpace'
  | 'NoSuchImage'
  | 'NotFound'
  | 'NotPermitted'
  | 'TooLarge'
  | 'Unreachable'

/** A failure that the user can understand and act on. The message is one line, without a trailing full stop. */
export class CatalogError extends Error {
  constructor(
    readonly code: CatalogErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'CatalogError'
  }
}
