// SPDX-License-Identifier: BSD-2-Clause
// A table is a named range of the store. Its spec is data; the transaction makes a live `Table` of it.

export type KeyPart = string | number

/**
 * `cloud`: one key space for all accounts, for records whose id is unique in the whole cloud.
 * `account`: a key space per account, for records that carry `account` and are named by their owners.
 */
export interface TableSpec<R extends object> {
  readonly scope: 'cloud' | 'account'
  readonly key: (record: R) => KeyPart | readonly KeyPart[]
  /** What `must` answers when there is no such record. */
  readonly missing?: (...id: KeyPart[]) => never
  /** Records may be too many to keep in memory: `list` is not cached. */
  readonly large?: boolean
  /** Members, texts all, that are encrypted where they are kept; who reads a record sees them as they were. */
  readonly sealed?: readonly (keyof R & string)[]
}

export const table = <R extends object>(spec: TableSpec<R>): TableSpec<R> => spec

export interface ScanOptions {
  /** Only keys that begin with these parts. */
  readonly under?: readonly KeyPart[]
  /** Where to begin: the rest of the key after `under`. */
  readonly from?: readonly KeyPart[]
  /** Leave out the key equal to `from`. */
  readonly exclusive?: boolean
}

export interface Table<R extends object> {
  get(...id: KeyPart[]): R | undefined
  /** The record, or the table's own refusal. */
  must(...id: KeyPart[]): R
  put<T extends R>(record: T): T
  delete(...id: KeyPart[]): void
  /** All records: of the cloud, or of the caller's account. In key order; do not change the array. */
  list(): readonly R[]
  /** How many `list` would give, without reading them. */
  count(): number
  /** The record with the lowest key, of those that `list` would give. */
  first(): R | undefined
  /** Records in key order, read as they are asked for. Do not write to the table meanwhile. */
  scan(options?: ScanOptions): Iterable<R>
  /** An account table as another account sees it. */
  in(account: string): Table<R>
  /** An account table's records of every account. */
  everywhere(): readonly R[]
}

export type TablesOf<S extends Record<string, TableSpec<never>>> = {
  readonly [K in keyof S]: S[K] extends TableSpec<infer R> ? Table<R> : never
}
