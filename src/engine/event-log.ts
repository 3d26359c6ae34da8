// SPDX-License-Identifier: BSD-2-Clause
// The cloud's log, in the form that Eucalyptus' `cloud-output.log` has, so that what an article tells a reader to grep
// for is there. One older file is kept.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface Event {
  readonly at: Date
  readonly logger: string
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
  readonly text: string
}

const rotateAtBytes = 10 * 1024 * 1024

// Keys of objects may hold any character, and a log is read on terminals.
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')

/** `2014-02-16 12:13:16  INFO 000079838 Images                   | Triggering cache population …` */
const line = ({ at, logger, level, text }: Event): string => {
  const time = at.toISOString().slice(0, 19).replace('T', ' ')
  const thread = String(process.pid).padStart(9, '0')
  return `${time} ${level.padStart(5)} ${thread} ${logger.padEnd(24)} | ${printable(text)}\n`
}

export class EventLog {
  readonly #folder: string
  constructor(home: string) {
    this.#folder = join(home, 'log')
  }

  append(events: readonly Event[]): void {
    if (events.length === 0) return
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const file = join(this.#folder, 'cloud-output.log')
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (bytes > rotateAtBytes) this.#rotate(file)
    appendFileSync(file, events.map(line).join(''), { mode: 0o600 })
  }

  #rotate(file: string): void {
    try {
      renameSync(file, `${file}.1`)
    } catch (error) {
      // Another process has just done it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}
