// SPDX-License-Identifier: BSD-2-Clause
import type { Volume, VolumeAttachment } from '@aws-sdk/client-ec2'
import { firstOf, type Row, text } from './cell'
import { tagRows } from './tags'

/** What attaching and detaching answer with, and a line below its volume. */
export const attachmentRow = (attachment: VolumeAttachment): Row => [
  'ATTACHMENT',
  attachment.VolumeId,
  attachment.InstanceId,
  attachment.Device,
  attachment.State,
  text(attachment.AttachTime),
]

/** A volume that was just created: neither type nor what was attached to is told. */
export const createdVolumeRow = (volume: Volume): Row & readonly unknown[] => [
  'VOLUME',
  volume.VolumeId,
  volume.Size,
  volume.SnapshotId,
  volume.AvailabilityZone,
  volume.State,
  text(volume.CreateTime),
]

export const volumeRows = (volumes: readonly Volume[] | undefined): Row[] =>
  (volumes ?? []).flatMap(volume => [
    [...createdVolumeRow(volume), firstOf(volume.VolumeType, 'standard'), volume.Iops],
    ...(volume.Attachments ?? []).map(attachmentRow),
    ...tagRows(volume.VolumeId, volume.Tags),
  ])
