// SPDX-License-Identifier: BSD-2-Clause
// What uploads and downloads show while they go on: a meter for each file, or one for the whole.
import type { TransferProgress } from '../bundle/object-store'
import type { Context } from '../cli/context'

/** A meter for the file under way, named `FILE (n/N)`, that gives way to the next file's. */
export const fileMeters = (context: Context) => {
  let current: { index: number; meter: ReturnType<Context['meter']> } | undefined
  const stop = (): void => {
    current?.meter.stop()
    current = undefined
  }
  context.defer(stop)
  return ({ filename, index, count, bytes, totalBytes }: TransferProgress): void => {
    if (current?.index !== index) {
      stop()
      const label = count === undefined ? filename : `${filename} (${index + 1}/${count})`
      current = { index, meter: context.meter(label, totalBytes) }
    }
    current?.meter.update(bytes)
    if (bytes === totalBytes) stop()
  }
}

/** One meter for a transfer of known or unknown size; made at the first bytes. */
export const wholeMeter = (context: Context, label: string) => {
  let meter: ReturnType<Context['meter']> | undefined
  context.defer(() => meter?.stop())
  return (bytes: number, total?: number): void => {
    meter ??= context.meter(label, total)
    meter.update(bytes)
    if (bytes === total) meter.stop()
  }
}
