// SPDX-License-Identifier: BSD-2-Clause
// The operations on volumes and snapshots: a part of the table of contents in index.ts.
import {
  AttachVolume$,
  CopySnapshot$,
  CreateSnapshot$,
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
  CreateVolume: operation(CreateVolume$, createVolume),
  DeleteVolume: operation(DeleteVolume$, deleteVolume),
  DescribeVolumes: operation(DescribeVolumes$, describeVolumes),
  AttachVolume: operation(AttachVolume$, attachVolume),
  DetachVolume: operation(DetachVolume$, detachVolume),
  DescribeVolumeAttribute: operation(DescribeVolumeAttribute$, describeVolumeAttribute),
  ModifyVolumeAttribute: operation(ModifyVolumeAttribute$, modifyVolumeAttribute),
  DescribeVolumeStatus: operation(DescribeVolumeStatus$, describeVolumeStatus),
  EnableVolumeIO: operation(EnableVolumeIO$, enableVolumeIo),
  ModifyVolume: operation(ModifyVolume$, modifyVolume),
  DescribeVolumesModifications: operation(DescribeVolumesModifications$, describeVolumesModifications),

  CreateSnapshot: operation(CreateSnapshot$, createSnapshot),
  CopySnapshot: operation(CopySnapshot$, copySnapshot),
  DeleteSnapshot: operation(DeleteSnapshotWithReturn$, deleteSnapshot),
  DescribeSnapshots: operation(DescribeSnapshots$, describeSnapshots),
  DescribeSnapshotAttribute: operation(DescribeSnapshotAttribute$, describeSnapshotAttribute),
  ModifySnapshotAttribute: operation(ModifySnapshotAttributeWithProductCodes$, modifySnapshotAttribute),
  ResetSnapshotAttribute: operation(ResetSnapshotAttribute$, resetSnapshotAttribute),
}
