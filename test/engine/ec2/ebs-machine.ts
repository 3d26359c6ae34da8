// SPDX-License-Identifier: BSD-2-Clause
// Images and instances that boot from volumes, for tests: what they do and look at.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type InstanceStateChange,
  RegisterImageCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { InstanceStateName } from '../../../src/engine/ec2/schema/instances'
import type { Clients, Cloud } from '../../support/cloud'
import { ext4Disk } from '../../support/tiny-image'
import { fileOf, haveSnapshot, haveVolume, writeAt } from './volume'

/** What a call says of each machine: state code before, and code and name after. */
export const told = (changes: InstanceStateChange[] | undefined): string[] =>
  (changes ?? []).map(
    ({ PreviousState, CurrentState }) => `${PreviousState?.Code} ${CurrentState?.Code} ${CurrentState?.Name}`,
  )

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
  /** Run one, and stop it. */
  const stopped = async (image: string, input: object = {}): Promise<string> => {
    const id = await running(image, input)
    await stop(id)
    await c.pass(5)
    assert.equal(await stateOf(id), 'stopped')
    return id
  }
  /** Put a machine into another state, as a record. */
  const force = (id: string, state: InstanceStateName) =>
    c.engine.write(tx => tx.instances.put({ ...tx.instances.must(id), state }))
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
    ...{ run, running, stopped, instance, image, stateOf, force, stop, start, terminate },
    ...{ volumesOf, folder, device },
  }
}

export type Machines = ReturnType<typeof machines>
