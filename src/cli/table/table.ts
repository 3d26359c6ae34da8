// SPDX-License-Identifier: BSD-2-Clause
// Records as tables for people: one for each kind of record, in the order in which the kinds appear, with the names of its
// fields above it. A record that belongs to the one before it says which that is. Columns that are empty all the way are
// left out, and no line is wrapped. What is not a record stands between tables as it is.
import { fieldText } from '../output'
import type { Cell, Row } from '../row'
import { bold, coloured, harmless, holdsStates, widthOf } from './cells'
import { type Above, inReadingOrder, type Named, namedRecord } from './columns'

export interface TableStyle {
  /** The tool whose records these are. */
  readonly tool: string
  readonly showEmptyFields: boolean
  readonly hasColour: boolean
}

interface Column {
  readonly name: string
  readonly texts: readonly string[]
}

const gap = '  '

const columnsOf = (records: readonly Named[], { showEmptyFields }: TableStyle): Column[] => {
  const names = inReadingOrder([...new Set(records.flatMap(({ fields }) => fields.map(([name]) => name)))])
  return names.flatMap(name => {
    let place = 0
    const cells = records.map(({ fields }) => {
      // Nearly always it is in the same place as in the record before.
      if (fields[place]?.[0] !== name) place = fields.findIndex(([own]) => own === name)
      return fields[place]?.[1]
    })
    const texts = cells.map(cell => harmless(fieldText(cell, showEmptyFields ? '(nil)' : '')))
    return showEmptyFields || texts.some(text => text !== '') ? [{ name, texts }] : []
  })
}

/** Whether a column is of quantities; numbers of more places than these are somebody's name, as accounts' are. */
const isNumeric = ({ texts }: Column): boolean =>
  texts.some(text => /\d/.test(text)) && texts.every(text => /^(-?\d{1,9}(\.\d+)?|\(nil\))?$/.test(text))

/** The lines of one table. Numbers stand at the right, everything else at the left, and no line ends in blanks. */
const linesOf = (columns: readonly Column[], hasHeader: boolean, hasColour: boolean): string[] => {
  const drawn = columns.map(column => {
    const { name, texts } = column
    const cells = hasHeader ? [name, ...texts] : texts
    const widths = cells.map(widthOf)
    const width = widths.reduce((widest, one) => Math.max(widest, one), 0)
    const isRight = hasHeader && isNumeric(column)
    const isState = hasColour && holdsStates(name)
    return cells.map((cell, at) => {
      const blanks = ' '.repeat(width - (widths[at] ?? 0))
      const padded = isRight ? blanks + cell : cell + blanks
      return isState && !(hasHeader && at === 0) ? coloured(cell, padded) : padded
    })
  })
  const rows =
    drawn[0]?.map((_, row) =>
      drawn
        .map(column => column[row] ?? '')
        .join(gap)
        .trimEnd(),
    ) ?? []
  const [header, ...rest] = rows
  return hasHeader && hasColour && header !== undefined ? [bold(header), ...rest] : rows
}

/** A record that nobody has named: places are all that is known of its fields. */
const nameless = (record: readonly Cell[]): Named => ({
  table: '',
  fields: record.map((cell, place) => [String(place), cell]),
  id: record[1],
})

const tablesOf = (records: readonly (readonly Cell[])[], style: TableStyle): string[] => {
  const tables = new Map<string, Named[]>()
  let above: Above[] = []
  for (const record of records) {
    const known = namedRecord(style.tool, record, above) ?? nameless(record)
    const table = tables.get(known.table)
    if (table) table.push(known)
    else tables.set(known.table, [known])
    const tag = String(record[0])
    const name = known.fields.find(([, cell]) => cell === known.id)?.[0] ?? tag
    above = [{ tag, name, id: known.id }, ...above.filter(one => one.tag !== tag)]
  }
  return [...tables].map(([table, named]) =>
    linesOf(columnsOf(named, style), table !== '', style.hasColour).join('\n'),
  )
}

/** Rows as a table each kind, with an empty line between two; a newline ends every line. */
export const tabulated = (rows: readonly Row[], style: TableStyle): string => {
  let text = ''
  let records: (readonly Cell[])[] = []
  const flush = () => {
    if (records.length > 0) text += `${tablesOf(records, style).join('\n\n')}\n`
    records = []
  }
  for (const row of rows) {
    if (typeof row === 'string') {
      flush()
      // Instance types are aligned already, behind a tag that says what they are to programs.
      text += `${harmless(row.replace(/^INSTANCETYPE\t/, ''), true)}\n`
    } else records.push(row)
  }
  flush()
  return text
}
