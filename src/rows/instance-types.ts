// SPDX-License-Identifier: BSD-2-Clause
// Lists of instance types are columns aligned with blanks, unlike everything else.
import { byBytes, type Row, text } from './cell'

interface ZoneCapacity {
  readonly ZoneName?: string
  /** Instances of the type that the zone holds when empty, and those it can still take. */
  readonly Max?: number
  readonly Available?: number
}

/** An instance type as Eucalyptus describes it. */
interface EucalyptusInstanceType {
  readonly Name?: string
  readonly Cpu?: number
  readonly MemoryMib?: number
  readonly DiskGib?: number
  readonly NetworkInterfaces?: number
  readonly Availability?: readonly ZoneCapacity[]
}

interface Line {
  /** Name, CPUs, memory, disk, network interfaces. */
  readonly cells: readonly string[]
  /** Used, total, percentage. */
  readonly capacity: readonly string[]
}

const header: Line = {
  cells: ['Name', 'CPUs', 'Memory (MiB)', 'Disk (GiB)', 'NICs'],
  capacity: ['Used', 'Total', 'Used %'],
}

/** The nearest integer, of two equally near ones the even one. */
const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

const capacityOf = (zones: readonly ZoneCapacity[]): string[] => {
  const total = zones.reduce((sum, { Max = 0 }) => sum + Max, 0)
  const used = total - zones.reduce((sum, { Available = 0 }) => sum + Available, 0)
  return [String(used), String(total), total === 0 ? '' : `${roundHalfEven((used * 100) / total)}%`]
}

const lineOf = (type: EucalyptusInstanceType, zones: readonly ZoneCapacity[]): Line => ({
  cells: [type.Name, type.Cpu, type.MemoryMib, type.DiskGib, type.NetworkInterfaces].map(value =>
    String(value ?? 'None'),
  ),
  capacity: capacityOf(zones),
})

const aligned = (lines: readonly Line[], showCapacity: boolean): string[] => {
  const width = (pick: (line: Line) => string | undefined) =>
    Math.max(...lines.map(line => (pick(line) ?? '').length))
  const cellWidths = header.cells.map((_, i) => width(line => line.cells[i]))
  const capacityWidths = header.capacity.map((_, i) => width(line => line.capacity[i]))
  return lines.map(({ cells, capacity }) => {
    const columns = cells.map((cell, i) =>
      i === 0 ? cell.padEnd(cellWidths[i] ?? 0) : cell.padStart(cellWidths[i] ?? 0),
    )
    const [used = '', total = '', percentage = ''] = capacity.map((cell, i) =>
      cell.padStart(capacityWidths[i] ?? 0),
    )
    if (showCapacity) columns.push(`${used} / ${total}`, percentage)
    return `INSTANCETYPE\t${columns.join('  ')}`
  })
}

const allZones = (types: readonly EucalyptusInstanceType[], showCapacity: boolean): Row[] =>
  aligned([header, ...types.map(type => lineOf(type, type.Availability ?? []))], showCapacity)

const byZone = (types: readonly EucalyptusInstanceType[], showCapacity: boolean): Row[] => {
  const names = new Set(types.flatMap(type => (type.Availability ?? []).map(zone => zone.ZoneName ?? '')))
  return [...names].sort(byBytes).flatMap(name => {
    // A type that a zone has no word on is left out there.
    const lines = types.flatMap(type => {
      const zones = (type.Availability ?? []).filter(zone => zone.ZoneName === name)
      return zones.length > 0 ? [lineOf(type, zones)] : []
    })
    return [['AVAILABILITYZONE', name], ...aligned([header, ...lines], showCapacity), '']
  })
}

export const instanceTypeRows = (
  types: readonly EucalyptusInstanceType[] | undefined,
  show: { readonly byZone: boolean; readonly capacity: boolean },
): Row[] => (show.byZone ? byZone : allZones)(types ?? [], show.capacity)

/** What `euca-modify-instance-type` made of a type, in fields as everything else. */
export const changedTypeRows = (type: EucalyptusInstanceType = {}): Row[] => [
  [
    'INSTANCETYPE',
    type.Name,
    ...[type.Cpu, type.MemoryMib, type.DiskGib, type.NetworkInterfaces].map(value => text(value)),
  ],
]
