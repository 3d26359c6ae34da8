// SPDX-License-Identifier: BSD-2-Clause
// The job that takes an import from step to step: it waits for the upload, makes the volumes, and when the worker has
// written them makes an instance of them if one was asked for. What is made is made by operations, as the task's owner.
//
// A run of the job goes on from what is on record. Each step is one transaction with the record of it, so that whichever
// is the last before a process dies, the next begins after it.
import { Refusal } from '../errors'
import { orderingCaller } from '../iam/callers'
import type { Caller, JobContext, Tx } from '../operation'
import {
  completeConversion,
  conversionTexts,
  failConversion,
  putDisk,
  queueConversion,
} from './conversion-life'
import { ConversionError, isUploaded, objectAt, placesOfParts, readImportManifest } from './conversion-source'
import { registerImage } from './image-registration'
import { conversionProperties } from './properties'
import { runInstances } from './run-instances'
import type { Conversion, ConversionLaunch } from './schema/conversions'
import { newSnapshot } from './snapshots'
import { newVolume } from './volumes'

/** Where a step may end the task: in these words, and for this reason. */
class StepError extends Error {
  override readonly name = 'StepError'
  constructor(
    readonly text: string,
    why: string,
  ) {
    super(why)
  }
}

/** Run a step as the owner; what is refused ends the task in these words. */
const asOwner = <T>(context: JobContext, owner: Caller, text: string, step: (tx: Tx) => T): T => {
  try {
    return context.transact(step, owner)
  } catch (error) {
    if (error instanceof Refusal) throw new StepError(text, error.message)
    throw error
  }
}

/** Run a step on the task as it is now, unless somebody ended it. */
const onTask = <T>(tx: Tx, { id, state }: Conversion, step: (conversion: Conversion) => T): T | undefined => {
  const now = tx.conversions.get(id)
  return now?.state === state ? step(now) : undefined
}

// ---- NEW ---------------------------------------------------------------------------------------------------------

/** Whether all that is to be imported is in the object storage. */
const isThere = async (context: JobContext, owner: Caller, conversion: Conversion): Promise<boolean> => {
  for (const { manifestUrl } of conversion.disks) {
    const place = await objectAt(manifestUrl, conversion.endpoint)
    if (!place) throw new ConversionError("The import manifest is not in this cloud's object storage")
    const manifest = readImportManifest(context, place, owner)
    if (!manifest) return false
    const parts = await placesOfParts(manifest, conversion.endpoint)
    if (!context.transact(tx => isUploaded(tx, manifest, parts), owner)) return false
  }
  return true
}

/** How long to wait until the upload is looked for again. */
const uploadPause = ({ clock }: JobContext, { createdAt }: Conversion): number => {
  const { least, most } = conversionProperties.uploadSeconds
  return Math.min(most, Math.max(least, (clock.now() - createdAt.getTime()) / 20_000))
}

/** Make all volumes, or none. */
const makeVolumes = (context: JobContext, owner: Caller, conversion: Conversion): void => {
  asOwner(context, owner, conversionTexts.unexpected, tx =>
    onTask(tx, conversion, now => {
      let task: Conversion = { ...now, message: conversionTexts.creating }
      for (const [index, { volumeGib }] of now.disks.entries()) {
        const volume = newVolume(tx, { zone: now.zone, sizeGib: volumeGib, volumeType: 'standard' })
        task = putDisk(tx, task, index, { volumeId: volume.id })
      }
    }),
  )
}

/** Go on when all volumes have their files. */
const awaitVolumes = (tx: Tx, conversion: Conversion): 'wait' | 'done' => {
  const volumes = conversion.disks.map(({ volumeId = '' }) => tx.volumes.get(volumeId))
  for (const [index, volume] of volumes.entries()) {
    if (volume?.state === 'creating' || volume?.state === 'available') continue
    const { volumeId = '' } = conversion.disks[index] ?? {}
    throw new StepError(conversionTexts.unexpected, `The volume ${volumeId} ${volume?.reason ?? 'is gone'}`)
  }
  if (volumes.some(volume => volume?.state === 'creating')) return 'wait'
  queueConversion(tx, conversion)
  return 'done'
}

const prepare = async (context: JobContext, owner: Caller, conversion: Conversion): Promise<void> => {
  if (conversion.disks.some(({ volumeId }) => volumeId === undefined)) {
    if (!(await isThere(context, owner, conversion))) {
      return context.sleep(uploadPause(context, conversion))
    }
    makeVolumes(context, owner, conversion)
  }
  const next = context.transact(tx => onTask(tx, conversion, now => awaitVolumes(tx, now)))
  if (next === 'wait') await context.sleep(conversionProperties.reportSeconds)
}

// ---- INSTANTIATING -----------------------------------------------------------------------------------------------

const takeSnapshots = (context: JobContext, owner: Caller, conversion: Conversion): void =>
  asOwner(context, owner, conversionTexts.unsnapshot, tx => {
    onTask(tx, conversion, now => {
      let task = now
      for (const [index, { volumeId = '', snapshotId }] of now.disks.entries()) {
        if (snapshotId !== undefined) continue
        const snapshot = newSnapshot(tx, tx.volumes.must(volumeId), `Imported by ${now.id}`)
        task = putDisk(tx, task, index, { snapshotId: snapshot.id })
      }
    })
  })

/** Whether all snapshots are complete. */
const areTaken = (tx: Tx, { disks }: Conversion): boolean => {
  const snapshots = disks.map(({ snapshotId = '' }) => tx.snapshots.get(snapshotId))
  for (const [index, snapshot] of snapshots.entries()) {
    if (snapshot && snapshot.state !== 'error') continue
    const why = snapshot?.message ?? `The snapshot ${disks[index]?.snapshotId} is gone`
    throw new StepError(conversionTexts.unsnapshot, why)
  }
  return snapshots.every(snapshot => snapshot?.state === 'completed')
}

/** `/dev/sda` and so on: the first disk is the root. */
const deviceOf = (index: number): string => `/dev/sd${String.fromCharCode(97 + index)}`

const isWindows = ({ platform }: ConversionLaunch): boolean => /^windows/i.test(platform)

const register = (context: JobContext, owner: Caller, conversion: Conversion, launch: ConversionLaunch) =>
  asOwner(context, owner, conversionTexts.unregistered, tx =>
    onTask(tx, conversion, now => {
      const { ImageId } = registerImage(tx, {
        Name: `image-${now.id}`,
        Description: now.description?.slice(0, 255),
        Architecture: launch.architecture as 'i386',
        VirtualizationType: 'hvm',
        ...(isWindows(launch) && { Platform: 'windows' }),
        RootDeviceName: deviceOf(0),
        BlockDeviceMappings: now.disks.map(({ snapshotId }, index) => ({
          DeviceName: deviceOf(index),
          Ebs: { SnapshotId: snapshotId },
        })),
      })
      return tx.conversions.put({ ...now, ...(ImageId !== undefined && { imageId: ImageId }) })
    }),
  )

const run = (context: JobContext, owner: Caller, conversion: Conversion, launch: ConversionLaunch): void =>
  asOwner(context, owner, '', tx => {
    onTask(tx, conversion, now => {
      const { Instances } = runInstances(tx, {
        ImageId: now.imageId,
        MinCount: 1,
        MaxCount: 1,
        InstanceType: launch.instanceType as 'm1.small',
        Placement: { AvailabilityZone: now.zone },
        KeyName: launch.keyName,
        SecurityGroupIds: [...launch.groupIds],
        ...(launch.subnetId && { SubnetId: launch.subnetId }),
        ...(launch.privateIp && { PrivateIpAddress: launch.privateIp }),
        UserData: launch.userData,
        Monitoring: { Enabled: launch.monitoring },
        InstanceInitiatedShutdownBehavior: launch.shutdownBehavior as 'stop' | undefined,
      })
      const instanceId = Instances?.[0]?.InstanceId
      completeConversion(tx, now, conversionTexts.completed, {
        ...(instanceId !== undefined && { instanceId }),
      })
    })
  })

const instantiate = async (
  context: JobContext,
  owner: Caller,
  conversion: Conversion,
  launch: ConversionLaunch,
): Promise<void> => {
  takeSnapshots(context, owner, conversion)
  const isReady = context.transact(tx => onTask(tx, conversion, now => areTaken(tx, now)))
  if (isReady === undefined) return
  if (!isReady) return context.sleep(conversionProperties.reportSeconds)
  const registered =
    conversion.imageId === undefined ? register(context, owner, conversion, launch) : conversion
  if (!registered) return
  try {
    run(context, owner, registered, launch)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    context.transact(tx => {
      const { imageId, id } = registered
      tx.event('Imaging', 'WARN', `Import task ${id}: ${imageId} cannot be run: ${error.message}`)
      const message = `Image registered: ${imageId}, but run instance failed`
      onTask(tx, registered, now => completeConversion(tx, now, message))
    })
  }
}

// ---- job ---------------------------------------------------------------------------------------------------------

const advance = async (context: JobContext, conversion: Conversion): Promise<void> => {
  const { state, launch } = conversion
  if (state !== 'NEW' && state !== 'INSTANTIATING') return
  const owner = context.transact(tx => orderingCaller(tx, conversion))
  if (state === 'NEW') return prepare(context, owner, conversion)
  if (launch) return instantiate(context, owner, conversion, launch)
}

/** Why a task cannot go on, in Eucalyptus' words and ours; `undefined` for a bug, or when it is only to wait. */
const failureOf = (error: unknown): { readonly text: string; readonly why: string } | undefined => {
  if (error instanceof StepError) return { text: error.text, why: error.message }
  const isExpected = error instanceof ConversionError || error instanceof Refusal
  return isExpected ? { text: conversionTexts.unexpected, why: error.message } : undefined
}

/** Job: take a task as far as it goes. */
export const advanceConversion = async (context: JobContext, id: string): Promise<void> => {
  const conversion = context.transact(tx => tx.conversions.get(id))
  if (!conversion) return
  try {
    await advance(context, conversion)
  } catch (error) {
    const failure = failureOf(error)
    if (!failure) throw error
    context.transact(tx => onTask(tx, conversion, now => failConversion(tx, now, failure.text, failure.why)))
  }
}
