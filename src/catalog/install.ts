// SPDX-License-Identifier: BSD-2-Clause
// eustore-install-image as a library. What needs a cloud is passed in, so that this knows no client: it decides what
// happens in which order, and what is undone when it cannot be finished.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import type { CatalogImage } from './catalog'
import type { Hypervisor } from './choose'
import { CatalogError } from './errors'
import { fetchImage } from './fetch-image'
import type { HttpOptions } from './http'
import type { TarballLimits } from './tarball'
import { unpackTarball } from './unpack'

export type ImageRole = 'kernel' | 'machine' | 'ramdisk'

/** An image file to bundle and upload, with ACL aws-exec-read. */
export interface BundleSpec {
  readonly file: string
  /** The bundle's prefix: the file's base name. */
  readonly prefix: string
  readonly type: ImageRole
  readonly architecture: string
  readonly bucket: string
  /** For a machine image: the IDs of its kernel and ramdisk. A kernel has `true` as its own, a ramdisk likewise. */
  readonly kernelId?: string
  readonly ramdiskId?: string
  /** A folder for the parts; it is not emptied in between. */
  readonly directory: string
  readonly signal?: AbortSignal
}

export interface Registration {
  readonly name: string
  readonly location: string
  readonly description?: string
  readonly architecture: string
}

/** What the installation asks of the cloud. Errors pass through as they are. */
export interface InstallServices {
  /** Answers the manifest's location, `BUCKET/KEY`. */
  bundleAndUpload(spec: BundleSpec): Promise<string>
  /** Answers the image's ID. */
  register(registration: Registration): Promise<string>
  listAccountAliases(): Promise<readonly string[]>
  /** For taking back what is done when the rest fails; without these it stays. */
  deregister?(imageId: string): Promise<void>
  deleteBundle?(location: string): Promise<void>
  /**
   * Whether the bucket holds a bundle of that prefix already. Such a one is an earlier image's: it is replaced by the
   * upload, but never deleted afterwards. Without this question no bundle is deleted.
   */
  hasBundle?(bucket: string, prefix: string): Promise<boolean>
}

export interface InstallRequest {
  /** An image of the catalog, or a tarball of the user's. */
  readonly image: CatalogImage | { readonly tarball: string }
  readonly bucket: string
  /** Required with a tarball; of the catalog otherwise. */
  readonly architecture?: string
  readonly description?: string
  /** Required with a tarball, and for an image of the catalog that is not a single-kernel one. */
  readonly hypervisor?: Hypervisor
  /** IDs of images in the cloud, to be used instead of the tarball's own; both or neither. */
  readonly kernelId?: string
  readonly ramdiskId?: string
  /** Make the image's name unique with eight random hex digits. */
  readonly padName?: boolean
  /** Where files go, and stay; made if missing. Otherwise a temporary folder that is removed. */
  readonly directory?: string
  readonly temporaryDirectory?: string
}

export type InstallEvent =
  | { readonly kind: 'downloading'; readonly bytes: number; readonly total?: number }
  | { readonly kind: 'preparing' }
  | { readonly kind: 'extracting'; readonly bytes: number; readonly total: number }
  | { readonly kind: 'uploading'; readonly role: ImageRole }
  | { readonly kind: 'registered'; readonly role: ImageRole; readonly id: string }
  | { readonly kind: 'done' }

export interface InstallOptions {
  readonly onEvent?: (event: InstallEvent) => void
  readonly signal?: AbortSignal
  readonly http?: HttpOptions
  readonly limits?: Partial<TarballLimits>
}

/** IDs of what is registered now; kernel and ramdisk are the given ones where IDs were given. */
export interface Installed {
  readonly imageId: string
  readonly kernelId: string
  readonly ramdiskId: string
  /** Name of the machine image. */
  readonly name: string
}

/** The line that eustore-install-image 3.0.5 prints for an event; events of bytes have none. */
export const installLine = (event: InstallEvent): string | undefined => {
  switch (event.kind) {
    case 'preparing':
      return 'Preparing to extract image...'
    case 'uploading':
      return `-- Uploading ${event.role} image --`
    case 'registered':
      return `Registered ${event.role} image ${event.id}`
    case 'done':
      return '-- Done --'
    default:
      return undefined
  }
}

/**
 * Install an image: fetch, check, unpack; bundle, upload and register kernel, ramdisk and machine image. The request
 * is checked first, then the right to register kernels, then the rest. When it fails or `signal` aborts it, what was
 * registered and uploaded is taken back, last first; if that fails too, the error tells what is left.
 */
export const installImage = async (
  request: InstallRequest,
  services: InstallServices,
  options: InstallOptions = {},
): Promise<Installed> => {
  const plan = planInstall(request)
  if (!plan.given) await requireKernelRights(services)
  const temporary = request.directory === undefined
  const directory =
    request.directory ?? (await mkdtemp(join(request.temporaryDirectory ?? tmpdir(), 'eustore-')))
  try {
    if (!temporary) await mkdir(directory, { recursive: true })
    const tarball = await obtain(request, directory, options)
    options.onEvent?.({ kind: 'preparing' })
    const files = await unpackTarball(tarball, directory, {
      hypervisor: plan.hypervisor,
      withKernel: !plan.given,
      onProgress: (bytes, total) => options.onEvent?.({ kind: 'extracting', bytes, total }),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
    })
    const name = imageName(tarball, request.padName ?? false)
    return await putInCloud({ plan, name, directory, files, bucket: request.bucket }, services, options)
  } finally {
    if (temporary) await rm(directory, { recursive: true, force: true })
  }
}

/** `eustore-NAME`: the tarball's name without its last extension, dots replaced. */
export const imageName = (tarball: string, pad: boolean): string => {
  const file = basename(tarball)
  const stem = file.slice(0, file.length - extname(file).length).replaceAll('.', '_')
  return `eustore-${pad ? `${randomBytes(4).toString('hex')}-` : ''}${stem}`
}

interface Plan {
  readonly architecture: string
  readonly description?: string
  readonly hypervisor: Hypervisor
  /** Kernel and ramdisk that the cloud has already. */
  readonly given?: { readonly kernelId: string; readonly ramdiskId: string }
}

const planInstall = (request: InstallRequest): Plan => {
  const { image, kernelId, ramdiskId } = request
  if ((kernelId === undefined) !== (ramdiskId === undefined))
    throw new CatalogError('KernelAndRamdisk', 'a kernel and a ramdisk must be specified together')
  const entry = 'tarball' in image ? undefined : image
  const architecture = request.architecture ?? entry?.architecture
  if (!architecture)
    throw new CatalogError('ArchitectureRequired', 'the architecture of the image must be specified')
  // A tarball without a kernel to take from it needs no hypervisor, but 3.0.5 demanded one all the same.
  const hypervisor = entry?.singleKernel ? 'universal' : request.hypervisor
  if (hypervisor === undefined)
    throw new CatalogError(
      'HypervisorRequired',
      'the hypervisor (xen, kvm or universal) must be specified for this image',
    )
  const description = request.description ?? entry?.description
  return {
    architecture,
    hypervisor,
    ...(description ? { description } : {}),
    ...(kernelId !== undefined && ramdiskId !== undefined ? { given: { kernelId, ramdiskId } } : {}),
  }
}

const requireKernelRights = async (services: InstallServices): Promise<void> => {
  const aliases = await services.listAccountAliases()
  if (!aliases.includes('eucalyptus'))
    throw new CatalogError(
      'NotPermitted',
      "only the cloud administrator's account, eucalyptus, may register kernels and ramdisks; specify existing ones",
    )
}

const obtain = async (
  request: InstallRequest,
  directory: string,
  options: InstallOptions,
): Promise<string> => {
  if ('tarball' in request.image) {
    // Named pipes and devices would be read twice and differ.
    if (!(await stat(request.image.tarball)).isFile())
      throw new CatalogError('BadTarball', `${request.image.tarball} is not a regular file`)
    return request.image.tarball
  }
  return fetchImage(request.image, directory, {
    onProgress: (bytes, total) =>
      options.onEvent?.({ kind: 'downloading', bytes, ...(total === undefined ? {} : { total }) }),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.http ? { http: options.http } : {}),
  })
}

interface CloudWork {
  readonly plan: Plan
  readonly name: string
  readonly directory: string
  readonly bucket: string
  readonly files: { readonly kernel?: string; readonly ramdisk?: string; readonly image: string }
}

const putInCloud = async (
  work: CloudWork,
  services: InstallServices,
  options: InstallOptions,
): Promise<Installed> => {
  const { plan, files, name } = work
  const done: Undo[] = []
  const put = async (
    role: ImageRole,
    file: string,
    registeredName: string,
    ids: { kernelId?: string; ramdiskId?: string },
  ) => {
    options.signal?.throwIfAborted()
    options.onEvent?.({ kind: 'uploading', role })
    const { bucket, directory } = work
    const { architecture, description } = plan
    const prefix = basename(file)
    const earlier = services.hasBundle ? await services.hasBundle(bucket, prefix) : true
    const location = await services.bundleAndUpload({
      ...{ file, prefix, type: role, architecture, bucket, directory, ...ids },
      ...(options.signal ? { signal: options.signal } : {}),
    })
    if (!earlier) done.push({ what: location, undo: () => services.deleteBundle?.(location) })
    options.signal?.throwIfAborted()
    const named = { name: registeredName, location, architecture }
    const id = await services.register(description === undefined ? named : { ...named, description })
    if (services.deregister) done.push({ what: id, undo: () => services.deregister?.(id) })
    options.onEvent?.({ kind: 'registered', role, id })
    return id
  }
  try {
    const own = async (role: 'kernel' | 'ramdisk', file: string | undefined, ids: object) => {
      if (file === undefined) throw new Error(`no ${role} was unpacked`)
      return put(role, file, `${name}-${role}`, ids)
    }
    const kernelId = plan.given?.kernelId ?? (await own('kernel', files.kernel, { kernelId: 'true' }))
    const ramdiskId = plan.given?.ramdiskId ?? (await own('ramdisk', files.ramdisk, { ramdiskId: 'true' }))
    const imageId = await put('machine', files.image, name, { kernelId, ramdiskId })
    options.onEvent?.({ kind: 'done' })
    return { imageId, kernelId, ramdiskId, name }
  } catch (error) {
    throw await takeBack(done, error)
  }
}

interface Undo {
  readonly what: string
  readonly undo: () => Promise<void> | undefined
}

/** Undo, last first. The first error stays the one to report; what could not be undone is added to its message. */
const takeBack = async (done: readonly Undo[], error: unknown): Promise<unknown> => {
  const left: string[] = []
  for (const { what, undo } of done.toReversed()) {
    try {
      await undo()
    } catch {
      left.push(what)
    }
  }
  if (left.length > 0 && error instanceof Error) error.message += ` (left behind: ${left.join(', ')})`
  return error
}
