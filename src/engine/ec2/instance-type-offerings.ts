// SPDX-License-Identifier: BSD-2-Clause
// Where there are instances of which types: in this cloud everywhere.
import type {
  _InstanceType,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  LocationType,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { permitted } from './access/lists'
import { typeDemand } from './access/resources'
import { type InstanceType, instanceTypes } from './capacity'
import { zoneNames } from './zones'

interface Offering {
  readonly type: string
  readonly location: string
}

const locationsOf = (tx: Tx, kind: string): readonly string[] => {
  if (kind === 'region') return [tx.region]
  if (kind === 'availability-zone' || kind === 'availability-zone-id') return zoneNames
  // There are no outposts to have any.
  if (kind === 'outpost') return []
  return refuse('InvalidParameterValue', `Value (${kind}) for parameter locationType is invalid.`)
}

const filters: FilterTable<Offering> = {
  'instance-type': ({ type }) => type,
  location: ({ location }) => location,
}

export const describeInstanceTypeOfferings: Operation<
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult
> = (tx, input) => {
  const LocationType: LocationType = input.LocationType ?? 'region'
  const locations = locationsOf(tx, LocationType)
  const types = permitted(tx, instanceTypes(tx), (tx, { name }: InstanceType) => typeDemand(tx, name))
  const all = types.flatMap(({ name }) => locations.map(location => ({ type: name, location })))
  const { items, nextToken } = page(all.filter(matchFilters(input.Filters, filters)), input, {
    key: ({ type, location }) => `${type} ${location}`,
  })
  return {
    InstanceTypeOfferings: items.map(({ type, location }) => ({
      // A few of Eucalyptus' names are not among AWS' present ones, which is all that the SDK's type lists.
      InstanceType: type as _InstanceType,
      LocationType,
      Location: location,
    })),
    NextToken: nextToken,
  }
}
