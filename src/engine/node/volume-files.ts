// SPDX-License-Identifier: BSD-2-Clause
// Where the bytes of volumes are: `volumes/vol-….raw`, a sparse file that is the disk. The engine has no kernel to show
// devices with, so an attached volume is seen as a link in its instance's folder, `dev/sdf` for `/dev/sdf`: what a
// hypervisor opens, and what a person may read, mount or write.
import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Volume } from '../ec2/schema/volumes'
import type { Tx } from '../operation'
import { pathPart } from '../path-part'
import { instanceFolder, type OwnedDisks } from './folders'

export const volumesFolder = (home: string): string => join(home, 'volumes')

/** The disk itself. It is there from `available` on; while it is made it has another name. */
export const volumeFile = (home: string, id: string): string =>
  join(volumesFolder(home), `${pathPart(id)}.raw`)

/** As kernels name devices whose names have slashes. */
const fileName = (device: string): string => device.replace(/^\/dev\//, '').replaceAll('/', '!')

/** The link to an attached volume's file. */
export const deviceFile = (home: string, instance: OwnedDisks, device: string): string =>
  join(instanceFolder(home, instance), 'dev', fileName(device))

const linkOf = (home: string, instance: OwnedDisks, { attachment }: Volume): string =>
  deviceFile(home, instance, attachment?.device ?? '')

/** Relative, so that the cloud's folder may be moved. */
const targetOf = (home: string, link: string, { id }: Volume): string =>
  relative(dirname(link), volumeFile(home, id))

/** Show a volume under its device name. A link that is there already is replaced. */
export const linkDevice = async (home: string, instance: OwnedDisks, volume: Volume): Promise<void> => {
  const link = linkOf(home, instance, volume)
  // No device has such a name.
  const made = `${link}.${pathPart(volume.id)}`
  await mkdir(dirname(link), { recursive: true, mode: 0o700 })
  await rm(made, { force: true })
  await symlink(targetOf(home, link, volume), made)
  try {
    await rename(made, link)
  } catch (error) {
    await rm(made, { force: true })
    throw error
  }
}

/** Take a volume's link away; another volume's under the same name stays. */
export const unlinkDevice = async (home: string, instance: OwnedDisks, volume: Volume): Promise<void> => {
  const link = linkOf(home, instance, volume)
  await rm(`${link}.${pathPart(volume.id)}`, { force: true })
  const target = await readlink(link).catch(() => undefined)
  if (target === targetOf(home, link, volume)) await rm(link, { force: true })
}

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
