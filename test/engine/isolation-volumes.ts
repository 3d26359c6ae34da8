// SPDX-License-Identifier: BSD-2-Clause
// What a stranger tries with somebody's volumes and snapshots.
import type { Clients, Cloud } from '../support/cloud'
import { attach, fileOf, haveSnapshot, haveVolume, writeAt } from './ec2/volume'

export type Attempt = readonly [string, object]

/** A volume with a snapshot, and one that an instance has. */
export const haveVolumes = async (c: Cloud, who: Clients, instance: string) => {
  const volume = await haveVolume(c, {}, who)
  writeAt(fileOf(c, volume), 0, 'secret')
  const snapshot = await haveSnapshot(c, volume, who)
  const attached = await haveVolume(c, {}, who)
  await attach(c, attached, instance, '/dev/sdf', who)
  await c.settle()
  return { volume, attached, snapshot }
}

/** Operations with what they are sent, all of which are to be refused. `own` is the stranger's. */
export const volumeAttempts = (
  { volume, attached, snapshot, instance }: Readonly<Record<string, string>>,
  own: { readonly instance: string; readonly account: string },
): readonly Attempt[] => {
  const place = { Device: '/dev/sdg', InstanceId: own.instance }
  return [
    ['CreateVolume', { AvailabilityZone: 'PARTI00', SnapshotId: snapshot }],
    ['DescribeVolumes', { VolumeIds: [volume] }],
    ['DescribeVolumes', { VolumeIds: ['verbose'] }],
    ['DeleteVolume', { VolumeId: volume }],
    ['AttachVolume', { ...place, VolumeId: volume }],
    ['AttachVolume', { ...place, VolumeId: volume, InstanceId: instance }],
    ['DetachVolume', { VolumeId: attached }],
    ['DetachVolume', { VolumeId: attached, Force: true }],
    ['DescribeVolumeAttribute', { VolumeId: volume, Attribute: 'autoEnableIO' }],
    ['ModifyVolumeAttribute', { VolumeId: volume, AutoEnableIO: { Value: true } }],
    ['DescribeVolumeStatus', { VolumeIds: [volume] }],
    ['EnableVolumeIO', { VolumeId: volume }],
    ['ModifyVolume', { VolumeId: volume, Size: 2 }],
    ['DescribeVolumesModifications', { VolumeIds: [volume] }],
    ['CreateSnapshot', { VolumeId: volume }],
    ['CreateSnapshots', { InstanceSpecification: { InstanceId: instance } }],
    ['CopySnapshot', { SourceRegion: 'eucalyptus', SourceSnapshotId: snapshot }],
    ['DeleteSnapshot', { SnapshotId: snapshot }],
    ['DescribeSnapshots', { SnapshotIds: [snapshot] }],
    ['DescribeSnapshots', { SnapshotIds: ['verbose'] }],
    ['DescribeSnapshotAttribute', { SnapshotId: snapshot, Attribute: 'createVolumePermission' }],
    [
      'ModifySnapshotAttribute',
      { SnapshotId: snapshot, CreateVolumePermission: { Add: [{ UserId: own.account }] } },
    ],
    ['ResetSnapshotAttribute', { SnapshotId: snapshot, Attribute: 'createVolumePermission' }],
    ...[volume, snapshot].map(
      (id): Attempt => ['CreateTags', { Resources: [id], Tags: [{ Key: 'mine', Value: 'true' }] }],
    ),
  ]
}

/** Operations that answer with what there is to be seen, none of it the owner's. */
export const volumeListings = (owner: string): readonly Attempt[] => [
  ['DescribeVolumes', {}],
  ['DescribeVolumeStatus', {}],
  ['DescribeVolumesModifications', {}],
  ['DescribeSnapshots', {}],
  ['DescribeSnapshots', { OwnerIds: [owner] }],
  ['DescribeSnapshots', { RestorableByUserIds: [owner] }],
]
