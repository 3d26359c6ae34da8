// SPDX-License-Identifier: BSD-2-Clause
import { PackError } from './errors'
import { type ImageMetadata, packName } from './metadata'

/** What euimage-install-pack does with an image once it is extracted. */
export interface PackInstall {
  readonly bundle: { readonly prefix: string; readonly type: 'machine'; readonly arch: string }
  /** For RegisterImage, to which ImageLocation is to be added. */
  readonly register: {
    readonly Name: string
    readonly Architecture: string
    readonly Description: string
    readonly KernelId?: string
    readonly RamdiskId?: string
    readonly VirtualizationType?: string
    readonly Platform?: string
  }
  /** For CreateTags on the new image. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
}

export interface PackInstallChoice {
  /** `default` unless given. */
  readonly profile?: string
  readonly kernelId?: string
  readonly ramdiskId?: string
  /** Part of the image's name. */
  readonly now: Date
}

/** The calls that install an image by one of its profiles. `NoSuchProfile` names those that there are. */
export const planPackInstall = (image: ImageMetadata, choice: PackInstallChoice): PackInstall => {
  const profileName = choice.profile ?? 'default'
  const profile = image.profiles.get(profileName)
  if (profile === undefined)
    throw new PackError(
      'NoSuchProfile',
      `no such profile: '${profileName}' (available profiles: ${[...image.profiles.keys()].sort().join(', ')})`,
    )
  const { bundle, register } = profile
  if (bundle === undefined)
    throw new PackError(
      'BadMetadata',
      `profile '${profileName}' lacks the key 'bundle', without which it cannot be installed`,
    )
  const prefix = packName(image)
  const { platform, virtualizationType } = register
  const tags = new Map(profile.tags)
  tags.set('euimage:name', image.name)
  tags.set('euimage:version', image.version)
  tags.set('euimage:release', image.release)
  tags.set('euimage:profile', profileName)
  return {
    bundle: { prefix, type: 'machine', arch: bundle.arch ?? image.arch },
    register: {
      Name: `${prefix}-${timestamp(choice.now)}`,
      Architecture: register.arch ?? image.arch,
      Description: register.description ?? image.description,
      ...(choice.kernelId === undefined ? {} : { KernelId: choice.kernelId }),
      ...(choice.ramdiskId === undefined ? {} : { RamdiskId: choice.ramdiskId }),
      ...(virtualizationType === undefined ? {} : { VirtualizationType: virtualizationType }),
      ...(platform === undefined ? {} : { Platform: platform }),
    },
    tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
  }
}

// YYYY-MM-DD-HH-MM-EPOCH in UTC. The original wrote the month again for the minutes, by mistake; nothing reads the
// name back, and the seconds since the epoch make it unique either way, so that here the minutes are the minutes.
const timestamp = (now: Date): string =>
  `${now.toISOString().slice(0, 16).replace(/[T:]/g, '-')}-${Math.floor(now.getTime() / 1000)}`
