// SPDX-License-Identifier: BSD-2-Clause
// One page of a list, in the terms of load balancing.
import { refuse } from '../errors'
import { page } from '../pages'
import { checkRange } from './refusals'

interface PageRequest {
  readonly Marker?: string | undefined
  readonly PageSize?: number | undefined
}

/** AWS' limit. */
const largestPage = 400

/** One page of records that have been filtered already. Without a size it is all of them. */
export const markedPage = <R>(
  records: readonly R[],
  { Marker, PageSize }: PageRequest,
  key: (record: R) => string,
): { readonly items: readonly R[]; readonly nextMarker: string | undefined } => {
  checkRange('pageSize', PageSize, 1, largestPage)
  const { items, nextToken } = page(
    records,
    { MaxResults: PageSize, NextToken: Marker },
    {
      key,
      minimum: 1,
      maximum: largestPage,
      refuseToken: () => refuse('ValidationError', 'Invalid Marker.'),
    },
  )
  return { items, nextMarker: nextToken }
}
