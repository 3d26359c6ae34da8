// SPDX-License-Identifier: BSD-2-Clause
// The operations on volumes and snapshots: a part of the table of contents in index.ts.
import {
  AttachVolume$,
  CopySnapshot$,
  CreateSnapshot$,
  CreateSnapshots$,
  CreateVolume$,
  DeleteVolume$,
  DescribeSnapshotAttribute$,
  DescribeSnapshots$,
  DescribeVolumeAttribute$,
  DescribeVolumeStatus$,
  DescribeVolumes$,
  DescribeVolumesModifications$,
  DetachVolume$,
  EnableVolumeIO$,
  ModifyVolume$,
  ModifyVolumeAttribute$,
  ResetSnapshotAttribute$,
} from '@aws-sdk/client-ec2'
import {
  DeleteSnapshotWithReturn$,
  ModifySnapshotAttributeWithProductCodes$,
} from '../../schemas/extended-operations'
import { type OperationEntry, operation } from '../operation'
import { toCopySnapshot, toCreateSnapshot, toCreateSnapshots, toCreateVolume } from './access/creating'
import { on, onAttachment, onChangedVolume } from './access/on'
import { createSnapshots } from './instance-snapshots'
import {
  describeSnapshotAttribute,
  modifySnapshotAttribute,
  resetSnapshotAttribute,
} from './snapshot-attributes'
import { copySnapshot, createSnapshot, deleteSnapshot, describeSnapshots } from './snapshots'
import { attachVolume, detachVolume } from './volume-attachments'
import {
  describeVolumeAttribute,
  describeVolumeStatus,
  enableVolumeIo,
  modifyVolumeAttribute,
} from './volume-attributes'
import { describeVolumesModifications, modifyVolume } from './volume-modifications'
import { createVolume, deleteVolume, describeVolumes } from './volumes'

export const volumeOperations: Readonly<Record<string, OperationEntry>> = {
  CreateVolume: operation(CreateVolume$, createVolume, { access: toCreateVolume }),
  DeleteVolume: operation(DeleteVolume$, deleteVolume, { access: on.volumes('VolumeId') }),
  DescribeVolumes: operation(DescribeVolumes$, describeVolumes),
  AttachVolume: operation(AttachVolume$, attachVolume, { access: onAttachment }),
  DetachVolume: operation(DetachVolume$, detachVolume, { access: onAttachment }),
  DescribeVolumeAttribute: operation(DescribeVolumeAttribute$, describeVolumeAttribute, {
    access: on.volumes('VolumeId'),
  }),
  ModifyVolumeAttribute: operation(ModifyVolumeAttribute$, modifyVolumeAttribute, {
    access: on.volumes('VolumeId'),
  }),
  DescribeVolumeStatus: operation(DescribeVolumeStatus$, describeVolumeStatus),
  EnableVolumeIO: operation(EnableVolumeIO$, enableVolumeIo, { access: on.volumes('VolumeId') }),
  ModifyVolume: operation(ModifyVolume$, modifyVolume, { access: onChangedVolume }),
  DescribeVolumesModifications: operation(DescribeVolumesModifications$, describeVolumesModifications),

  CreateSnapshot: operation(CreateSnapshot$, createSnapshot, { access: toCreateSnapshot }),
  CreateSnapshots: operation(CreateSnapshots$, createSnapshots, { access: toCreateSnapshots }),
  CopySnapshot: operation(CopySnapshot$, copySnapshot, { access: toCopySnapshot }),
  DeleteSnapshot: operation(DeleteSnapshotWithReturn$, deleteSnapshot, {
    access: on.snapshots('SnapshotId'),
  }),
  DescribeSnapshots: operation(DescribeSnapshots$, describeSnapshots),
  DescribeSnapshotAttribute: operation(DescribeSnapshotAttribute$, describeSnapshotAttribute, {
    access: on.snapshots('SnapshotId'),
  }),
  ModifySnapshotAttribute: operation(ModifySnapshotAttributeWithProductCodes$, modifySnapshotAttribute, {
    access: on.snapshots('SnapshotId'),
  }),
  ResetSnapshotAttribute: operation(ResetSnapshotAttribute$, resetSnapshotAttribute, {
    access: on.snapshots('SnapshotId'),
  }),
}
