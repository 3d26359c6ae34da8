// SPDX-License-Identifier: BSD-2-Clause
// An instance's own disks, in its folder below `work`. A root that is a volume is shown there under its name, as are all
// volumes. Another root is a copy of the node's cached disk at the moment it
// was started: what is done to either afterwards does not show in the other.
import { chmod, mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeOf } from '../ec2/capacity'
import { leaveNode } from '../ec2/instance-life'
import type { Instance, InstanceStateName } from '../ec2/schema/instances'
import type { Volume } from '../ec2/schema/volumes'
import type { JobContext, Tx } from '../operation'
import { blankDisk, copyDisk } from './disk-copy'
import { accountFolder, disksOf, entryDisk, instanceFolder, type OwnedDisks, ownerOfDisks } from './folders'
import { nodeProperties } from './properties'
import { linkDevice } from './volume-files'

const hasEphemeral = ({ mappings }: Pick<Instance, 'mappings'>): boolean =>
  mappings.some(mapping => mapping.virtualName !== undefined)

const totalBytes = (instance: Pick<Instance, 'instanceType' | 'size'>): number =>
  sizeOf(instance).diskGib * 2 ** 30

export interface DiskLayout {
  readonly rootBytes: number
  /** 0 for none. */
  readonly ephemeralBytes: number
  readonly swapBytes: number
}

/**
 * How the room of an instance's type is shared out. A partition image keeps its size, and swap and an ephemeral disk take
 * the rest. A whole disk grows to all of it, unless an ephemeral disk was asked for.
 */
export const diskLayout = (
  instance: Pick<Instance, 'instanceType' | 'size' | 'mappings'>,
  image: { readonly bytes: number; readonly format?: 'partitioned' | 'fulldisk' | undefined },
): DiskLayout => {
  const total = totalBytes(instance)
  const asked = hasEphemeral(instance)
  if (image.format !== 'partitioned') {
    const rest = Math.max(0, total - image.bytes)
    return asked
      ? { rootBytes: image.bytes, ephemeralBytes: rest, swapBytes: 0 }
      : { rootBytes: image.bytes + rest, ephemeralBytes: 0, swapBytes: 0 }
  }
  const suppressed = instance.mappings.some(
    ({ deviceName, virtualName }) => virtualName === undefined && /^(?:\/dev\/)?[a-z]+b$/.test(deviceName),
  )
  const swapBytes = Math.min(nodeProperties.swapBytes, Math.max(0, total - image.bytes))
  const rest = suppressed ? 0 : Math.max(0, total - image.bytes - swapBytes)
  return { rootBytes: image.bytes, ephemeralBytes: rest, swapBytes }
}

/** Remove a folder. A volume that is being shown in it at this moment goes with the next look. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })

/** An instance's folder as if it had never been there. */
const freshFolder = async (home: string, instance: Instance): Promise<string> => {
  const folder = instanceFolder(home, instance)
  await removeFolder(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Show an instance its volumes. The room of its type is left for an ephemeral disk, if one was asked for. */
export const buildAroundVolumes = async (
  { home }: JobContext,
  instance: Instance,
  volumes: readonly Volume[],
): Promise<void> => {
  const folder = await freshFolder(home, instance)
  if (hasEphemeral(instance)) await blankDisk(join(folder, 'ephemeral0'), totalBytes(instance))
  for (const volume of volumes) await linkDevice(home, instance, volume)
}

/** Make the disks anew. `disk` gets its name last, when all is there. */
export const buildDisks = async (
  context: JobContext,
  instance: Instance,
  machineEntry: string,
): Promise<void> => {
  const image = context.transact(tx => tx.images.must(instance.imageId))
  const layout = diskLayout(instance, image)
  const folder = await freshFolder(context.home, instance)
  const part = join(folder, 'disk.part')
  await copyDisk(entryDisk(context.home, instance.zone, machineEntry), part, context.signal)
  // A reflink copies the mode of the cached file, which nobody is to write to.
  await chmod(part, 0o600)
  await growTo(part, layout.rootBytes)
  if (layout.ephemeralBytes > 0) await blankDisk(join(folder, 'ephemeral0'), layout.ephemeralBytes)
  if (layout.swapBytes > 0) await blankDisk(join(folder, 'swap'), layout.swapBytes)
  await rename(part, join(folder, 'disk'))
}

/** Never smaller: an operator may have put a larger disk into the cache. */
const growTo = async (path: string, bytes: number): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    if (size < bytes) await file.truncate(bytes)
  } finally {
    await file.close()
  }
}

/** Remove an instance's disks, and the account's folder with the last of them. */
export const removeDisks = async (home: string, owned: OwnedDisks): Promise<void> => {
  await removeFolder(instanceFolder(home, owned))
  try {
    await rmdir(accountFolder(home, owned.zone, owned.account))
  } catch (error) {
    if (!/^(ENOTEMPTY|EEXIST|ENOENT)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

const stateOf = (tx: Tx, { id }: OwnedDisks): InstanceStateName => tx.instances.get(id)?.state ?? 'terminated'

/** Job: an instance has ended, whose record may be gone by now, or is to be stopped. */
export const tearDownInstance = async (context: JobContext, target: string): Promise<void> => {
  const owned = ownerOfDisks(target)
  const state = context.transact(tx => stateOf(tx, owned))
  // Started again already: the folder is its new life's.
  if (state === 'pending' || state === 'running') return
  await removeDisks(context.home, owned)
  context.transact(tx => leaveNode(tx, owned.id))
}

/** Whether the folder of an instance is still to be removed, from its last life. */
export const isBeingTornDown = (tx: Tx, owned: OwnedDisks): boolean =>
  tx.jobs.list().some(({ job, target }) => job === 'instance.teardown' && target === disksOf(owned))

/** Something was put into the folder of an instance that may have been off by then: remove it once more. */
export const clearIfOff = (tx: Tx, owned: OwnedDisks): void => {
  const state = stateOf(tx, owned)
  const isOff =
    state === 'terminated' || state === 'stopped' || (state === 'stopping' && isBeingTornDown(tx, owned))
  if (isOff) tx.start('instance.teardown', disksOf(owned))
}
