// SPDX-License-Identifier: BSD-2-Clause
// Everything a tool writes of its own accord: records in one of three formats on standard output, and words on standard
// error.
import type { Io } from './context'
import type { Format } from './formats'
import { asJson, printed } from './output'
import type { Row } from './row'
import { write } from './write'

export interface Printer {
  /** Columns have their names already. */
  readonly hasHeaders: boolean
  /** Rows now. Nothing as JSON; as tables, records are kept until all of them are there. */
  print(rows: Iterable<Row>): Promise<void>
  /** What a tool has found out, at its end. Its rows are asked for unless JSON is wanted. */
  result(result: unknown, rows: () => Iterable<Row>): Promise<void>
  /** Writes what was kept. */
  flush(): Promise<void>
  warn(text: string): Promise<void>
  tell(text: string): Promise<void>
}

interface Style {
  /** The tool's name. */
  readonly tool: string
  readonly format: Format
  readonly showEmptyFields: boolean
}

/** https://no-color.org: set to anything but nothing, it means what it says. */
const hasColour = ({ stdout, env }: Io): boolean =>
  stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'

const clearLine = '\r\u001b[K'

export const openPrinter = (io: Io, { tool, format, showEmptyFields }: Style): Printer => {
  const kept: Row[] = []
  let hasRecords = false
  const isRewriting = io.stderr.isTTY === true && io.env.TERM !== 'dumb'
  let isTelling = false

  const table = async (rows: readonly Row[]): Promise<string> => {
    const { tabulated } = await import('./table/table')
    return tabulated(rows, { tool, showEmptyFields, hasColour: hasColour(io) })
  }
  const endTelling = async (): Promise<void> => {
    // What there is to say at the end is said by others, or nothing is.
    if (isTelling) await write(io.stderr, clearLine)
    isTelling = false
  }
  const flush = async (): Promise<void> => {
    await endTelling()
    hasRecords = false
    if (kept.length > 0) await write(io.stdout, await table(kept.splice(0)))
  }
  const print = async (rows: Iterable<Row>): Promise<void> => {
    if (format === 'json') return
    if (format === 'text') return write(io.stdout, printed(rows, showEmptyFields))
    for (const row of rows) {
      kept.push(row)
      hasRecords ||= typeof row !== 'string'
    }
    // Lines alone say how far something has come, or are all there is: they need not wait for a table to be whole.
    if (!hasRecords) await flush()
  }
  return {
    hasHeaders: format === 'table',
    print,
    flush,
    result: async (result, rows) => {
      if (format === 'json') return write(io.stdout, asJson(result))
      await print(rows())
      await flush()
    },
    warn: async text => {
      await endTelling()
      await write(io.stderr, `${text}\n`)
    },
    tell: async text => {
      const { harmless } = await import('./table/cells')
      if (!isRewriting) return write(io.stderr, `${harmless(text)}\n`)
      const columns = (io.stderr as { columns?: number }).columns || 80 // Some terminals say that they have none.
      isTelling = true
      // A line that goes on to a second one could not be taken back.
      await write(io.stderr, `${clearLine}${harmless(text).slice(0, columns - 1)}`)
    },
  }
}
