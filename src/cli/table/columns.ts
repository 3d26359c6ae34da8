// SPDX-License-Identifier: BSD-2-Clause
// What the fields of records are called. Records have a tag and places, and no names: these are here, in one list for all
// tools. A key is the record's tag; `PARENT/TAG` where it says of the record above what it belongs to; `tool TAG` and
// `tool *` (a record without a tag) where one tool has another meaning for it. Each value is a list of shapes, told apart
// by their number of fields, of names separated by blanks. The first name is that of the table.
//
// A name that ends in `*` takes all fields that the others leave over. `=` stands for fields that are names and values
// by turns; `=NAME` says which of these is the record's own.
import type { Cell } from '../row'
import { computeColumns } from './compute-columns'
import { networkColumns } from './network-columns'
import { serviceColumns } from './service-columns'

export type Columns = Readonly<Record<string, readonly string[]>>

const columns: Columns = { ...computeColumns, ...networkColumns, ...serviceColumns }

/** The fields of a record by name, of a table of its own. */
export interface Named {
  /** What records of one table share. */
  readonly table: string
  readonly fields: readonly (readonly [name: string, cell: Cell])[]
  /** What says which one this is, to the records below it. */
  readonly id: Cell
}

const fitting = (shapes: readonly string[], fields: readonly Cell[]): string | undefined =>
  shapes.find(shape => {
    if (shape.startsWith('=')) return true
    const names = shape.split(' ')
    return names.some(name => name.endsWith('*'))
      ? fields.length >= names.length
      : fields.length === names.length
  })

const pairsOf = (fields: readonly Cell[]): [string, Cell][] => {
  const pairs: [string, Cell][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) pairs.push([String(fields[at]), fields[at + 1]])
  return pairs
}

const named = (table: string, shape: string, fields: readonly Cell[]): Named => {
  if (shape.startsWith('=')) {
    const pairs = pairsOf(fields)
    return { table, fields: pairs, id: pairs.find(([name]) => name === shape.slice(1))?.[1] }
  }
  const names = shape.split(' ')
  const open = names.findIndex(name => name.endsWith('*'))
  const surplus = fields.length - names.length
  const cells =
    open < 0
      ? fields
      : [
          ...fields.slice(0, open),
          fields
            .slice(open, open + surplus + 1)
            .filter(cell => cell !== undefined && cell !== '')
            .join(' '),
          ...fields.slice(open + surplus + 1),
        ]
  return {
    table: `${table} ${shape}`,
    fields: names.map((name, at) => [name.replace(/\*$/, ''), cells[at]] as const),
    id: cells[0],
  }
}

export interface Above {
  readonly tag: string
  readonly id: Cell
}

/** A record's fields by name; undefined when nothing is known of it. `above` are the records before it, the nearest first. */
export const namedRecord = (
  tool: string,
  record: readonly Cell[],
  above: readonly Above[],
): Named | undefined => {
  const untagged = fitting(columns[`${tool} *`] ?? [], record)
  if (untagged !== undefined) return named(tool, untagged, record)
  const [first, ...fields] = record
  const tag = String(first)
  const own = fitting(columns[`${tool} ${tag}`] ?? [], fields)
  if (own !== undefined) return named(tag, own, own === '=TaskId' ? record : fields)
  for (const parent of above) {
    const shape = fitting(columns[`${parent.tag}/${tag}`] ?? [], fields)
    if (shape === undefined) continue
    const found = named(`${parent.tag}/${tag}`, shape, fields)
    const [head, ...rest] = found.fields
    // Its own name stays in front.
    return { ...found, fields: [...(head ? [head] : []), [parent.tag, parent.id], ...rest] }
  }
  const shape = fitting(columns[tag] ?? [], fields)
  return shape === undefined ? undefined : named(tag, shape, fields)
}
