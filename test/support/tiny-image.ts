// SPDX-License-Identifier: BSD-2-Clause
// Registered images of a few bytes, for tests of what is run from them.
import { RegisterImageCommand } from '@aws-sdk/client-ec2'
import type { Clients, Cloud } from './cloud'
import { type TinyOptions, tinyBundle, upload } from './tiny-bundle'

/** Looks like an ext4 file system as far as its superblock: enough for a console to name it. */
export const ext4Disk = (label: string, bytes = 65_536): Buffer => {
  const disk = Buffer.alloc(bytes)
  disk.writeUInt16LE(0xef53, 1024 + 0x38)
  disk.writeUInt32LE(0x4, 1024 + 0x5c)
  disk.writeUInt32LE(0x40, 1024 + 0x60)
  Buffer.from('0123456789abcdef0123456789abcdef', 'hex').copy(disk, 1024 + 0x68)
  disk.write(label, 1024 + 0x78, 'latin1')
  disk.write('and some content of its own', 8192, 'latin1')
  return disk
}

/** Looks like a Linux kernel as far as its header. */
export const kernelFile = (version: string): Buffer => {
  const file = Buffer.alloc(4096)
  file.write('HdrS', 0x202, 'latin1')
  file.writeUInt16LE(0x400, 0x20e)
  file.write(version, 0x600, 'latin1')
  return file
}

let count = 0

/** Bundle, upload and register; the image's id. */
export const registerTiny = async (
  c: Cloud,
  options: TinyOptions,
  input: object = {},
  who: Clients = c,
): Promise<string> => {
  const number = count++
  const bundle = tinyBundle(c, { name: `tiny-${number}.img`, account: who.accountId, ...options })
  const location = await upload(who.s3(), `images-of-${who.accountId}`, bundle)
  const { ImageId = '' } = await who
    .ec2()
    .send(new RegisterImageCommand({ Name: `tiny-${number}`, ImageLocation: location, ...input }))
  return ImageId
}

export interface TinyTrio {
  readonly emi: string
  readonly eki: string
  readonly eri: string
}

/** A paravirtual machine image with its kernel and ramdisk. */
export const registerTrio = async (c: Cloud, disk = ext4Disk('tiny')): Promise<TinyTrio> => {
  const eki = await registerTiny(c, { disk: kernelFile('3.11.10-301.fc20.x86_64 #1 SMP'), type: 'kernel' })
  const eri = await registerTiny(c, { disk: Buffer.from('a ramdisk'), type: 'ramdisk' })
  const emi = await registerTiny(c, { disk }, { KernelId: eki, RamdiskId: eri })
  return { emi, eki, eri }
}
