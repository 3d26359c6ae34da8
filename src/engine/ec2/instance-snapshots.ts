// SPDX-License-Identifier: BSD-2-Clause
// CreateSnapshots: of all volumes of an instance in one call. Eucalyptus has one for each; the codes are AWS'. All are as
// their volumes were when the answer came, one captured after the other.
import type {
  CreateSnapshotsRequest,
  CreateSnapshotsResult,
  InstanceSpecification,
  SnapshotInfo,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { checkTagLimit, putTags, specifiedTags, tagsOf } from '../tags'
import { ownInstance } from './instance-ids'
import { isRootOf } from './instance-volumes'
import type { Snapshot, Volume } from './schema/volumes'
import { checkDescription, newSnapshot } from './snapshots'
import { checkVolumeId } from './volume-ids'
import { volumesOf } from './volume-life'

/** The volumes that the request means, the root first. */
const wanted = (tx: Tx, asked: Partial<InstanceSpecification>): readonly Volume[] => {
  const instance = ownInstance(tx, asked.InstanceId)
  const isRoot = ({ attachment }: Volume): boolean => isRootOf(instance, attachment?.device ?? '')
  const all = volumesOf(tx, instance.id)
  const data = all.filter(volume => !isRoot(volume))
  const excluded = (asked.ExcludeDataVolumeIds ?? []).map(id => checkVolumeId(id))
  const stray = excluded.find(id => !data.some(volume => volume.id === id))
  if (stray) {
    refuse('InvalidParameterValue', `The volume '${stray}' is no data volume of instance '${instance.id}'.`)
  }
  const roots = asked.ExcludeBootVolume ? [] : all.filter(isRoot)
  const volumes = [...roots, ...data.filter(({ id }) => !excluded.includes(id))]
  if (volumes.length === 0) {
    refuse('InvalidParameterValue', `No volume of instance '${instance.id}' is left to make a snapshot of.`)
  }
  return volumes
}

const infoOf = (tx: Tx, snapshot: Snapshot, zone: string): SnapshotInfo => ({
  SnapshotId: snapshot.id,
  VolumeId: snapshot.volumeId,
  VolumeSize: snapshot.sizeGib,
  State: snapshot.state,
  StartTime: snapshot.startedAt,
  Progress: `${snapshot.progress}%`,
  OwnerId: snapshot.account,
  Description: snapshot.description ?? '',
  Encrypted: false,
  AvailabilityZone: zone,
  Tags: [...tagsOf(tx, snapshot.id)],
})

/** The tags that the request gives, and before them those of the volume where it is to pass them on. */
const tagsFor = (
  tx: Tx,
  volume: Volume,
  { CopyTagsFromSource, TagSpecifications }: CreateSnapshotsRequest,
) => {
  const own = CopyTagsFromSource === 'volume' ? tagsOf(tx, volume.id) : []
  return [
    ...own
      .map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))
      // The cloud's own are about the volume alone.
      .filter(({ key }) => !/^(aws|euca):/.test(key)),
    ...specifiedTags(TagSpecifications, 'snapshot'),
  ]
}

export const createSnapshots: Operation<CreateSnapshotsRequest, CreateSnapshotsResult> = (tx, input) => {
  if (input.OutpostArn) refuse('UnsupportedOperation', 'This cloud has no outposts.')
  if (input.Location === 'local') refuse('UnsupportedOperation', 'This cloud has no local zones.')
  specifiedTags(input.TagSpecifications, 'snapshot')
  const description = checkDescription(input.Description)
  const volumes = wanted(tx, input.InstanceSpecification ?? {})
  const pending = volumes.find(({ state }) => state !== 'available')
  if (pending) refuse('IncorrectState', `Volume ${pending.id} not yet ready`)
  return {
    Snapshots: volumes.map(volume => {
      const snapshot = newSnapshot(tx, volume, description)
      const tags = tagsFor(tx, volume, input)
      checkTagLimit(
        tx,
        snapshot.id,
        tags.map(({ key }) => key),
      )
      putTags(tx, snapshot.id, tags)
      return infoOf(tx, snapshot, volume.zone)
    }),
  }
}
