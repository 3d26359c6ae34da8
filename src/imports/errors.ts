// SPDX-License-Identifier: BSD-2-Clause

/** An import cannot go on, for a reason that is neither the service's nor the file system's. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
