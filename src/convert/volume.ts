// SPDX-License-Identifier: BSD-2-Clause
// Writing a snapshot the way a person does on an instance of the cloud: a volume, attached, written as a device, detached
// and snapshotted (engine-ebs §9, steps 5 to 11).
import { type FileHandle, open } from 'node:fs/promises'
import type { Instance, Volume } from '@aws-sdk/client-ec2'
import { readAt, writeAt } from '../format/file-access'
import { ConversionError } from './errors'
import { blocksOfImage } from './image-blocks'
import type { ConversionRecord } from './record'
import type { ConversionServices } from './services'
import { conversionTag, snapshotCompleted, snapshotDescription, stateOfSnapshot } from './snapshots'
import { isMissing, until } from './waiting'

const gib = 2 ** 30
const writtenBytes = 1_048_576
// Of the names that AWS recommends for volumes.
const deviceLetters = [...'fghijklmnop']

const instanceOf = async ({ target }: ConversionServices, id: string): Promise<Instance> => {
  const { Reservations: reservations = [] } = await target.compute.describeInstances({ InstanceIds: [id] })
  const instance = reservations.flatMap(({ Instances = [] }) => Instances).find(one => one.InstanceId === id)
  if (!instance) throw new ConversionError(`there is no instance ${id}`)
  return instance
}

/** The instance, which must be one that a volume can be attached to and written on. */
export const checkInstance = async (
  services: ConversionServices,
  id: string,
): Promise<{ readonly zone: string }> => {
  const { State: state, Placement: placement } = await instanceOf(services, id)
  if (state?.Name !== 'running')
    throw new ConversionError(
      `instance ${id} is ${state?.Name ?? 'not running'}, and would have to be running`,
    )
  if (!placement?.AvailabilityZone) throw new ConversionError(`instance ${id} has no zone`)
  return { zone: placement.AvailabilityZone }
}

/** A volume as the cloud shows it; undefined when it is not there any more. */
const volumeOf = async ({ target }: ConversionServices, id: string): Promise<Volume | undefined> => {
  try {
    const { Volumes: volumes = [] } = await target.compute.describeVolumes({ VolumeIds: [id] })
    return volumes[0]?.State === 'deleted' ? undefined : volumes[0]
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const mustHave = async (services: ConversionServices, id: string): Promise<Volume> => {
  const volume = await volumeOf(services, id)
  if (!volume) throw new ConversionError(`volume ${id}, which was being written, is gone`)
  if (volume.State === 'error') throw new ConversionError(`volume ${id} is in error`)
  return volume
}

/** Forget a volume that somebody has deleted, so that another is made. */
const forgetLost = async (services: ConversionServices, record: ConversionRecord): Promise<void> => {
  const { volume, attempts = 0 } = record.progress
  if (!volume || (await volumeOf(services, volume.id))) return
  services.onEvent({ kind: 'note', text: `Volume ${volume.id} is gone; another one is made.` })
  await record.save({
    volume: undefined,
    device: undefined,
    writing: undefined,
    written: undefined,
    attempts: attempts + 1,
  })
}

/** The volume that was begun with, or a new one, when it is there to be attached. */
const makeVolume = async (
  services: ConversionServices,
  record: ConversionRecord,
  instanceId: string,
): Promise<string> => {
  await forgetLost(services, record)
  let id = record.progress.volume?.id
  if (id === undefined) {
    const { zone } = await checkInstance(services, instanceId)
    const { compute } = services.target
    // The same token gives the same volume, should the answer have been lost.
    const made = await compute.createVolume({
      AvailabilityZone: zone,
      Size: record.plan.sizeGib,
      ClientToken: `${record.token}-volume-${record.progress.attempts ?? 0}`,
    })
    if (!made.VolumeId) throw new ConversionError('the service made a volume without saying which')
    id = made.VolumeId
    await record.save({ volume: { id, zone } })
    await compute.createTags({ Resources: [id], Tags: [conversionTag(record)] })
  }
  const volumeId = id
  await until(services, `volume ${volumeId}`, async () => {
    const { State: state } = await mustHave(services, volumeId)
    return state === 'available' || state === 'in-use' || undefined
  })
  return volumeId
}

const freeDevice = async (services: ConversionServices, instanceId: string): Promise<string> => {
  const instance = await instanceOf(services, instanceId)
  const { BlockDeviceMappings: mapped = [], RootDeviceName: root = '' } = instance
  const letterOf = (device: string) => /([a-z])\d*$/.exec(device)?.[1]
  const taken = new Set([root, ...mapped.map(({ DeviceName = '' }) => DeviceName)].map(letterOf))
  const letter = deviceLetters.find(each => !taken.has(each))
  if (letter === undefined) throw new ConversionError(`instance ${instanceId} has no device free`)
  return `/dev/sd${letter}`
}

/** Attach the volume, unless it is. */
const attach = async (
  services: ConversionServices,
  record: ConversionRecord,
  instanceId: string,
  volumeId: string,
): Promise<void> => {
  const { Attachments: attached = [] } = await mustHave(services, volumeId)
  const elsewhere = attached.find(({ InstanceId }) => InstanceId !== instanceId)
  if (elsewhere) throw new ConversionError(`volume ${volumeId} is attached to ${elsewhere.InstanceId}`)
  if (attached.length === 0) {
    const device = await freeDevice(services, instanceId)
    await record.save({ device })
    await services.target.compute.attachVolume({
      VolumeId: volumeId,
      InstanceId: instanceId,
      Device: device,
    })
  }
  await until(services, `volume ${volumeId} to be attached`, async () => {
    const { Attachments: attachments = [] } = await mustHave(services, volumeId)
    return attachments.some(({ State }) => State === 'attached') || undefined
  })
}

const endOf = async (device: FileHandle): Promise<number> => {
  const stats = await device.stat()
  if (!stats.isBlockDevice()) return stats.size
  // A block device has no size of its own in `stat`; what can be read tells.
  let end = 0
  const byte = Buffer.alloc(1)
  for (let step = 2 ** 50; step >= 512; step /= 2)
    if ((await device.read(byte, 0, 1, end + step - 1)).bytesRead === 1) end += step
  return end
}

/** What a fresh volume cannot have. A wrong device would have it. */
const checkEmpty = async (device: FileHandle, path: string): Promise<void> => {
  const start = Buffer.alloc(writtenBytes)
  const bytesRead = await readAt(device, start, 0)
  if (!start.subarray(0, bytesRead).equals(Buffer.alloc(bytesRead)))
    throw new ConversionError(`${path} is not the volume that was just made: it is not empty`)
}

const copyImage = async (
  services: ConversionServices,
  record: ConversionRecord,
  device: FileHandle,
): Promise<void> => {
  const { bytes } = record.plan
  const onRead = (read: number) =>
    services.onEvent({ kind: 'progress', step: 'write', done: Math.min(read, bytes), total: bytes })
  for await (const { index, data, release } of blocksOfImage(record.image, writtenBytes, onRead)) {
    services.signal.throwIfAborted()
    // The image's last block may be longer here than the image, but not than the volume, which is whole GiB.
    await writeAt(device, data, index * writtenBytes)
    release()
  }
  await device.sync()
}

/** Write the image to the device that the volume is on this machine. */
const fillVolume = async (
  services: ConversionServices,
  record: ConversionRecord,
  volumeId: string,
): Promise<void> => {
  const path = await services.devicePath(volumeId)
  if (path === undefined)
    throw new ConversionError(
      `volume ${volumeId} is attached as ${record.progress.device}, but where that is on this machine is not known: give --device-path and run the same again`,
    )
  const device = await open(path, 'r+')
  try {
    const end = await endOf(device)
    const wanted = record.plan.sizeGib * gib
    if (end !== wanted)
      throw new ConversionError(`${path} has ${end} bytes, and is not the volume, which has ${wanted}`)
    if (!record.progress.writing) await checkEmpty(device, path)
    await record.save({ writing: true })
    // A volume that is new holds zeros, so those are not written, however often this is begun again.
    await copyImage(services, record, device)
  } finally {
    await device.close()
  }
  await record.save({ written: true })
}

const detach = async (services: ConversionServices, volumeId: string): Promise<void> => {
  const { Attachments: attached = [] } = await mustHave(services, volumeId)
  if (attached.some(({ State }) => State !== 'detaching'))
    await services.target.compute.detachVolume({ VolumeId: volumeId })
  await until(services, `volume ${volumeId} to be detached`, async () => {
    const { State: state } = await mustHave(services, volumeId)
    return state === 'available' || undefined
  })
}

/** The snapshot that was begun, or a new one. Nobody else takes snapshots of this volume. */
const takeSnapshot = async (
  services: ConversionServices,
  record: ConversionRecord,
  volumeId: string,
): Promise<string> => {
  const { compute } = services.target
  const known = record.progress.snapshotId
  if (known !== undefined && (await stateOfSnapshot(services, known)) !== 'gone') return known
  const { Snapshots: taken = [] } = await compute.describeSnapshots({
    OwnerIds: ['self'],
    Filters: [{ Name: 'volume-id', Values: [volumeId] }],
  })
  let id = taken.find(({ State }) => State === 'pending' || State === 'completed')?.SnapshotId
  if (id === undefined) {
    const made = await compute.createSnapshot({
      VolumeId: volumeId,
      Description: snapshotDescription(record),
    })
    id = made.SnapshotId
  }
  if (!id) throw new ConversionError('the service made a snapshot without saying which')
  await record.save({ snapshotId: id })
  await compute.createTags({ Resources: [id], Tags: [conversionTag(record)] })
  return id
}

/** Delete the volume, which may be gone already. */
const removeVolume = async (services: ConversionServices, volumeId: string): Promise<void> => {
  try {
    await services.target.compute.deleteVolume({ VolumeId: volumeId })
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Write the image to a volume and take its snapshot, from where that was left. Resolves to the snapshot's id. */
export const writeByVolume = async (
  services: ConversionServices,
  record: ConversionRecord,
  instanceId: string,
): Promise<string> => {
  const { snapshotId } = record.progress
  const isTaken = snapshotId !== undefined && (await stateOfSnapshot(services, snapshotId)) === 'completed'
  if (isTaken) {
    if (record.progress.volume) await removeVolume(services, record.progress.volume.id)
    return snapshotId
  }
  const volumeId = await makeVolume(services, record, instanceId)
  if (!record.progress.written) {
    await attach(services, record, instanceId, volumeId)
    await fillVolume(services, record, volumeId)
  }
  await detach(services, volumeId)
  const taken = await takeSnapshot(services, record, volumeId)
  await snapshotCompleted(services, taken, record.plan.sizeGib)
  await removeVolume(services, volumeId)
  return taken
}
