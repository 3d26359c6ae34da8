// SPDX-License-Identifier: BSD-2-Clause

/**
 * A disk image cannot be read: it is damaged, cut short, of another format, or of a kind that is not read here. The
 * message is a whole sentence without its full stop. Errors of the file system are never wrapped in it.
 */
export class DiskFormatError extends Error {
  override readonly name = 'DiskFormatError'
}
