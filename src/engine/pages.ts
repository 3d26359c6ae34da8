// SPDX-License-Identifier: BSD-2-Clause
// MaxResults and NextToken. A token names the last record that was given, not a count of records, so that what is
// created or deleted between two pages neither repeats nor hides another record.
import { refuse } from './errors'

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

export interface PageRules<R> {
  /** A record's place in the order; unique. Texts are compared by UTF-16 code unit. */
  readonly key: (record: R) => string
  /** Fewest that may be asked for: 5 where AWS has that rule. Default 5. */
  readonly minimum?: number
  /** Most that one page holds; asking for more gives this many. Default 1000. */
  readonly maximum?: number
  /** What to answer a token that is none of ours. Default InvalidNextToken. */
  readonly refuseToken?: () => never
  /** The wire name of a list of ids that was given: ids and pages exclude each other. */
  readonly ids?: string | undefined
}

export interface Page<R> {
  readonly items: readonly R[]
  readonly nextToken: string | undefined
}

// Marks what this version wrote, and makes texts that merely happen to be base64 fail.
const mark = 'p1:'

/** A token that names the record of this key. */
export const tokenOf = (key: string): string => Buffer.from(mark + key, 'utf8').toString('base64url')

const refuseNextToken = (): never => refuse('InvalidNextToken', 'The specified NextToken is not valid.')

/** The key of the record that a token names. */
export const keyOf = (token: string, refuseToken: () => never): string => {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (!text.startsWith(mark) || tokenOf(text.slice(mark.length)) !== token) {
    return refuseToken()
  }
  return text.slice(mark.length)
}

const byKey = <R>(key: (record: R) => string, a: R, b: R): number => {
  const [left, right] = [key(a), key(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * One page of records that have been filtered already. Without MaxResults and NextToken it is all of them, in the
 * order given; otherwise they are put in the order of `key`.
 */
export const page = <R>(records: readonly R[], request: PageRequest, rules: PageRules<R>): Page<R> => {
  const { MaxResults, NextToken } = request
  const { key, minimum = 5, maximum = 1000, ids, refuseToken = refuseNextToken } = rules
  if (MaxResults !== undefined) {
    if (ids) {
      refuse(
        'InvalidParameterCombination',
        `The parameter ${ids} cannot be used with the parameter maxResults`,
      )
    }
    if (MaxResults < minimum) {
      refuse(
        'InvalidParameterValue',
        `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than ${minimum}.`,
      )
    }
  }
  if (MaxResults === undefined && !NextToken) return { items: records, nextToken: undefined }
  const last = NextToken ? keyOf(NextToken, refuseToken) : undefined
  const rest = records
    .filter(record => last === undefined || key(record) > last)
    .sort((a, b) => byKey(key, a, b))
  const items = rest.slice(0, Math.min(MaxResults ?? maximum, maximum))
  const final = items.at(-1)
  return {
    items,
    nextToken: final !== undefined && items.length < rest.length ? tokenOf(key(final)) : undefined,
  }
}
