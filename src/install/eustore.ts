// SPDX-License-Identifier: BSD-2-Clause
// eustore-install-image: the catalog's library, given a cloud by the clients.

import { stat } from 'node:fs/promises'
import { keyAt } from '../bundle/object-store'
import { bundleAndUpload, deleteBundle, parsePlace } from '../bundle/transfer'
import { type Catalog, type CatalogImage, findImage } from '../catalog/catalog'
import type { Hypervisor } from '../catalog/choose'
import { type InstallEvent, type InstallServices, installImage, installLine } from '../catalog/install'
import type { Context } from '../cli/context'
import { clientFor } from '../clients'
import { BundleError } from '../format/bundle/errors'
import { openCatalog } from './catalog'
import { type BundleKeys, bundleKeys, type KeyArgs } from './keys'
import { select } from './prompt'
import { checkServices, computeClient } from './registering'
import { cleaningIo, eraserOf, storeOf } from './stores'
import { bundlingMeters, wholeMeter } from './transfers'

export interface EustoreArgs extends KeyArgs {
  readonly imageName: string | undefined
  readonly tarball: string | undefined
  readonly bucket: string
  readonly description: string | undefined
  readonly architecture: string | undefined
  readonly hypervisor: Hypervisor | undefined
  readonly kernelType: Hypervisor | undefined
  readonly directory: string | undefined
  readonly padName: boolean
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
  readonly catalogUrl: string | undefined
}

const choose = async (context: Context, catalog: Catalog): Promise<CatalogImage | undefined> => {
  const name = await select(
    context,
    'Image to install',
    catalog.images.map(({ name, os, architecture, description }) => ({
      name: `${name}  ${os} ${architecture}  ${description}`,
      value: name,
    })),
  )
  return name === undefined ? undefined : findImage(catalog, name)
}

const hypervisors = ['kvm', 'xen'] as const

/** What the options say, or a person who is asked; undefined when the questions were left. */
const chosenBy = async (context: Context, args: EustoreArgs) => {
  const hypervisor = args.hypervisor ?? args.kernelType
  if (args.tarball !== undefined) return { image: { tarball: context.path(args.tarball) }, hypervisor }
  const catalog = await openCatalog(context, args.catalogUrl)
  if (args.imageName !== undefined) return { image: findImage(catalog, args.imageName), hypervisor }
  const image = await choose(context, catalog)
  if (image === undefined) return undefined
  if (image.singleKernel || hypervisor !== undefined) return { image, hypervisor }
  const offered = hypervisors.filter(value => image.hypervisorsSupported.includes(value))
  const choices = (offered.length > 0 ? offered : hypervisors).map(value => ({ name: value, value }))
  const asked = await select(context, 'Hypervisor to install it for', choices)
  return asked === undefined ? undefined : { image, hypervisor: asked }
}

const servicesOf = async (context: Context, keys: BundleKeys): Promise<InstallServices> => {
  const store = await storeOf(context)
  const ec2 = await computeClient(context)
  return {
    bundleAndUpload: async ({ file, prefix, type, architecture, bucket, kernelId, ramdiskId, directory }) => {
      const meters = bundlingMeters(context)
      const { size } = await stat(file)
      const { location } = await bundleAndUpload({
        ...keys,
        image: file,
        prefix,
        type,
        arch: architecture,
        destination: directory,
        bundler: { name: 'euca2ools', version: '3.4.1' },
        ...(type === 'machine' && kernelId !== undefined && { kernel: kernelId }),
        ...(type === 'machine' && ramdiskId !== undefined && { ramdisk: ramdiskId }),
        onProgress: bytes => meters.bundled(bytes, size),
        target: {
          store,
          place: parsePlace(bucket),
          onProgress: meters.uploaded,
          eraser: () => eraserOf(context),
        },
        signal: context.signal,
      })
      return location
    },
    register: async ({ name, location, description, architecture }) => {
      const registration = {
        Name: name,
        ImageLocation: location,
        Architecture: architecture as 'i386',
        ...(description !== undefined && { Description: description }),
      }
      const { ImageId = '' } = await ec2.registerImage(registration)
      return ImageId
    },
    listAccountAliases: async () => {
      const iam = await clientFor('iam', await context.settings(), await context.clientIo())
      const { AccountAliases = [] } = await iam.listAccountAliases({})
      return AccountAliases
    },
    // The next two take back what was done before an interruption, which must not interrupt them as well.
    deregister: async imageId => {
      const own = await clientFor('ec2', await context.settings(), await cleaningIo(context))
      await own.deregisterImage({ ImageId: imageId })
    },
    deleteBundle: async location => {
      const place = parsePlace(location)
      const at = place.prefix.lastIndexOf('/')
      await deleteBundle({
        store: await eraserOf(context),
        place: { bucket: place.bucket, prefix: at < 0 ? '' : place.prefix.slice(0, at) },
        source: { object: place.prefix.slice(at + 1) },
      })
    },
    hasBundle: async (bucket, prefix) => {
      try {
        const place = parsePlace(bucket)
        const { body } = await store.get(place.bucket, keyAt(place, `${prefix}.manifest.xml`))
        body.destroy()
        return true
      } catch (error) {
        if ((error as { status?: number }).status === 404) return false
        throw error
      }
    },
  }
}

/** Install an image of the catalog, or of a tarball, with its kernel and ramdisk; undefined when nobody chose one. */
export const install = async (context: Context, args: EustoreArgs) => {
  if (args.kernelType !== undefined) {
    await context.warn(`${context.prog}: warning: -k/--kernel-type is now called --hypervisor`)
  }
  const settings = await context.settings()
  checkServices(settings, args.kernel === undefined ? ['s3', 'ec2', 'iam'] : ['s3', 'ec2'])
  const keys = await bundleKeys(context, settings, args, undefined)
  if (!keys.userCertificate) throw new BundleError('missing certificate; please supply one with -c')
  if (!keys.privateKey) throw new BundleError('missing private key; please supply one with --privatekey')
  const chosen = await chosenBy(context, args)
  if (chosen === undefined) return undefined
  const { image, hypervisor } = chosen
  const downloads = wholeMeter(context, 'Downloading image')
  const onEvent = (event: InstallEvent): void => {
    if (event.kind === 'downloading') downloads(event.bytes, event.total)
    const line = installLine(event)
    if (line !== undefined && context.progress === 'bar') void context.print(line)
  }
  return installImage(
    {
      image,
      bucket: args.bucket,
      padName: args.padName,
      temporaryDirectory: settings.temporaryFolder,
      ...(args.architecture !== undefined && { architecture: args.architecture }),
      ...(args.description !== undefined && { description: args.description }),
      ...(hypervisor !== undefined && { hypervisor }),
      ...(args.kernel !== undefined && { kernelId: args.kernel }),
      ...(args.ramdisk !== undefined && { ramdiskId: args.ramdisk }),
      ...(args.directory !== undefined && { directory: context.path(args.directory) }),
    },
    await servicesOf(context, keys),
    { onEvent, signal: context.signal },
  )
}
