// SPDX-License-Identifier: BSD-2-Clause

/** Why a conversion cannot be done or go on, in words for the person who asked for it. */
export class ConversionError extends Error {
  override readonly name: string = 'ConversionError'
}

/**
 * What is on the disk is damaged, or is something that this program does not understand. The message completes a
 * sentence that begins with what was looked at: `the partition table …`, `the file system …`.
 */
export class DiskError extends ConversionError {
  override readonly name = 'DiskError'
}
