// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../store/table'

/** A file of bytes that some record points at. The file exists before this record does. */
export interface Blob {
  readonly id: string
  readonly bytes: number
}

export const bytesTables = {
  blobs: table<Blob>({ scope: 'cloud', key: blob => blob.id, large: true }),
}
