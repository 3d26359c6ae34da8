// SPDX-License-Identifier: BSD-2-Clause
// How far a long transfer has come, on standard error.
import type { Writable } from 'node:stream'

export interface Meter {
  /** Bytes done so far. */
  update(done: number): void
  /** The transfer has ended. */
  stop(): void
}

export const noMeter: Meter = { update: () => {}, stop: () => {} }

const porcelainMilliseconds = 100

/** `--porcelain`: a line `LABEL DONE/TOTAL` at the start, at most every 0.1 s, and at the end. */
export const porcelainMeter = (out: Writable, now: () => number, label: string, total?: number): Meter => {
  let done = 0
  let shown = -1
  let last = now()
  const show = () => {
    const count = total === undefined ? String(done) : `${done}/${total}`
    out.write(`${label ? `${label} ${count}` : count}\n`)
    shown = done
    last = now()
  }
  show()
  return {
    update: value => {
      done = value
      if (now() - last >= porcelainMilliseconds) show()
    },
    stop: () => {
      if (shown !== done) show()
    },
  }
}

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
const size = (bytes: number): string => {
  const step = Math.min(sizes.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${sizes[step]}`
}

/** A bar for people. The library draws at most ten times a second and is loaded only when there is something to draw. */
export const barMeter = (out: Writable, label: string, total?: number): Meter => {
  const { SingleBar } = require('cli-progress') as typeof import('cli-progress')
  const known = total !== undefined && total > 0
  const bar = new SingleBar({
    // The library asks for a terminal's stream; a Writable is all it uses of one that is not a terminal.
    stream: out as NodeJS.WritableStream,
    fps: 10,
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false,
    format: known ? '{label} {percentage}% [{bar}] {size}  ETA {eta_formatted}' : '{label} {size}',
    barCompleteChar: '=',
    barIncompleteChar: ' ',
  })
  bar.start(known ? total : 1, 0, { label, size: size(0) })
  return {
    update: done => bar.update(known ? Math.min(done, total) : 0, { size: size(done) }),
    stop: () => bar.stop(),
  }
}
