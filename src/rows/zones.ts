// SPDX-License-Identifier: BSD-2-Clause
import type { AvailabilityZone, Region } from '@aws-sdk/client-ec2'
import { joined, type Row } from './cell'

export const zoneRows = (zones: readonly AvailabilityZone[] | undefined): Row[] =>
  (zones ?? []).map(({ ZoneName, State, Messages }) => [
    'AVAILABILITYZONE',
    ZoneName,
    State,
    joined(
      ', ',
      Messages?.map(({ Message }) => Message),
    ),
  ])

export const regionRows = (regions: readonly Region[] | undefined): Row[] =>
  (regions ?? []).map(({ RegionName, Endpoint }) => ['REGION', RegionName, Endpoint])
