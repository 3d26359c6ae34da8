// SPDX-License-Identifier: BSD-2-Clause
// Availability zones and the one region. Zones are Eucalyptus' partitions, under the names its installer gave them.
import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  Region,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation, Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { seenBy } from './access/lists'
import { zoneDemand } from './access/resources'
import { capacities, instanceTypes } from './capacity'

export const zoneNames: readonly string[] = ['PARTI00', 'PARTI01']

const unknownZone = (name: string): never =>
  refuse('InvalidParameterValue', `Invalid availability zone: [${name}]`)

/** The zone as its name is written, for whoever compares names; another name stays what it is. */
export const zoneAsWritten = (name: string | undefined): string | undefined =>
  zoneNames.find(zone => zone.toLowerCase() === name?.toLowerCase()) ?? name

/** The zone of this name, in any case; without a name the first. Refused when there is none. */
export const zoneNamed = (name: string | undefined): string => {
  const [first = ''] = zoneNames
  if (!name) return first
  return zoneNames.find(zone => zone.toLowerCase() === name.toLowerCase()) ?? unknownZone(name)
}

export const describeAvailabilityZones: Operation<
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult
> = (tx, input) => {
  const asked = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])]
  const { isVerbose, named: names } = askedWithoutVerbose(tx.caller, asked)
  const named = names.map(zoneNamed)
  const isSeen = seenBy(tx, zoneDemand)
  const unseen = named.find(name => !isSeen(name))
  if (unseen !== undefined) unknownZone(unseen)
  const zones = zoneNames
    .filter(name => (named.length === 0 || named.includes(name)) && isSeen(name))
    .map(zoneView(tx))
  const matches = matchFilters(input.Filters, zoneFilters)
  const shown = zones.filter(matches)
  return {
    AvailabilityZones: isVerbose
      ? shown.flatMap(zone => [verboseZone(tx, zone), ...typeRows(tx, zone)])
      : shown,
  }
}

/** The zone's row of the verbose form: which machine, and the cluster's ARN, where the state was. */
const verboseZone = (tx: Tx, zone: AvailabilityZone): AvailabilityZone => {
  const host = URL.canParse(tx.endpoint) ? new URL(tx.endpoint).hostname : 'localhost'
  // The wire has a text here; the SDK's type knows the values of AWS only.
  const state =
    `${host} arn:euca:eucalyptus:${zone.ZoneName}:cluster:${zone.ZoneName}_cc/` as AvailabilityZone['State']
  return { ...zone, State: state }
}

/** Rows that tools read as text: `|- m1.small` with `free / max   cpu   ram  disk` for a state (engine-ebs §8). */
const typeRows = (tx: Tx, { ZoneName, RegionName }: AvailabilityZone): AvailabilityZone[] => {
  const row = (name: string, state: string): AvailabilityZone => ({
    ZoneName: `|- ${name}`,
    State: state as AvailabilityZone['State'],
    RegionName,
    Messages: [],
  })
  const capacity = capacities(tx, ZoneName ?? '')
  const digits = (value: number, width: number) => String(value).padStart(width, '0')
  const blanks = (value: number, width: number) => String(value).padStart(width)
  return [
    row('vm types', 'free / max   cpu   ram  disk'),
    ...instanceTypes(tx).map(type => {
      const { available, max } = capacity(type)
      const { cpus, memoryMib, diskGib } = type
      const room = `${digits(available, 4)} / ${digits(max, 4)}`
      return row(type.name, `${room}  ${blanks(cpus, 2)}   ${blanks(memoryMib, 4)}  ${blanks(diskGib, 4)}`)
    }),
  ]
}

const zoneFilters: FilterTable<AvailabilityZone> = {
  ...withoutMatch<AvailabilityZone>(['group-long-name', 'parent-zone-id', 'parent-zone-name']),
  'group-name': zone => zone.GroupName,
  message: zone => zone.Messages?.map(({ Message }) => Message),
  'opt-in-status': zone => zone.OptInStatus,
  'region-name': zone => zone.RegionName,
  state: zone => zone.State,
  'zone-id': zone => zone.ZoneId,
  'zone-name': zone => zone.ZoneName,
  'zone-type': zone => zone.ZoneType,
}

const zoneView =
  (tx: Tx) =>
  (name: string): AvailabilityZone => ({
    ZoneName: name,
    ZoneId: name,
    ZoneType: 'availability-zone',
    GroupName: tx.region,
    NetworkBorderGroup: tx.region,
    OptInStatus: 'opt-in-not-required',
    State: 'available',
    RegionName: tx.region,
    Messages: [],
  })

/** The region's endpoint is the whole URL, as Eucalyptus gives it; AWS gives a host name. */
export const describeRegions: Operation<DescribeRegionsRequest, DescribeRegionsResult> = (tx, input) => {
  for (const name of input.RegionNames ?? []) {
    if (name !== tx.region) refuse('InvalidParameterValue', `Invalid region names: ${name}`)
  }
  const region: Region = {
    RegionName: tx.region,
    Endpoint: `${tx.endpoint}/services/compute`,
    OptInStatus: 'opt-in-not-required',
  }
  return { Regions: [region].filter(matchFilters(input.Filters, regionFilters)) }
}

const regionFilters: FilterTable<Region> = {
  endpoint: region => region.Endpoint,
  'opt-in-status': region => region.OptInStatus,
  'region-name': region => region.RegionName,
}
