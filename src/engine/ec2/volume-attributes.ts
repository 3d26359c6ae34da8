// SPDX-License-Identifier: BSD-2-Clause
// DescribeVolumeAttribute, ModifyVolumeAttribute, DescribeVolumeStatus and EnableVolumeIO. A file has no fault that would
// have its input and output suspended, so that there is never any to be enabled again.
import type {
  DescribeVolumeAttributeRequest,
  DescribeVolumeAttributeResult,
  DescribeVolumeStatusRequest,
  DescribeVolumeStatusResult,
  EnableVolumeIORequest,
  ModifyVolumeAttributeRequest,
  VolumeStatusInfo,
  VolumeStatusItem,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters, withoutMatch } from '../filters'
import type { Operation } from '../operation'
import { page } from '../pages'
import type { Volume } from './schema/volumes'
import { volumeNamed } from './volume-ids'
import { visibleVolumes } from './volumes'

const attributes: Readonly<
  Record<string, (volume: Volume) => Omit<DescribeVolumeAttributeResult, 'VolumeId'>>
> = {
  autoEnableIO: volume => ({ AutoEnableIO: { Value: volume.autoEnableIo ?? false } }),
  // Only what is made from AWS' marketplace has any.
  productCodes: () => ({ ProductCodes: [] }),
}

export const describeVolumeAttribute: Operation<
  DescribeVolumeAttributeRequest,
  DescribeVolumeAttributeResult
> = (tx, { VolumeId, Attribute = '' }) => {
  const volume = volumeNamed(tx, VolumeId)
  const read = Object.hasOwn(attributes, Attribute) ? attributes[Attribute] : undefined
  return read
    ? { VolumeId: volume.id, ...read(volume) }
    : refuse('InvalidParameterValue', `Value (${Attribute}) for parameter attribute is invalid.`)
}

export const modifyVolumeAttribute: Operation<ModifyVolumeAttributeRequest, void> = (tx, input) => {
  const volume = volumeNamed(tx, input.VolumeId)
  const { Value } = input.AutoEnableIO ?? refuse('InvalidParameterCombination', 'No attributes specified.')
  tx.volumes.put({ ...volume, autoEnableIo: Value ?? false })
}

export const enableVolumeIo: Operation<EnableVolumeIORequest, void> = (tx, { VolumeId }) => {
  const { id, state } = volumeNamed(tx, VolumeId)
  if (state !== 'available') refuse('IncorrectState', `Volume '${id}' is not 'available'`)
}

// ---- DescribeVolumeStatus ----------------------------------------------------------------------------------------

const statusOf = ({ state }: Volume): VolumeStatusInfo => {
  const checked = state === 'available' ? 'passed' : state === 'error' ? 'failed' : 'insufficient-data'
  const status = { passed: 'ok', failed: 'impaired', 'insufficient-data': 'insufficient-data' } as const
  return {
    Status: status[checked],
    Details: [
      { Name: 'io-enabled', Status: checked },
      { Name: 'io-performance', Status: 'not-applicable' },
    ],
  }
}

export const describeVolumeStatus: Operation<DescribeVolumeStatusRequest, DescribeVolumeStatusResult> = (
  tx,
  input,
) => {
  const volumes = visibleVolumes(tx, input.VolumeIds)
    .filter(({ state }) => state !== 'deleting' && state !== 'deleted')
    .filter(matchFilters(input.Filters, statusFilters))
  const { items, nextToken } = page(volumes, input, {
    key: volume => volume.id,
    ids: input.VolumeIds?.length ? 'volumeSet' : undefined,
  })
  return { VolumeStatuses: items.map(statusView), NextToken: nextToken }
}

const statusFilters: FilterTable<Volume> = {
  ...withoutMatch<Volume>([
    'action.code',
    'action.description',
    'action.event-id',
    'event.description',
    'event.event-id',
    'event.event-type',
    'event.not-after',
    'event.not-before',
    'operator.principal',
  ]),
  'availability-zone': volume => volume.zone,
  'availability-zone-id': volume => volume.zone,
  'operator.managed': () => false,
  'volume-status.details-name': volume => statusOf(volume).Details?.map(({ Name }) => Name),
  'volume-status.details-status': volume => statusOf(volume).Details?.map(({ Status }) => Status),
  'volume-status.status': volume => statusOf(volume).Status,
}

const statusView = (volume: Volume): VolumeStatusItem => ({
  VolumeId: volume.id,
  AvailabilityZone: volume.zone,
  AvailabilityZoneId: volume.zone,
  VolumeStatus: statusOf(volume),
  AttachmentStatuses: volume.attachment
    ? [{ InstanceId: volume.attachment.instanceId, IoPerformance: 'not-applicable' }]
    : [],
  Events: [],
  Actions: [],
})
