// SPDX-License-Identifier: BSD-2-Clause
// ModifyVolume and DescribeVolumesModifications: a volume grows, and its type changes by name. Eucalyptus has neither; the
// codes are AWS'.
import type {
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult,
  VolumeModification as ModificationView,
  ModifyVolumeRequest,
  ModifyVolumeResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import { type FilterTable, matchFilters } from '../filters'
import type { Operation, Tx } from '../operation'
import { page } from '../pages'
import { checkVolumeQuotas } from './quotas'
import type { Volume, VolumeModification, VolumeShape } from './schema/volumes'
import { checkVolumeLimits } from './storage-limits'
import { volumeNamed } from './volume-ids'
import { checkVolumeType, shownIops } from './volume-types'
import { visibleVolumes } from './volumes'

const shapeOf = ({ sizeGib, volumeType, iops, throughput }: VolumeShape): VolumeShape => ({
  sizeGib,
  volumeType,
  ...(iops !== undefined && { iops }),
  ...(throughput !== undefined && { throughput }),
})

const checkGrowth = (tx: Tx, volume: Volume, sizeGib: number): void => {
  if (sizeGib < volume.sizeGib) {
    refuse('InvalidParameterValue', 'New size cannot be smaller than existing size')
  }
  if (sizeGib > volume.sizeGib) {
    checkVolumeLimits(tx, volume.zone, sizeGib, sizeGib - volume.sizeGib)
    checkVolumeQuotas(tx, { count: 0, gib: sizeGib - volume.sizeGib })
  }
}

const wantedShape = (volume: Volume, input: ModifyVolumeRequest): VolumeShape => {
  const type = input.VolumeType ?? volume.volumeType
  // Another type begins with what is usual for it.
  const isSame = type === volume.volumeType
  const iops = input.Iops ?? (isSame ? volume.iops : undefined)
  const throughput = input.Throughput ?? (isSame ? volume.throughput : undefined)
  return { sizeGib: input.Size ?? volume.sizeGib, ...checkVolumeType(type, iops, throughput) }
}

export const modifyVolume: Operation<ModifyVolumeRequest, ModifyVolumeResult> = (tx, input) => {
  const volume = volumeNamed(tx, input.VolumeId)
  const { Size, VolumeType, Iops, Throughput } = input
  if (input.MultiAttachEnabled) {
    refuse('UnsupportedOperation', 'A volume can be attached to one instance at a time in this cloud.')
  }
  if ([Size, VolumeType, Iops, Throughput].every(value => value === undefined)) {
    refuse('InvalidParameterCombination', 'No attributes specified.')
  }
  if (volume.state !== 'available') refuse('IncorrectState', `Volume '${volume.id}' is not 'available'`)
  if (volume.modification?.state === 'modifying') {
    refuse('IncorrectModificationState', `Volume ${volume.id} is being modified already`)
  }
  const after = wantedShape(volume, input)
  checkGrowth(tx, volume, after.sizeGib)
  const modification: VolumeModification = {
    state: 'modifying',
    before: shapeOf(volume),
    after,
    startedAt: tx.now,
  }
  tx.volumes.put({ ...volume, modification })
  tx.start('volume.grow', volume.id)
  return { VolumeModification: modificationView(volume.id, modification) }
}

// ---- DescribeVolumesModifications --------------------------------------------------------------------------------

type Modified = Volume & { readonly modification: VolumeModification }

const isModified = (volume: Volume): volume is Modified => volume.modification !== undefined

export const describeVolumesModifications: Operation<
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult
> = (tx, input) => {
  const volumes = visibleVolumes(tx, input.VolumeIds)
  const never = volumes.find(volume => !isModified(volume))
  if (never && input.VolumeIds?.length) {
    refuse('InvalidVolumeModification.NotFound', `Modification for volume '${never.id}' does not exist.`)
  }
  const modified = volumes.filter(isModified).filter(matchFilters(input.Filters, modificationFilters))
  const { items, nextToken } = page(modified, input, {
    key: volume => volume.id,
    minimum: 1,
    maximum: 500,
    ids: input.VolumeIds?.length ? 'volumeSet' : undefined,
  })
  return {
    VolumesModifications: items.map(({ id, modification }) => modificationView(id, modification)),
    NextToken: nextToken,
  }
}

const modificationFilters: FilterTable<Modified> = {
  'modification-state': ({ modification }) => modification.state,
  'original-iops': ({ modification }) => shownIops(modification.before),
  'original-multi-attach-enabled': () => false,
  'original-size': ({ modification }) => modification.before.sizeGib,
  'original-volume-type': ({ modification }) => modification.before.volumeType,
  originalMultiAttachEnabled: () => false,
  'start-time': ({ modification }) => modification.startedAt,
  'target-iops': ({ modification }) => shownIops(modification.after),
  'target-multi-attach-enabled': () => false,
  'target-size': ({ modification }) => modification.after.sizeGib,
  'target-volume-type': ({ modification }) => modification.after.volumeType,
  targetMultiAttachEnabled: () => false,
  'volume-id': volume => volume.id,
}

const modificationView = (
  volumeId: string,
  { state, before, after, startedAt, endedAt, reason }: VolumeModification,
): ModificationView => ({
  VolumeId: volumeId,
  ModificationState: state,
  StatusMessage: reason,
  OriginalSize: before.sizeGib,
  OriginalVolumeType: before.volumeType as ModificationView['OriginalVolumeType'],
  OriginalIops: shownIops(before),
  OriginalThroughput: before.throughput,
  OriginalMultiAttachEnabled: false,
  TargetSize: after.sizeGib,
  TargetVolumeType: after.volumeType as ModificationView['TargetVolumeType'],
  TargetIops: shownIops(after),
  TargetThroughput: after.throughput,
  TargetMultiAttachEnabled: false,
  Progress: state === 'completed' ? 100 : 0,
  StartTime: startedAt,
  EndTime: endedAt,
})
