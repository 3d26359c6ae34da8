// SPDX-License-Identifier: BSD-2-Clause
import type { ConversionTask, ImportVolumeTaskDetails } from '@aws-sdk/client-ec2'
import { type Cell, type Row, text } from './cell'

/** Names and their values, without those that have none. Zero is a value. */
const pairs = (values: Readonly<Record<string, Cell>>): Cell[] =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .flat()

/** An element without children counts as none. */
const filled = <T extends object>(element: T | undefined): T | undefined =>
  element && Object.keys(element).length > 0 ? element : undefined

const diskRow = (disk: ImportVolumeTaskDetails & { Status?: string; StatusMessage?: string }): Row => [
  'DISKIMAGE',
  ...pairs({
    DiskImageFormat: disk.Image?.Format,
    DiskImageSize: text(disk.Image?.Size),
    VolumeId: disk.Volume?.Id,
    VolumeSize: text(disk.Volume?.Size),
    AvailabilityZone: disk.AvailabilityZone,
    ApproximateBytesConverted: text(disk.BytesConverted),
    Status: disk.Status,
    StatusMessage: disk.StatusMessage,
  }),
]

/** The task as a list of names and values, then a line for each of its disks. */
export const conversionTaskRows = (task: ConversionTask | undefined): Row[] => {
  if (!task) return []
  const volume = filled(task.ImportVolume)
  const instance = filled(task.ImportInstance)
  const disks = volume ? [volume] : (instance?.Volumes ?? [])
  return [
    [
      ...(volume ? ['TaskType', 'IMPORTVOLUME'] : []),
      ...(instance ? ['TaskType', 'IMPORTINSTANCE'] : []),
      ...pairs({
        TaskId: task.ConversionTaskId,
        ExpirationTime: task.ExpirationTime,
        Status: task.State,
        StatusMessage: task.StatusMessage,
        InstanceID: instance?.InstanceId,
      }),
    ],
    ...disks.map(diskRow),
  ]
}
