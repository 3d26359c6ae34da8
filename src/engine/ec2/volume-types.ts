// SPDX-License-Identifier: BSD-2-Clause
// The types of volumes. Eucalyptus has `standard`; AWS' others are accepted with what they are asked for, stored and shown.
// Behind all of them is the same file.
import { refuse } from '../errors'
import type { Volume, VolumeShape } from './schema/volumes'

interface Range {
  readonly least: number
  readonly most: number
  /** When nothing is asked for; where there is none it must be said. */
  readonly usual?: number
}

interface Rules {
  readonly iops?: Range
  readonly throughput?: Range
}

const types: Readonly<Record<string, Rules>> = {
  standard: {},
  gp2: {},
  gp3: {
    iops: { least: 3000, most: 16_000, usual: 3000 },
    throughput: { least: 125, most: 1000, usual: 125 },
  },
  io1: { iops: { least: 100, most: 64_000 } },
  io2: { iops: { least: 100, most: 256_000 } },
  sc1: {},
  st1: {},
}

export type Performance = Pick<Volume, 'volumeType' | 'iops' | 'throughput'>

/** What was asked for. Nothing can be for `gp2`, which has three for each GiB on AWS, 100 at least and 16,000 at most. */
export const shownIops = ({ volumeType, sizeGib, iops }: VolumeShape): number | undefined =>
  volumeType === 'gp2' ? Math.min(Math.max(3 * sizeGib, 100), 16_000) : iops

const read = (
  range: Range | undefined,
  value: number | undefined,
  parameter: string,
  type: string,
): number | undefined => {
  if (!range) {
    if (value === undefined) return undefined
    return refuse(
      'InvalidParameterCombination',
      `The parameter ${parameter} is not supported for ${type} volumes.`,
    )
  }
  const asked = value ?? range.usual
  if (asked === undefined) {
    return refuse('MissingParameter', `The parameter ${parameter} must be specified for ${type} volumes.`)
  }
  if (asked < range.least || asked > range.most) {
    refuse(
      'InvalidParameterValue',
      `Volume ${parameter} of ${asked} is not between ${range.least} and ${range.most}.`,
    )
  }
  return asked
}

/** What a volume is asked to do, checked: InvalidParameterValue, InvalidParameterCombination, MissingParameter. */
export const checkVolumeType = (
  type = 'standard',
  iops: number | undefined = undefined,
  throughput: number | undefined = undefined,
): Performance => {
  const rules = Object.hasOwn(types, type) ? types[type] : undefined
  if (!rules) return refuse('InvalidParameterValue', `Invalid volume type: ${type}`)
  const checkedIops = read(rules.iops, iops, 'iops', type)
  const checkedThroughput = read(rules.throughput, throughput, 'throughput', type)
  return {
    volumeType: type,
    ...(checkedIops !== undefined && { iops: checkedIops }),
    ...(checkedThroughput !== undefined && { throughput: checkedThroughput }),
  }
}
