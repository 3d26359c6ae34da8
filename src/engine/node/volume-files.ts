// SPDX-License-Identifier: BSD-2-Clause
// Where the bytes of volumes are: `volumes/vol-….raw`, a sparse file that is the disk. The engine has no kernel to show
// devices with, so an attached volume is seen as a link in its instance's folder, `dev/sdf` for `/dev/sdf`: what a
// hypervisor opens, and what a person may read, mount or write.
import { mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Volume } from '../ec2/schema/volumes'
import type { Tx } from '../operation'
import { instanceFolder, type OwnedDisks } from './folders'

export const volumesFolder = (home: string): string => join(home, 'volumes')

/** The disk itself. It is there from `available` on; while it is made it has another name. */
export const volumeFile = (home: string, id: string): string => join(volumesFolder(home), `${id}.raw`)

/** As kernels name devices whose names have slashes. */
const fileName = (device: string): string => device.replace(/^\/dev\//, '').replaceAll('/', '!')

/** The link to an attached volume's file. */
export const deviceFile = (home: string, instance: OwnedDisks, device: string): string =>
  join(instanceFolder(home, instance), 'dev', fileName(device))

/** Show a volume under its device name. A link that is there already is made anew. */
export const linkDevice = async (
  home: string,
  instance: OwnedDisks,
  { id, attachment }: Volume,
): Promise<void> => {
  const link = deviceFile(home, instance, attachment?.device ?? '')
  await mkdir(dirname(link), { recursive: true, mode: 0o700 })
  await rm(link, { force: true })
  // Relative, so that the cloud's folder may be moved.
  await symlink(relative(dirname(link), volumeFile(home, id)), link)
}

export const unlinkDevice = (home: string, instance: OwnedDisks, device: string): Promise<void> =>
  rm(deviceFile(home, instance, device), { force: true })

/**
 * Where a person finds a volume's bytes: under its device name while its instance has it, else its own file.
 * `undefined` while there are none.
 */
export const volumePath = (tx: Tx, home: string, volume: Volume): string | undefined => {
  if (volume.state !== 'available') return undefined
  const { attachment } = volume
  const instance = attachment && tx.instances.get(attachment.instanceId)
  const isShown = attachment?.state === 'attached' && instance?.state === 'running'
  return isShown ? deviceFile(home, instance, attachment.device) : volumeFile(home, volume.id)
}
