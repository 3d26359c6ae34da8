// SPDX-License-Identifier: BSD-2-Clause
// euca-convert-image: the conversion's library, given clouds by the clients.
import { join } from 'node:path'
import type { Context } from '../cli/context'
import { clientFor } from '../clients'
import type { Settings } from '../config'
import { type Conversion, convertImage, type Leftovers, planAndCheck } from '../convert/convert'
import type { Plan } from '../convert/plan'
import type { ConversionRequest } from '../convert/record'
import type { ConversionEvent, ConversionServices, Step } from '../convert/services'
import { checkServices } from './registering'
import { storeOf } from './stores'
import { unbundlingKeyOf } from './unbundling'

export interface ConvertArgs {
  readonly image: string
  readonly via: 'direct' | 'volume'
  readonly instance: string | undefined
  readonly devicePath: string | undefined
  readonly size: number | undefined
  readonly name: string | undefined
  readonly description: string | undefined
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
  readonly keepFstab: boolean
  readonly sourceRegion: string | undefined
  readonly workDir: string | undefined
  readonly privatekey: string | undefined
  readonly dryRun: boolean
}

/** What is wrong with the options taken together; undefined when nothing is. */
export const convertArgsFault = ({ via, instance, devicePath }: ConvertArgs): string | undefined => {
  if (via === 'volume' && instance === undefined) return 'argument --instance is required with --via volume'
  if (via === 'direct' && instance !== undefined)
    return 'argument --instance: not allowed without --via volume'
  if (via === 'direct' && devicePath !== undefined)
    return 'argument --device-path: not allowed without --via volume'
  return undefined
}

const labels: Readonly<Record<Step, string>> = {
  download: 'Downloading and unbundling',
  write: 'Writing',
  snapshot: 'Completing the snapshot',
}

/** A meter for each step, which gives way to the next step's. */
const stepMeters = (context: Context) => {
  let current: { readonly step: Step; readonly meter: ReturnType<Context['meter']> } | undefined
  context.defer(() => current?.meter.stop())
  return ({ step, done, total }: ConversionEvent & { kind: 'progress' }): void => {
    if (current?.step !== step) {
      current?.meter.stop()
      current = { step, meter: context.meter(labels[step], total) }
    }
    current.meter.update(done)
  }
}

const servicesOf = async (
  context: Context,
  args: ConvertArgs,
  source: Settings,
  target: Settings,
  volumePath: (volumeId: string) => Promise<string>,
): Promise<ConversionServices> => {
  const io = await context.clientIo()
  const compute = await clientFor('ec2', target, io)
  const onProgress = stepMeters(context)
  return {
    source: {
      directory: source === target ? compute : await clientFor('ec2', source, io),
      store: await storeOf(context, source),
    },
    target: { compute, writer: () => clientFor('ebs', target, io) },
    privateKey: () => unbundlingKeyOf(context, args.privatekey, source),
    // What is attached in the cloud in a folder of this machine is a file there.
    devicePath: async volumeId => {
      if (args.devicePath !== undefined) return context.path(args.devicePath)
      return target.mode === 'embedded' ? volumePath(volumeId) : undefined
    },
    pause: seconds => context.pause(seconds),
    now: () => new Date(context.now()),
    onEvent: event => {
      if (event.kind === 'progress') onProgress(event)
      else void context.warn(`${context.prog}: ${event.text}`)
    },
    path: context.io.env.PATH,
    signal: context.signal,
  }
}

/** What tells a cloud from others. */
const identity = (settings: Settings): string =>
  settings.mode === 'embedded' ? settings.malleeHome : settings.endpoint('ec2').url

const requestOf = (args: ConvertArgs, source: Settings, target: Settings): ConversionRequest => ({
  imageId: args.image,
  via: args.via,
  instanceId: args.instance,
  sizeGib: args.size,
  name: args.name,
  description: args.description,
  kernelId: args.kernel,
  ramdiskId: args.ramdisk,
  keepFstab: args.keepFstab,
  source: identity(source),
  target: identity(target),
})

/** Says what there is, in words that can be searched for. */
const tellLeftovers = async (context: Context, left: Leftovers): Promise<void> => {
  const made = [
    left.volumeId && `volume ${left.volumeId}`,
    left.snapshotId && `snapshot ${left.snapshotId}`,
    left.imageId && `image ${left.imageId}`,
    `what is in ${left.folder}`,
  ]
  await context.warn(
    `${context.prog}: not finished. Left: ${made.filter(text => text).join(', ')}. Run the same again to go on.`,
  )
}

/** Settings of another region, for which the command line's address and keys are not. */
const elsewhere = (region: string) => ({
  region,
  url: undefined,
  accessKeyId: undefined,
  secretKey: undefined,
  securityToken: undefined,
})

export type ConvertResult = { readonly plan: Plan; readonly via: ConvertArgs['via'] } | Conversion

/** Convert an image, or say how that would be done. `volumePath` finds the file of a volume of the cloud in this folder. */
export const convert = async (
  context: Context,
  args: ConvertArgs,
  volumePath: (volumeId: string) => Promise<string>,
): Promise<ConvertResult> => {
  const target = await context.settings()
  const source =
    args.sourceRegion === undefined ? target : await context.settings(elsewhere(args.sourceRegion))
  checkServices(source, ['ec2', 's3'])
  checkServices(target, args.via === 'direct' ? ['ec2', 'ebs'] : ['ec2'])
  const services = await servicesOf(context, args, source, target, volumePath)
  const request = requestOf(args, source, target)
  if (args.dryRun) return { plan: await planAndCheck(services, request), via: args.via }
  // A key that is missing is better told of before a long download than after it.
  await services.privateKey()
  const folder =
    args.workDir === undefined
      ? join(target.temporaryFolder, `convert-${args.image}`)
      : context.path(args.workDir)
  return convertImage(services, request, folder, left => tellLeftovers(context, left))
}
