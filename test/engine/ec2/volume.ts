// SPDX-License-Identifier: BSD-2-Clause
// Volumes and snapshots for tests: made through the API, and their bytes as a person would write them.
import { closeSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2'
import { newSnapshot } from '../../../src/engine/ec2/snapshots'
import type { Clients, Cloud } from '../../support/cloud'

export const fileOf = (c: Cloud, volumeId: string): string => join(c.home, 'volumes', `${volumeId}.raw`)

/** A volume of 1 GiB in the first zone, unless it is to be another; available when this resolves. */
export const haveVolume = async (
  c: Cloud,
  about: Partial<CreateVolumeCommandInput> = {},
  who: Clients = c,
): Promise<string> => {
  const size = about.SnapshotId ? {} : { Size: 1 }
  const { VolumeId = '' } = await who
    .ec2()
    .send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', ...size, ...about }))
  await c.settle()
  return VolumeId
}

/** A completed snapshot. */
export const haveSnapshot = async (c: Cloud, VolumeId: string, who: Clients = c): Promise<string> => {
  const { SnapshotId = '' } = await who.ec2().send(new CreateSnapshotCommand({ VolumeId }))
  await c.settle()
  return SnapshotId
}

/** A snapshot on record, of which nothing has been kept yet: as a death before the answer leaves it. */
export const uncapturedSnapshot = (c: Cloud, volumeId: string): string =>
  c.engine.write(tx => {
    const snapshot = newSnapshot(tx, tx.volumes.must(volumeId), undefined, { isLater: true })
    tx.start('snapshot.capture', snapshot.id)
    return tx.snapshots.put({ ...snapshot, account: c.accountId }).id
  })

/** A snapshot of a volume of its own, which has this text at its beginning. */
export const haveSnapshotOf = async (c: Cloud, text: string, who: Clients = c): Promise<string> => {
  const volume = await haveVolume(c, {}, who)
  writeAt(fileOf(c, volume), 0, text)
  return haveSnapshot(c, volume, who)
}

export const attach = (
  c: Cloud,
  VolumeId: string,
  InstanceId = 'i-00000001',
  Device = '/dev/sdf',
  who: Clients = c,
) => who.ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }))

export const volumeOf = async (c: Cloud, id: string, who: Clients = c) => {
  const { Volumes } = await who.ec2().send(new DescribeVolumesCommand({ VolumeIds: [id] }))
  return Volumes?.[0] ?? {}
}

export const snapshotOf = async (c: Cloud, id: string, who: Clients = c) => {
  const { Snapshots } = await who.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))
  return Snapshots?.[0] ?? {}
}

export const writeAt = (path: string, position: number, bytes: string | Buffer): void => {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.from(bytes), 0, undefined, position)
  closeSync(file)
}

export const readAt = (path: string, position: number, length: number): string => {
  const file = openSync(path, 'r')
  const bytes = Buffer.alloc(length)
  readSync(file, bytes, 0, length, position)
  closeSync(file)
  return bytes.toString()
}

/** What a machine would not do to its disk. */
export const cutShort = (path: string): void => truncateSync(path, 4096)
