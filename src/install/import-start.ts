// SPDX-License-Identifier: BSD-2-Clause
// The beginning of an import: the disk's size, the address of the manifest to be, the task; then the upload.
import { randomUUID } from 'node:crypto'
import type { ConversionTask } from '@aws-sdk/client-ec2'
import { ensureBucket } from '../bundle/object-store'
import type { Context } from '../cli/context'
import { vmdkCapacity } from '../format/disk/vmdk-header'
import { ImportError } from '../imports/errors'
import { manifestPlace, type OwnerArgs, ownStore } from './import-store'
import { fileBytes, resumeImport, validSeconds } from './import-upload'
import { checkServices } from './registering'

export interface StartArgs extends OwnerArgs {
  readonly source: string
  readonly format: string
  readonly volumeSize: number | undefined
  readonly imageSize: number | undefined
  readonly bucket: string | undefined
  readonly manifestUrl: string | undefined
  readonly prefix: string | undefined
  readonly expires: number
  readonly noUpload: boolean
}

/** A disk as ImportVolume and ImportInstance are told of it. */
export interface DiskRequest {
  readonly Image: {
    readonly Format: 'RAW' | 'VHD' | 'VMDK'
    readonly Bytes: number
    readonly ImportManifestUrl: string
  }
  readonly Volume: { readonly Size: number }
}

const gibibyte = 2 ** 30

/** The known formats in capitals, others as they were typed. */
const formatOf = ({ format }: StartArgs): string =>
  ['RAW', 'VHD', 'VMDK'].includes(format.toUpperCase()) ? format.toUpperCase() : format

/** The disk's size: given, or the file's, or in its header. Undefined where none of these is known. */
const diskBytes = async (context: Context, args: StartArgs): Promise<number | undefined> => {
  if (args.imageSize) return args.imageSize
  const path = context.path(args.source)
  if (formatOf(args) === 'RAW') return fileBytes(path)
  return formatOf(args) === 'VMDK' ? vmdkCapacity(path) : undefined
}

/** What is wrong with the arguments, if anything. Rejects when the image cannot be read. */
export const startFault = async (context: Context, args: StartArgs): Promise<string | undefined> => {
  const bytes = await diskBytes(context, args)
  if (bytes === undefined) return `argument --image-size is required for ${formatOf(args)} files`
  if (bytes === 0) return `file '${args.source}' is empty`
  // The task would wait in vain for an image that is not there.
  if (!args.noUpload && (await fileBytes(context.path(args.source))) === 0)
    return `file '${args.source}' is empty`
  return undefined
}

/** A signed address of a manifest that is yet to be written. Makes the bucket where there is none. */
const newManifestUrl = async (context: Context, args: StartArgs, bucket: string): Promise<string> => {
  const store = await ownStore(context, args)
  await ensureBucket(store, bucket, (await context.settings()).regionOption('s3-location-constraint'))
  const folder = args.prefix ? `${args.prefix}/${randomUUID()}` : randomUUID()
  return store.presign('GET', bucket, `${folder}/${args.source}.manifest.xml`, validSeconds(args.expires))
}

/** Says how an upload that failed can go on: nothing has told the task's ID yet. */
const uploadFor = async (context: Context, args: StartArgs, task: string): Promise<void> => {
  try {
    const resumed = await resumeImport(context, { ...args, task })
    if ('fault' in resumed) throw new ImportError(resumed.fault)
  } catch (error) {
    await context.warn(
      `${context.prog}: task ${task} waits for the rest of the image: euca-resume-import -t ${task} ${args.source}`,
    )
    throw error
  }
}

/** Starts a task by what `request` asks for, and uploads the image unless that is for later. */
export const startImport = async (
  context: Context,
  args: StartArgs,
  request: (disk: DiskRequest) => Promise<{ ConversionTask?: ConversionTask }>,
): Promise<{ ConversionTask?: ConversionTask }> => {
  checkServices(await context.settings(), ['ec2', 's3'])
  const bytes = (await diskBytes(context, args)) ?? 0
  // Better told before there is a task than after.
  if (args.manifestUrl !== undefined && !args.noUpload) await manifestPlace(context, args, args.manifestUrl)
  const url = args.manifestUrl ?? (await newManifestUrl(context, args, args.bucket ?? ''))
  const result = await request({
    Image: {
      // Formats of other clouds are not in the SDK's list.
      Format: formatOf(args) as DiskRequest['Image']['Format'],
      Bytes: bytes,
      ImportManifestUrl: url,
    },
    Volume: { Size: args.volumeSize || Math.ceil(bytes / gibibyte) },
  })
  const task = result.ConversionTask?.ConversionTaskId
  if (!args.noUpload) {
    if (!task) throw new ImportError('the service has started a task that has no ID')
    await uploadFor(context, args, task)
  }
  return result
}
