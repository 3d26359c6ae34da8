// SPDX-License-Identifier: BSD-2-Clause
// Images and instances that boot from volumes, for tests: what they do and look at.
import { join } from 'node:path'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Clients, Cloud } from '../../support/cloud'
import { ext4Disk } from '../../support/tiny-image'
import { fileOf, haveSnapshot, haveVolume, writeAt } from './volume'

let count = 0

/** A snapshot of a disk of 1 GiB that looks like a file system. */
export const haveRootSnapshot = async (c: Cloud, who: Clients = c): Promise<string> => {
  const volume = await haveVolume(c, {}, who)
  writeAt(fileOf(c, volume), 0, ext4Disk('root'))
  return haveSnapshot(c, volume, who)
}

/** Register an image whose root at /dev/sda is the snapshot, with whatever else the request says. */
export const registerEbs = async (
  c: Cloud,
  SnapshotId: string,
  input: object = {},
  who: Clients = c,
): Promise<string> => {
  const { ImageId = '' } = await who.ec2().send(
    new RegisterImageCommand({
      Name: `ebs-${count++}`,
      BlockDeviceMappings: [{ DeviceName: '/dev/sda', Ebs: { SnapshotId } }],
      ...input,
    }),
  )
  return ImageId
}

/** What a user of such a cloud does. `who` is its owner unless somebody else is named. */
export const machines = (c: Cloud, who: Clients = c) => {
  const run = async (ImageId: string, input: object = {}): Promise<string[]> => {
    const sent = { ImageId, MinCount: 1, MaxCount: 1, ...input }
    const { Instances = [] } = await who.ec2().send(new RunInstancesCommand(sent))
    return Instances.map(instance => instance.InstanceId ?? '')
  }
  /** Run one, and wait until it is running. */
  const running = async (image: string, input: object = {}): Promise<string> => {
    const [id = ''] = await run(image, input)
    await c.pass(5)
    return id
  }
  const instance = async (id: string) => {
    const { Reservations } = await who.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return Reservations?.[0]?.Instances?.[0] ?? {}
  }
  const image = async (id: string) => {
    const { Images } = await who.ec2().send(new DescribeImagesCommand({ ImageIds: [id] }))
    return Images?.[0] ?? {}
  }
  const stateOf = async (id: string) => (await instance(id)).State?.Name
  const stop = (...InstanceIds: string[]) => who.ec2().send(new StopInstancesCommand({ InstanceIds }))
  const start = (...InstanceIds: string[]) => who.ec2().send(new StartInstancesCommand({ InstanceIds }))
  const terminate = (...InstanceIds: string[]) =>
    who.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
  /** Device name to volume. */
  const volumesOf = async (id: string): Promise<Record<string, string>> => {
    const { BlockDeviceMappings = [] } = await instance(id)
    return Object.fromEntries(
      BlockDeviceMappings.map(({ DeviceName = '', Ebs }) => [DeviceName, Ebs?.VolumeId ?? '']),
    )
  }
  const folder = (id: string, zone = 'PARTI00') => join(c.home, 'nodes', zone, 'work', who.accountId, id)
  /** Where the machine has a device. */
  const device = (id: string, name: string) => join(folder(id), 'dev', name)
  return {
    ...{ run, running, instance, image, stateOf, stop, start, terminate, volumesOf, folder, device },
  }
}

export type Machines = ReturnType<typeof machines>
