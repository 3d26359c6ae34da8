// SPDX-License-Identifier: BSD-2-Clause
// What a benchmark says: what was measured, what it is measured against, and how it should compare.

export interface Row {
  readonly name: string
  /** Unit of `measured` and `floor`. */
  readonly unit: string
  readonly measured: number
  readonly floor: number
  /** How `measured` compares to `floor`, so that `limit` can be said of it. */
  readonly ratio: number
  readonly limit: '≤' | '≥'
  readonly target: number
}

type Measured = Pick<Row, 'name' | 'unit' | 'measured' | 'floor' | 'target'>

/** Less is better: at most `target` times the floor. */
export const atMost = (row: Measured): Row => ({ ...row, ratio: row.measured / row.floor, limit: '≤' })

/** More is better: at least `target` times the floor. */
export const atLeast = (row: Measured): Row => ({ ...row, ratio: row.measured / row.floor, limit: '≥' })

/** Both are times: at least `target` times as fast as the floor. */
export const asFast = (row: Measured): Row => ({ ...row, ratio: row.floor / row.measured, limit: '≥' })

export const isReached = ({ ratio, limit, target }: Row): boolean =>
  limit === '≤' ? ratio <= target : ratio >= target

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const number = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2)

/** Rows as a table with columns of text. */
export const tableOf = (rows: readonly Row[]): string => {
  const cells = rows.map(row => [
    row.name,
    `${number(row.measured)} ${row.unit}`,
    `${number(row.floor)} ${row.unit}`,
    `${row.ratio.toFixed(2)}×`,
    `${row.limit} ${row.target}×`,
    isReached(row) ? 'yes' : 'no',
  ])
  const all = [['', 'measured', 'floor', 'ratio', 'target', 'reached'], ...cells]
  const widths = all[0]?.map((_, column) => Math.max(...all.map(line => line[column]?.length ?? 0))) ?? []
  return all
    .map(line =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n')
}
