// SPDX-License-Identifier: BSD-2-Clause
import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import type { BlockDeviceMapping as ManifestMapping } from '../format/bundle/manifest'

const ephemeral = /^ephemeral\d+$/
const long = (device: string): string => (device.startsWith('/') ? device : `/dev/${device}`)
const letters = [...'bcdefghijklmnopqrstuvwxyz']

/** The disk that a device name means: `/dev/sda2` is on `/dev/sda`. */
const diskOf = (device: string): string => device.replace(/\d+$/, '')

/**
 * The ephemeral disks of an instance-store image as an EBS-backed one may have them: those that the image was registered
 * with, else those of its manifest. There they may be partitions, for the root, swap and they share a disk; a volume
 * shares nothing, so those become disks, with the first letter that is free.
 */
export const ephemeralMappings = (
  registered: readonly BlockDeviceMapping[] | undefined,
  ofManifest: readonly ManifestMapping[],
  root: string,
): BlockDeviceMapping[] => {
  const own = (registered ?? []).filter(({ VirtualName }) => ephemeral.test(VirtualName ?? ''))
  const given =
    own.length > 0
      ? own.map(({ VirtualName, DeviceName }) => ({ virtual: VirtualName ?? '', device: DeviceName ?? '' }))
      : ofManifest.filter(({ virtual }) => ephemeral.test(virtual))
  const taken = new Set([diskOf(long(root))])
  for (const { device } of given) if (device === diskOf(device)) taken.add(long(device))
  return given.map(({ virtual, device }) => {
    const name = long(device)
    if (name === diskOf(name)) return { DeviceName: name, VirtualName: virtual }
    const prefix = diskOf(name).slice(0, -1)
    const free = letters.map(letter => `${prefix}${letter}`).find(disk => !taken.has(disk)) ?? name
    taken.add(free)
    return { DeviceName: free, VirtualName: virtual }
  })
}
