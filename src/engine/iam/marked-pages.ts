// SPDX-License-Identifier: BSD-2-Clause
// One page of a list, in IAM's terms.
import { refuse } from '../errors'
import { page } from '../pages'

export interface MarkerRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

const maximumItems = 1000

const checkItems = (count: number): void => {
  if (!Number.isInteger(count)) {
    refuse('InvalidParameterValue', `Value (${count}) for parameter MaxItems is invalid.`)
  }
  const isLow = count < 1
  if (!isLow && count <= maximumItems) return
  const bound = isLow ? 'greater than or equal to 1' : `less than or equal to ${maximumItems}`
  refuse(
    'ValidationError',
    `1 validation error detected: Value '${count}' at 'maxItems' failed to satisfy constraint: ` +
      `Member must have value ${bound}`,
  )
}

/** One page of records that have been filtered already. */
export const markedPage = <R>(records: readonly R[], request: MarkerRequest, key: (record: R) => string) => {
  const { MaxItems, Marker } = request
  if (MaxItems !== undefined) checkItems(MaxItems)
  const refuseToken = () => refuse('ValidationError', 'Invalid Marker.')
  const { items, nextToken } = page(
    records,
    { MaxResults: MaxItems, NextToken: Marker },
    { key, minimum: 1, maximum: maximumItems, refuseToken },
  )
  return { items, IsTruncated: nextToken !== undefined, Marker: nextToken }
}
