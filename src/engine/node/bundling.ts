// SPDX-License-Identifier: BSD-2-Clause
// The job that bundles an instance: its root disk is read while the instance runs, and becomes parts and a manifest as
// euca-bundle-image would make them, for the cloud's key and the owner's, signed by the cloud.
//
// Parts are staged files until all are there. What was cancelled, or failed, or was killed therefore leaves nothing in
// the bucket, and a run whose process died is simply repeated.
import { createHash } from 'node:crypto'
import { open, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleError } from '../../format/bundle/errors'
import { openImageStart } from '../../format/bundle/image-source'
import { defaultPartBytes, manifestName } from '../../format/bundle/manifest'
import { type BundlePart, PartWriter } from '../../format/bundle/part-writer'
import { type BundleFacts, type Seal, sealedManifest, sealFor, writeParts } from '../../format/bundle/seal'
import { dataRanges } from '../../format/data-ranges'
import type { StagedFile } from '../bytes/blobs'
import { type BundleFile, storeBundle } from '../ec2/bundle-storing'
import {
  beginTask,
  completeTask,
  failTask,
  noteProgress,
  type OpenTask,
  openTask,
  storeTask,
} from '../ec2/bundle-tasks-life'
import type { Instance } from '../ec2/schema/instances'
import { Refusal } from '../errors'
import { Later } from '../jobs'
import type { JobContext, StagedBody, Tx } from '../operation'
import { instanceFolder } from './folders'

/** The task is not to go on: it was cancelled, or its instance has ended. The record says so already. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

interface Work extends OpenTask {
  readonly seal: Seal
  readonly facts: BundleFacts
  /** Of the image that the disk began as, where it is still known. */
  readonly imageBytes: number | undefined
}

// As Eucalyptus' nodes, which call euca2ools.
const bundler = { name: 'euca2ools', version: '3.4.1', release: '0' }

/** Manifests name devices without their folder. */
const manifestDevice = (name: string): string => name.replace(/^\/dev\//, '')

/** Where the manifest says the root and the ephemeral disks are. */
const mappingsOf = (
  { rootDeviceName, mappings }: Instance,
  isWhole: boolean,
): BundleFacts['blockDeviceMappings'] => {
  const root = manifestDevice(rootDeviceName)
  return [
    { virtual: 'ami', device: isWhole ? root.replace(/\d+$/, '') : root },
    ...mappings.flatMap(({ virtualName, deviceName }) =>
      virtualName ? [{ virtual: virtualName, device: manifestDevice(deviceName) }] : [],
    ),
  ]
}

const planWork = (tx: Tx, open: OpenTask): Work => {
  const { instance } = open
  const task = beginTask(tx, open)
  const identity = tx.cloudIdentity.must('cloud')
  const certificate = tx.signingCertificates
    .in(task.account)
    .list()
    .find(({ active }) => active)
  const seal = sealFor({
    secret: { key: tx.random(16).toString('hex'), iv: tx.random(16).toString('hex') },
    cloudCertificate: identity.certificate,
    privateKey: identity.privateKey,
    ...(certificate && { userCertificate: certificate.pem }),
  })
  const image = tx.images.get(instance.imageId)
  const isWhole = image?.format ? image.format === 'fulldisk' : !/\d$/.test(instance.rootDeviceName)
  const isWindows = instance.platform === 'windows'
  const facts: BundleFacts = {
    bundler,
    architecture: instance.architecture,
    blockDeviceMappings: mappingsOf(instance, isWhole),
    productCodes: instance.productCodes,
    kernelId: isWindows ? 'windows' : instance.kernelId,
    ramdiskId: instance.ramdiskId,
    name: task.prefix,
    user: task.account,
    type: 'machine',
  }
  return { task, instance, seal, facts, imageBytes: image?.bytes }
}

// The type of the one entry that stands for a GUID partition table. It may claim more than the disk has; where that disk
// ends there is a copy of the table itself.
const protective = 0xee

/** Where the partitions of a disk with a master boot record end; 0 for other disks. */
const partitionsEnd = async (disk: string): Promise<number> => {
  const file = await open(disk, 'r')
  try {
    const sector = Buffer.alloc(512)
    await file.read(sector, 0, 512, 0)
    if (sector.readUInt16LE(510) !== 0xaa55) return 0
    const ends = [446, 462, 478, 494]
      .filter(at => sector[at + 4] !== protective)
      .map(at => sector.readUInt32LE(at + 8) + sector.readUInt32LE(at + 12))
    return Math.max(0, ...ends) * 512
  } finally {
    await file.close()
  }
}

/**
 * How much of the disk the image has. A whole disk was made larger than its image, up to what its type has, and a bundle
 * of all that could not be run as the same type again. Zeros beyond the image and the partitions are as good as not
 * there: the next instance's disk is made larger, too.
 */
const sizeOf = async (disk: string, imageBytes: number | undefined): Promise<number> => {
  const { size } = await stat(disk)
  if (imageBytes === undefined || imageBytes >= size) return size
  const ranges = await dataRanges(disk)
  if (!ranges) return size
  const dataEnd = ranges.reduce((end, { offset, bytes }) => (bytes > 0 ? offset + bytes : end), 0)
  return Math.min(size, Math.max(imageBytes, dataEnd, await partitionsEnd(disk)))
}

// How often a task's progress is written down, and whether it may go on looked up: each per cent, and not for less.
const stepBytes = 8 * 2 ** 20

/** Told how far the disk was read; `stop` is called when the work is in vain. */
const watch = (context: JobContext, id: string, size: number, stop: () => void) => {
  const step = Math.max(stepBytes, size / 100)
  let next = step
  return (bytes: number): void => {
    if (bytes < next) return
    next = bytes + step
    const isOpen = context.transact(tx => {
      const open = openTask(tx, id)
      // 100 is for a bundle that is in its bucket.
      if (open) noteProgress(tx, open, Math.min(99, Math.floor((bytes / size) * 100)))
      return open !== undefined
    })
    if (!isOpen) stop()
  }
}

/** Staged files of one run, which go when it ends: those in a bucket have another name by then. */
class Staging {
  readonly #files = new Map<string, StagedFile>()

  constructor(private readonly context: JobContext) {}

  /** A file of this name. */
  file(name: string): StagedFile {
    const staged = this.context.blobs.stage()
    this.#files.set(name, staged)
    return staged
  }

  body(name: string, bytes: number, md5: string): StagedBody {
    const staged = this.#files.get(name)
    if (!staged) throw new Error(`${name} was not staged`)
    return { ...staged, bytes, md5, checksums: {} }
  }

  clear(): void {
    for (const file of this.#files.values()) this.context.blobs.drop(file)
  }
}

const partFile =
  (staging: Staging) =>
  ({ filename, bytes, md5 = '' }: BundlePart): BundleFile => ({
    key: filename,
    body: staging.body(filename, bytes, md5),
  })

const manifestFile = async (staging: Staging, prefix: string, text: string): Promise<BundleFile> => {
  const key = manifestName(prefix)
  await writeFile(staging.file(key).path, text, { flag: 'wx' })
  const md5 = createHash('md5').update(text).digest('hex')
  return { key, body: staging.body(key, Buffer.byteLength(text), md5) }
}

/** Read the disk and have all files of the bundle staged. */
const stageBundle = async (context: JobContext, work: Work, staging: Staging): Promise<BundleFile[]> => {
  const { task, instance, seal, facts } = work
  const { prefix } = task
  const disk = join(instanceFolder(context.home, instance), 'disk')
  const source = await openImageStart(disk, await sizeOf(disk, work.imageBytes))
  const stopping = new AbortController()
  const writer = new PartWriter({
    place: filename => ({ path: staging.file(filename).path, shown: filename }),
    prefix,
    partBytes: defaultPartBytes,
    md5: true,
    maxPendingParts: 1,
    discardParts: false,
  })
  try {
    const options = {
      name: prefix,
      secret: seal.secret,
      onProgress: watch(context, task.id, source.size, () => stopping.abort(new Stopped())),
      signal: AbortSignal.any([context.signal, stopping.signal]),
    }
    const digest = await writeParts(source, options, writer)
    const { parts } = writer
    const manifest = sealedManifest(facts, seal, { digest, size: source.size, parts })
    return [...parts.map(partFile(staging)), await manifestFile(staging, prefix, manifest)]
  } catch (error) {
    await writer.abandon()
    throw error
  } finally {
    await source.close()
  }
}

const bundle = async (context: JobContext, work: Work, staging: Staging): Promise<void> => {
  const files = await stageBundle(context, work, staging)
  const { id } = work.task
  const goOn = (step: (tx: Tx, open: OpenTask) => void): void =>
    context.transact(tx => {
      const open = openTask(tx, id)
      if (open) step(tx, open)
    })
  goOn(storeTask)
  goOn((tx, { task }) => {
    storeBundle(tx, task, files)
    completeTask(tx, task)
  })
}

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What failed for a reason that lies in the request, the disk or the bucket; `undefined` for a bug. */
const reasonOf = (error: unknown): { code: string; message: string } | undefined => {
  if (error instanceof Refusal) {
    return {
      code: `${(error.status ?? 400) < 500 ? 'Client' : 'Server'}.${error.code}`,
      message: error.message,
    }
  }
  if (error instanceof BundleError) return { code: 'Server.InternalError', message: error.message }
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined
  if (outOfSpace.has(String(error.code))) {
    return { code: 'Server.InsufficientStorage', message: 'There is no space left for the bundle.' }
  }
  const message = error.code === 'ENOENT' ? "The instance's disk is not there." : error.message
  return { code: 'Server.InternalError', message }
}

/** Job: bundle the instance of a task. */
export const workOnBundleTask = async (context: JobContext, id: string): Promise<void> => {
  const staging = new Staging(context)
  try {
    const work = context.transact(tx => {
      const open = openTask(tx, id)
      return open && planWork(tx, open)
    })
    if (work) await bundle(context, work, staging)
  } catch (error) {
    if (error instanceof Later || context.signal.aborted) throw error
    if (error instanceof Stopped) return
    const reason = reasonOf(error)
    context.transact(tx => {
      // A task that was cancelled meanwhile ends as that.
      const open = openTask(tx, id)
      const { code, message } = reason ?? { code: 'Server.InternalError', message: 'internal error' }
      if (open) failTask(tx, open.task, code, message)
    })
    if (!reason) throw error
  } finally {
    staging.clear()
  }
}
