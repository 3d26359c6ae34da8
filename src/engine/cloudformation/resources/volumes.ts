// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::Volume and AWS::EC2::VolumeAttachment.
import type { Snapshot as SnapshotInfo, Volume as VolumeInfo } from '@aws-sdk/client-ec2'
import type { Volume } from '../../ec2/schema/volumes'
import { tagsOf } from '../../tags'
import { type Made, ResourceFailure, type Work } from './contracts'
import { tagged } from './ec2-tags'
import {
  boolean,
  inPlace,
  integer,
  required,
  resourceType,
  tags,
  text,
  unchangeable,
  type ValuesOf,
} from './kinds'
import { complete, onceNot, removed, waiting } from './removal'
import { services } from './services'

const recordOf = (work: Work, id: string): Volume | undefined => {
  const volume = work.tx.volumes.get(id)
  return volume?.account === work.stack.account ? volume : undefined
}

const properties = {
  AutoEnableIO: inPlace(boolean),
  AvailabilityZone: required(text),
  Encrypted: boolean,
  Iops: inPlace(integer),
  KmsKeyId: text,
  MultiAttachEnabled: inPlace(boolean),
  Size: inPlace(integer),
  SnapshotId: text,
  Tags: inPlace(tags),
  Throughput: inPlace(integer),
  VolumeType: inPlace(text),
} as const

const shapes = ['Iops', 'MultiAttachEnabled', 'Size', 'Throughput', 'VolumeType'] as const

/** Those of the shape's properties that are given, and are others than before. */
const reshaped = (values: ValuesOf<typeof properties>, before: ValuesOf<typeof properties>) =>
  Object.fromEntries(
    shapes
      .filter(name => values[name] !== undefined && values[name] !== before[name])
      .map(name => [name, values[name]]),
  )

const enableIo = (work: Work, VolumeId: string, Value = false): void => {
  work.call(services.ec2, 'ModifyVolumeAttribute', { VolumeId, AutoEnableIO: { Value } })
}

/** The snapshot that was taken of it for this stack: its tags say so. */
const snapshotOf = (work: Work, { physicalId }: Made) =>
  work.tx.snapshots
    .list()
    .filter(({ account, volumeId }) => account === work.stack.account && volumeId === physicalId)
    .find(({ id }) =>
      tagsOf(work.tx, id, work.stack.account).some(
        ({ Key, Value }) => Key === 'aws:cloudformation:stack-id' && Value === work.stack.id,
      ),
    )

export const volume = resourceType({
  name: 'AWS::EC2::Volume',
  properties,
  attributes: [],
  takesTags: true,
  takesSnapshots: true,
  create: (work, { AutoEnableIO, Tags, ...request }) => {
    const { VolumeId = '' } = work.call<VolumeInfo>(services.ec2, 'CreateVolume', request)
    if (AutoEnableIO !== undefined) enableIo(work, VolumeId, AutoEnableIO)
    const memory = tagged(work, VolumeId, Tags)
    return { physicalId: VolumeId, ref: VolumeId, attributes: {}, memory }
  },
  created: (work, { physicalId }) => {
    const volume = recordOf(work, physicalId)
    if (volume?.state === 'available') return complete
    if (volume?.state === 'creating') return waiting(`Volume ${physicalId} is being created`)
    throw new ResourceFailure(
      `Volume ${physicalId} is ${volume?.state ?? 'no more'}${volume?.reason ? `: ${volume.reason}` : ''}`,
    )
  },
  update: (work, made, values, before) => {
    const { physicalId: VolumeId } = made
    const shape = reshaped(values, before)
    if (Object.keys(shape).length > 0) work.call(services.ec2, 'ModifyVolume', { VolumeId, ...shape })
    if (values.AutoEnableIO !== before.AutoEnableIO) enableIo(work, VolumeId, values.AutoEnableIO)
    return { ...made, memory: tagged(work, VolumeId, values.Tags, made) }
  },
  updated: (work, { physicalId }) => {
    const { modification } = recordOf(work, physicalId) ?? {}
    if (modification?.state === 'failed') throw new ResourceFailure(modification.reason ?? 'It failed')
    return modification?.state === 'modifying' ? waiting(`Volume ${physicalId} is being modified`) : complete
  },
  remove: (work, { physicalId }) => {
    const volume = recordOf(work, physicalId)
    if (!volume || volume.state === 'deleted') return complete
    if (volume.state === 'deleting') return waiting(`Volume ${physicalId} is being deleted`)
    // It may be on its way out of an instance.
    return onceNot(['VolumeInUse', 'IncorrectState'], () => {
      removed(
        () => work.call(services.ec2, 'DeleteVolume', { VolumeId: physicalId }),
        'InvalidVolume.NotFound',
      )
      return waiting(`Volume ${physicalId} is being deleted`)
    })
  },
  snapshot: (work, made) => {
    const { physicalId: VolumeId } = made
    if (!recordOf(work, VolumeId)) return complete
    const snapshot = snapshotOf(work, made)
    if (snapshot?.state === 'completed') return complete
    if (snapshot?.state === 'error') throw new ResourceFailure(`Snapshot ${snapshot.id} has failed`)
    if (snapshot) return waiting(`Snapshot ${snapshot.id} is being taken`)
    const { SnapshotId = '' } = work.call<SnapshotInfo>(services.ec2, 'CreateSnapshot', { VolumeId })
    tagged(work, SnapshotId, [])
    return waiting(`Snapshot ${SnapshotId} is being taken`)
  },
})

/** Nothing of it can be changed: another one could not take its place while the volume is in use. */
export const volumeAttachment = resourceType({
  name: 'AWS::EC2::VolumeAttachment',
  properties: {
    Device: required(unchangeable(text)),
    InstanceId: required(unchangeable(text)),
    VolumeId: required(unchangeable(text)),
  },
  attributes: [],
  create: (work, request) => {
    work.call(services.ec2, 'AttachVolume', request)
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  created: (work, _, { VolumeId, InstanceId }) => {
    const { attachment } = work.tx.volumes.get(VolumeId) ?? {}
    if (attachment?.instanceId !== InstanceId) {
      throw new ResourceFailure(`Volume ${VolumeId} is not attached to instance ${InstanceId}`)
    }
    return attachment.state === 'attached' ? complete : waiting(`Volume ${VolumeId} is being attached`)
  },
  update: () => {
    throw new ResourceFailure('Update to resource type AWS::EC2::VolumeAttachment is not supported.')
  },
  remove: (work, _, { VolumeId, InstanceId }) => {
    const { attachment } = work.tx.volumes.get(VolumeId) ?? {}
    if (attachment?.instanceId !== InstanceId) return complete
    if (attachment.state !== 'detaching') {
      work.call(services.ec2, 'DetachVolume', { VolumeId, InstanceId })
    }
    return waiting(`Volume ${VolumeId} is being detached`)
  },
})
