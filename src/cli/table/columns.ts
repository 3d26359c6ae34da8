// SPDX-License-Identifier: BSD-2-Clause
// What the fields of records are called. Records have a tag and places, and no names: these are here, in one list for all
// tools. A key is the record's tag; `PARENT/TAG` where it says of the record above what it belongs to; `tool TAG` and
// `tool *` (a record without a tag) where one tool has another meaning for it. Each value is a list of shapes, told apart
// by their number of fields, of names separated by blanks. The first name is that of the table.
//
// A name that ends in `*` takes all fields that the others leave over. `=` stands for fields that are names and values
// by turns; with `=NAME` they begin at the tag, and NAME is the record's own.
import type { Cell } from '../row'
import { computeColumns } from './compute-columns'
import { networkColumns } from './network-columns'
import { serviceColumns } from './service-columns'

export type Columns = Readonly<Record<string, readonly string[]>>

export const columns: Columns = { ...computeColumns, ...networkColumns, ...serviceColumns }

/** Of wide records, the fields that people look for, in front of the others. By the name of the table. */
const leading: Readonly<Record<string, string>> = {
  INSTANCE: 'INSTANCE STATE TYPE PUBLIC-IP PRIVATE-IP ZONE KEY IMAGE',
}

/** Names of columns in the order in which people want to read them. */
export const inReadingOrder = (names: readonly string[]): string[] => {
  const first = (leading[names[0] ?? '']?.split(' ') ?? []).filter(name => names.includes(name))
  return [...first, ...names.filter(name => !first.includes(name))]
}

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

const paired = (table: string, shape: string, record: readonly Cell[]): Named => {
  const own = shape.slice(1)
  const pairs = pairsOf(own === '' ? record.slice(1) : record)
  return { table, fields: pairs, id: pairs.find(([name]) => name === own)?.[1] }
}

/** A record of which the first field is no tag has all of them named. */
const named = (table: string, shape: string, record: readonly Cell[], isTagged = true): Named => {
  if (shape.startsWith('=')) return paired(table, shape, record)
  const fields = isTagged ? record.slice(1) : record
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
  /** What its table calls it. */
  readonly name: string
  readonly id: Cell
}

/** A record's fields by name; undefined when nothing is known of it. `above` are the records before it, the nearest first. */
export const namedRecord = (
  tool: string,
  record: readonly Cell[],
  above: readonly Above[],
): Named | undefined => {
  const untagged = fitting(columns[`${tool} *`] ?? [], record)
  if (untagged !== undefined) return named(tool, untagged, record, false)
  const [first, ...fields] = record
  const tag = String(first)
  const own = fitting(columns[`${tool} ${tag}`] ?? [], fields)
  if (own !== undefined) return named(tag, own, record)
  for (const parent of above) {
    const shape = fitting(columns[`${parent.tag}/${tag}`] ?? [], fields)
    if (shape === undefined) continue
    const found = named(`${parent.tag}/${tag}`, shape, record)
    const [head, ...rest] = found.fields
    // Its own name stays in front.
    return { ...found, fields: [...(head ? [head] : []), [parent.name, parent.id], ...rest] }
  }
  const shape = fitting(columns[tag] ?? [], fields)
  return shape === undefined ? undefined : named(tag, shape, record)
}
