// SPDX-License-Identifier: BSD-2-Clause
// One call of the system may read or write less than it was asked to; these do all of it.
import type { FileHandle } from 'node:fs/promises'

/** Fill a buffer from a place in a file. Returns how many bytes there were: fewer only where the file ends. */
export const readAt = async (file: FileHandle, into: Buffer, position: number): Promise<number> => {
  let done = 0
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return done
}

/** Write all of a buffer at a place in a file. Errors are those of the file system. */
export const writeAt = async (file: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
