// SPDX-License-Identifier: BSD-2-Clause
import { promisify } from 'node:util'
import { inflate, inflateRaw } from 'node:zlib'
import { DiskFormatError } from './errors'

const inflaters = { zlib: promisify(inflate), deflate: promisify(inflateRaw) }

/** What a compressed piece holds, at most `limit` bytes, so that a bomb does not go off. `what` names it in the refusal. */
export const inflated = async (
  form: keyof typeof inflaters,
  data: Buffer,
  limit: number,
  what: string,
): Promise<Buffer> => {
  try {
    return await inflaters[form](data, { maxOutputLength: limit })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DiskFormatError(`The image is damaged: ${what} holds more than it may`)
    }
    if (code.startsWith('Z_')) throw new DiskFormatError(`The image is damaged: ${what} does not decompress`)
    throw error
  }
}
