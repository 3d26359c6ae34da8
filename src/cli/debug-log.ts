// SPDX-License-Identifier: BSD-2-Clause
// The debug log on standard error: `YYYY-MM-DD HH:MM:SS,mmm LEVEL   NAME TEXT`, in local time.
import type { Writable } from 'node:stream'

const dim = '\x1b[2m'
const plain = '\x1b[0m'

const stamp = (time: number): string => {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString()
  return `${local.slice(0, 10)} ${local.slice(11, 19)},${local.slice(20, 23)}`
}

/** Writes one line a message; `colour` makes everything but the text pale. */
export const debugLog =
  (out: Writable, prog: string, now: () => number, colour: boolean) =>
  (text: string): void => {
    const head = `${stamp(now())} ${'DEBUG'.padEnd(7)} ${prog} `
    out.write(`${colour ? `${dim}${head}${plain}` : head}${text}\n`)
  }
