// SPDX-License-Identifier: BSD-2-Clause
// What a conversion has done so far, in its work folder, so that it can be gone on with after whatever ended it. A step
// is on record before its traces are: what the record does not have yet is looked for before it is made again.
import { createHash } from 'node:crypto'
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FstabEdit } from './edit-fstab'
import { ConversionError } from './errors'
import type { Plan } from './plan'

/** What was asked for. It cannot change while a conversion is under way. */
export interface ConversionRequest {
  readonly imageId: string
  readonly via: 'direct' | 'volume'
  /** The instance that a volume is attached to. */
  readonly instanceId?: string | undefined
  readonly sizeGib?: number | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** `none` carries no kernel over; undefined the image's own. */
  readonly kernelId?: string | undefined
  readonly ramdiskId?: string | undefined
  /** /etc/fstab stays as it is. */
  readonly keepFstab: boolean
  /** The clouds, by what tells them from others. */
  readonly source: string
  readonly target: string
}

/** In the order in which a conversion comes to them. */
export interface Progress {
  /** The whole image is in the folder: the one of this digest. */
  readonly fetched?: string
  /** The image is being edited. Found at the beginning, it may be half edited. */
  readonly editing?: true
  readonly edit?: FstabEdit
  readonly volume?: { readonly id: string; readonly zone: string }
  /** Device that the volume is, or will be, in the instance. */
  readonly device?: string
  /** Bytes are being written to the volume, so that it is not empty any more. */
  readonly writing?: true
  readonly written?: true
  readonly snapshotId?: string
  /** Snapshots begun before, which came to nothing: their number goes into the token. */
  readonly attempts?: number
  readonly blockBytes?: number
  /** All blocks before this one are in the snapshot. */
  readonly blocksDone?: number
  /** All is in the snapshot; the cloud completes it. */
  readonly completing?: true
  readonly isSnapshotComplete?: true
  readonly registering?: true
  readonly newImageId?: string
}

interface Contents {
  readonly version: 1
  /** 16 hex digits. Client tokens and tags have it, so that what belongs to this conversion can be found. */
  readonly token: string
  readonly request: ConversionRequest
  readonly plan: Plan
  readonly progress: Progress
}

const recordName = 'conversion.json'
const lockName = 'lock'
const imageName = 'image.raw'
export const oldFstabName = 'fstab.before'

/** What people call what can be asked for. */
const names: Readonly<Record<keyof ConversionRequest, string>> = {
  imageId: 'image',
  via: 'way to write',
  instanceId: 'instance',
  sizeGib: 'size',
  name: 'name',
  description: 'description',
  kernelId: 'kernel',
  ramdiskId: 'ramdisk',
  keepFstab: '/etc/fstab',
  source: 'source region',
  target: 'region',
}

/** The first of the options that differ, by its name. */
const differs = (one: ConversionRequest, other: ConversionRequest): string | undefined => {
  const all = Object.keys(names) as (keyof ConversionRequest)[]
  const different = all.find(each => one[each] !== other[each])
  return different && names[different]
}

/**
 * The first option that it is too late to change. While nothing is made in the cloud and the image is as it was bundled,
 * anything may be made of it; until it is registered, what that alone needs may change, for a service may refuse it.
 */
const tooLate = ({ request, progress }: Contents, other: ConversionRequest): string | undefined => {
  const { volume, snapshotId, newImageId, editing, edit } = progress
  if (newImageId) return differs(request, other)
  const { name, description, kernelId, ramdiskId } = other
  const isUntouched = !volume && !snapshotId && !editing && !edit
  const { imageId, source } = request
  return isUntouched
    ? differs({ ...other, imageId, source }, other)
    : differs({ ...request, name, description, kernelId, ramdiskId }, other)
}

/** No two conversions of an image to the same name begin in the same millisecond. */
const tokenOf = ({ imageId, via }: ConversionRequest, { name }: Plan, now: Date): string =>
  createHash('sha256')
    .update(JSON.stringify([imageId, via, name, now]))
    .digest('hex')
    .slice(0, 16)

const parsed = (text: string, path: string): Contents => {
  try {
    const contents = JSON.parse(text) as Contents
    if (contents.version === 1) return contents
  } catch {
    // Told below, together with records of other versions.
  }
  throw new ConversionError(`${path} is no record of a conversion that this release can go on with`)
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Holds the folder for this process. The lock of a process that is gone is taken over. */
const lock = async (folder: string): Promise<void> => {
  const path = join(folder, lockName)
  const own = join(folder, `.${lockName}-${process.pid}.part`)
  await writeFile(own, String(process.pid), { mode: 0o600 })
  try {
    for (let tries = 0; tries < 3; tries++) {
      try {
        // A link appears with what is in it, so nobody reads a lock that is not written yet.
        await link(own, path)
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const pid = Number(await readFile(path, 'utf8').catch(() => '0'))
      if (pid > 0 && pid !== process.pid && isAlive(pid))
        throw new ConversionError(`process ${pid} is at this conversion; if it is not, remove ${path}`)
      await rm(path, { force: true })
    }
  } finally {
    await rm(own, { force: true })
  }
  throw new ConversionError(`another process is at this conversion: ${path}`)
}

/** A folder that only its owner can write to: others could put links in the way of what is written there. */
const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stats = await lstat(folder)
  if (!stats.isDirectory()) throw new ConversionError(`${folder} is not a directory`)
  const isOwn = process.getuid === undefined || stats.uid === process.getuid()
  if (!isOwn || (stats.mode & 0o022) !== 0)
    throw new ConversionError(`${folder} is not yours alone to write to; choose another work folder`)
}

export class ConversionRecord {
  #contents: Contents
  #isOver = false

  private constructor(
    readonly folder: string,
    contents: Contents,
  ) {
    this.#contents = contents
  }

  /**
   * Open the work folder, made where it is missing, and go on with what is recorded there; `plan` is called when nothing
   * is. Throws ConversionError when it holds another conversion, or another process holds it.
   */
  static async open(
    folder: string,
    request: ConversionRequest,
    now: Date,
    plan: () => Promise<Plan>,
  ): Promise<ConversionRecord> {
    await makeFolder(folder)
    await lock(folder)
    try {
      const path = join(folder, recordName)
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) {
        const planned = await plan()
        const token = tokenOf(request, planned, now)
        const record = new ConversionRecord(folder, {
          version: 1,
          token,
          request,
          plan: planned,
          progress: {},
        })
        await record.save({})
        return record
      }
      const contents = parsed(text, path)
      await removeUnfinished(folder)
      if (differs(contents.request, request) === undefined) return new ConversionRecord(folder, contents)
      const other = tooLate(contents, request)
      if (other !== undefined)
        throw new ConversionError(
          `${folder} holds an unfinished conversion with another ${other}: finish it as it was begun, choose another work folder, or remove this one`,
        )
      const planned = await plan()
      const record = new ConversionRecord(folder, { ...contents, request, plan: planned })
      await record.save({})
      return record
    } catch (error) {
      await rm(join(folder, lockName), { force: true })
      await rmdir(folder).catch(() => {
        // There is something in it, which stays.
      })
      throw error
    }
  }

  get plan(): Plan {
    return this.#contents.plan
  }
  get progress(): Progress {
    return this.#contents.progress
  }
  get token(): string {
    return this.#contents.token
  }
  get image(): string {
    return join(this.folder, imageName)
  }

  /** Take more on record; undefined takes something off it. */
  async save(more: { readonly [Name in keyof Progress]: Progress[Name] | undefined }): Promise<void> {
    const entries = Object.entries({ ...this.progress, ...more }).filter(([, value]) => value !== undefined)
    this.#contents = { ...this.#contents, progress: Object.fromEntries(entries) }
    await this.#write(recordName, `${JSON.stringify(this.#contents, undefined, 2)}\n`)
  }

  /** Remove all but what somebody may still want, which is the old /etc/fstab where the image does not have it. */
  async finish(): Promise<void> {
    const { edit } = this.progress
    if (edit?.before !== undefined && !edit.isKeptInImage)
      await this.#write(oldFstabName, Buffer.from(edit.before, 'latin1'))
    for (const name of [imageName, recordName]) await rm(join(this.folder, name), { force: true })
    this.#isOver = true
  }

  /** Let others have the folder, which goes when it is empty. */
  async close(): Promise<void> {
    await rm(join(this.folder, lockName), { force: true })
    if (!this.#isOver) return
    await rmdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  }

  /** The file is whole on the disk when this resolves, or is what it was before. */
  async #write(name: string, contents: string | Buffer): Promise<void> {
    const path = join(this.folder, name)
    const fresh = join(this.folder, `.${name}.part`)
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(contents)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  }
}

/** A process that was killed leaves what it was writing, under hidden names. */
const removeUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder))
    if (/^\..*\.part$/.test(name)) await rm(join(folder, name), { force: true })
}
