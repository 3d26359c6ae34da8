// SPDX-License-Identifier: BSD-2-Clause
// What uploads and downloads show while they go on: a meter for each file, or one for the whole.
import type { TransferProgress } from '../bundle/object-store'
import type { Context } from '../cli/context'

/** A meter for the file under way, named `FILE (n/N)`, that gives way to the next file's. */
export const fileMeters = (context: Context) => {
  let current: { filename: string; meter: ReturnType<Context['meter']>; isOver: boolean } | undefined
  const stop = (): void => {
    if (current && !current.isOver) current.meter.stop()
    if (current) current.isOver = true
  }
  context.defer(stop)
  return ({ filename, index, count, bytes, totalBytes }: TransferProgress): void => {
    if (current?.filename !== filename) {
      stop()
      const label = count === undefined ? filename : `${filename} (${index + 1}/${count})`
      current = { filename, meter: context.meter(label, totalBytes), isOver: false }
    }
    // The end may be told twice, by the last bytes sent and by the answer to them.
    if (!current || current.isOver) return
    current.meter.update(bytes)
    if (bytes === totalBytes) stop()
  }
}

/**
 * Meters for bundling and uploading at once. A terminal has one line for a bar, so parts that are sent while the next
 * ones are made have none; what is sent afterwards has. Lines for programs get all.
 */
export const bundlingMeters = (context: Context) => {
  const image = wholeMeter(context, 'Bundling image')
  const files = fileMeters(context)
  let isBundling = true
  return {
    bundled: (bytes: number, total?: number): void => {
      image(bytes, total)
      if (bytes === total) isBundling = false
    },
    uploaded: (progress: TransferProgress): void => {
      if (!isBundling || context.progress !== 'bar') files(progress)
    },
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
