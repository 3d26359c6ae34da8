// SPDX-License-Identifier: BSD-2-Clause
// The image of the imaging workers. In Eucalyptus it is a package that the administrator installs; here the cloud has it
// with it. Its disk has a boot sector and nothing else: what a worker does is done by the cloud itself, on its behalf.
//
// It is an instance-store image like any other: staged by way of the image cache, where its disk is made instead of being
// unpacked, since no bucket can have the name that its location begins with.
import { createHash } from 'node:crypto'
import { isStandard } from '../ec2/image-access'
import { freshImageId } from '../ec2/image-ids'
import { madeBy } from '../ec2/quotas'
import type { Image } from '../ec2/schema/images'
import type { Tx } from '../operation'

export const workerImageLocation = '(eucalyptus)imaging/imaging-worker-v1.img.manifest.xml'

export const workerDiskBytes = 2 ** 20

/** Stands for the manifest's digest, which nodes tell versions of an image by. */
export const workerImageDigest = createHash('sha256').update('imaging-worker-v1').digest('hex')

/** A sector that a machine would boot from, at the beginning of the disk. */
export const workerBootSector = (): Buffer => {
  const sector = Buffer.alloc(512)
  // hlt, and back to it.
  sector.set([0xf4, 0xeb, 0xfd])
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

/** The image, made where it is missing. The caller owns it: the cloud's administrator. */
export const workerImage = (tx: Tx): Image => {
  const known = tx.images.list().find(image => image.location === workerImageLocation && isStandard(image))
  return (
    known ??
    tx.images.put({
      id: freshImageId(tx, 'emi'),
      ...madeBy(tx),
      name: 'imaging-worker-v1',
      description: 'Imaging worker of this cloud',
      location: workerImageLocation,
      kind: 'machine',
      architecture: 'x86_64',
      platform: 'linux',
      virtualizationType: 'hvm',
      format: 'fulldisk',
      rootDeviceName: '/dev/sda',
      mappings: [],
      state: 'available',
      isPublic: false,
      launchAccounts: [],
      productCodes: [],
      bytes: workerDiskBytes,
      bundledBytes: workerDiskBytes,
      createdAt: tx.now,
    })
  )
}
