// SPDX-License-Identifier: BSD-2-Clause
// ImportVolume, ImportInstance and their tasks (engine-autoscaling §6). What happens to a task afterwards is in
// conversion-steps.ts, and in node/imaging.ts.
import type {
  CancelConversionRequest,
  ConversionTask,
  ConversionTaskState,
  DescribeConversionTasksRequest,
  DescribeConversionTasksResult,
  ImportInstanceRequest,
  ImportInstanceResult,
  ImportInstanceVolumeDetailItem,
  ImportVolumeRequest,
  ImportVolumeResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { ordererOf } from '../iam/callers'
import { freshId } from '../ids'
import type { Operation, Tx } from '../operation'
import { askedFor } from '../verbose'
import { beginConversion, cancelConversion, conversionTexts } from './conversion-life'
import { checkDisk, checkDisks, checkLaunch, zoneOfVolume } from './conversion-requests'
import { conversionProperties } from './properties'
import type { Conversion, ConversionDisk, ConversionState } from './schema/conversions'

// ---- operations --------------------------------------------------------------------------------------------------

/** What all tasks begin with. */
const newConversion = (
  tx: Tx,
  prefix: 'import-vol' | 'import-i',
  description: string | undefined,
  about: Pick<Conversion, 'zone' | 'disks' | 'launch'>,
): Conversion => {
  const orderer = ordererOf(tx.caller)
  const conversion: Conversion = {
    id: freshId(tx, prefix, id => tx.conversions.get(id) !== undefined),
    account: tx.caller.account,
    userName: tx.caller.userName,
    ...(orderer && { orderer }),
    state: 'NEW',
    message: conversionTexts.waiting,
    ...(description && { description }),
    endpoint: tx.endpoint,
    createdAt: tx.now,
    changedAt: tx.now,
    expiresAt: new Date(tx.now.getTime() + conversionProperties.expirySeconds * 1000),
    ...about,
  }
  beginConversion(tx, conversion)
  return conversion
}

export const importVolume: Operation<ImportVolumeRequest, ImportVolumeResult> = (tx, input) => {
  const zone = zoneOfVolume(input.AvailabilityZone ?? input.AvailabilityZoneId)
  const disks = [checkDisk(tx, input.Image, input.Volume)]
  return { ConversionTask: view(newConversion(tx, 'import-vol', input.Description, { zone, disks })) }
}

export const importInstance: Operation<ImportInstanceRequest, ImportInstanceResult> = (tx, input) => {
  const about = { ...checkLaunch(tx, input), disks: checkDisks(tx, input.DiskImages) }
  return { ConversionTask: view(newConversion(tx, 'import-i', input.Description, about)) }
}

/** One task, of the caller's account or asked for by a cloud administrator. */
const conversionNamed = (tx: Tx, text: string | undefined): Conversion => {
  const id = (text ?? '').toLowerCase()
  const conversion = id.length <= 64 ? tx.conversions.get(id) : undefined
  const mayUse = conversion && (conversion.account === tx.caller.account || tx.caller.isCloudAdmin)
  return mayUse
    ? conversion
    : refuse('InvalidConversionTaskId', `The conversion task ID '${text}' does not exist`)
}

export const cancelConversionTask: Operation<CancelConversionRequest, void> = (tx, input) => {
  const conversion = conversionNamed(tx, input.ConversionTaskId)
  if (!cancelConversion(tx, conversion)) {
    refuse('IncorrectState', `The conversion task ${conversion.id} is completed and cannot be cancelled`)
  }
  const why = input.ReasonMessage ? `: ${input.ReasonMessage.slice(0, 255)}` : ''
  tx.event('Imaging', 'INFO', `Import task ${conversion.id} is cancelled by ${tx.caller.userName}${why}`)
}

/** The caller's; of all accounts for a cloud administrator who says `verbose`; or those of these ids. */
const visible = (tx: Tx, ids: readonly string[] | undefined): readonly Conversion[] => {
  const { isVerbose, named } = askedFor(tx.caller, ids)
  if (named.length > 0) return [...new Set(named)].map(id => conversionNamed(tx, id))
  return tx.conversions
    .list()
    .filter(conversion => isVerbose || conversion.account === tx.caller.account)
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

export const describeConversionTasks: Operation<
  DescribeConversionTasksRequest,
  DescribeConversionTasksResult
> = (tx, input) => ({ ConversionTasks: visible(tx, input.ConversionTaskIds).map(view) })

// ---- view --------------------------------------------------------------------------------------------------------

interface Shown {
  readonly state: ConversionTaskState
  /** Of the disks of an instance. */
  readonly diskMessage?: string
}

/** What users see. A task that failed looks cancelled; its messages say why. */
const shown: Readonly<Record<ConversionState, Shown>> = {
  NEW: { state: 'active', diskMessage: 'pending' },
  PENDING: { state: 'active', diskMessage: 'pending' },
  CONVERTING: { state: 'active', diskMessage: 'active' },
  INSTANTIATING: { state: 'active', diskMessage: 'active' },
  CANCELLING: { state: 'cancelling' },
  CANCELLED: { state: 'cancelled' },
  COMPLETED: { state: 'completed' },
  FAILED: { state: 'cancelled', diskMessage: 'failed (internal server error)' },
}

/** As Java writes a date: `Sun Feb 23 12:13:16 UTC 2014`. */
const dateText = (date: Date): string => {
  const [, day, dayOfMonth, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? []
  return `${day} ${month} ${dayOfMonth} ${time} UTC ${year}`
}

const diskView = ({ zone }: Conversion, disk: ConversionDisk) => ({
  BytesConverted: disk.bytesConverted,
  AvailabilityZone: zone,
  Image: { Format: disk.format as 'RAW', Size: disk.bytes, ImportManifestUrl: disk.manifestUrl },
  Volume: { Size: disk.volumeGib, ...(disk.volumeId !== undefined && { Id: disk.volumeId }) },
})

const instanceDiskView = (conversion: Conversion, disk: ConversionDisk): ImportInstanceVolumeDetailItem => {
  const { state, diskMessage } = shown[conversion.state]
  return {
    ...diskView(conversion, disk),
    Description: disk.description,
    Status: state,
    StatusMessage: diskMessage,
  }
}

const view = (conversion: Conversion): ConversionTask => {
  const { id, expiresAt, state, message, description, disks, launch } = conversion
  const [disk] = disks
  return {
    ConversionTaskId: id,
    ExpirationTime: dateText(expiresAt),
    State: shown[state].state,
    StatusMessage: message,
    ...(launch
      ? {
          ImportInstance: {
            Volumes: disks.map(one => instanceDiskView(conversion, one)),
            InstanceId: conversion.instanceId,
            Platform: (launch.platform || undefined) as 'Windows' | undefined,
            Description: description,
          },
        }
      : { ImportVolume: disk && { ...diskView(conversion, disk), Description: description } }),
  }
}
