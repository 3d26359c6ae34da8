// SPDX-License-Identifier: BSD-2-Clause

/** A cloud cannot be saved or loaded, for a reason that its owner can do something about. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

/** A disk was written to while it was read. */
export class DisturbedError extends ArchiveError {
  constructor(
    /** In the cloud's folder. */
    readonly path: string,
    what: string,
  ) {
    super(what)
  }
}
