// SPDX-License-Identifier: BSD-2-Clause
import type { DescribeSnapshotAttributeResult, Snapshot } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'
import { permissionRows, productCodeRows } from './permissions'
import { tagRows } from './tags'

/** A snapshot that was just begun: its progress is not told. */
export const createdSnapshotRow = (snapshot: Snapshot): Row => [
  'SNAPSHOT',
  snapshot.SnapshotId,
  snapshot.VolumeId,
  snapshot.State,
  text(snapshot.StartTime),
  snapshot.OwnerId,
  snapshot.VolumeSize,
  snapshot.Description,
]

const snapshotRow = (snapshot: Snapshot): Row => [
  'SNAPSHOT',
  snapshot.SnapshotId,
  snapshot.VolumeId,
  snapshot.State,
  text(snapshot.StartTime),
  snapshot.Progress,
  snapshot.OwnerId,
  snapshot.VolumeSize,
  snapshot.Description,
]

export const snapshotRows = (snapshots: readonly Snapshot[] | undefined): Row[] =>
  (snapshots ?? []).flatMap(snapshot => [
    snapshotRow(snapshot),
    ...tagRows(snapshot.SnapshotId, snapshot.Tags),
  ])

/** Whatever the response holds of a snapshot's attributes. */
export const snapshotAttributeRows = (attribute: DescribeSnapshotAttributeResult): Row[] => [
  ...permissionRows('createVolumePermission', attribute.SnapshotId, attribute.CreateVolumePermissions),
  ...productCodeRows(attribute.SnapshotId, attribute.ProductCodes),
]
