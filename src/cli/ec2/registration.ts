// SPDX-License-Identifier: BSD-2-Clause
// What euca-register asks of its options: an image is made from a manifest, or from a snapshot for its root device.
import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { UsageError } from '../errors'

export interface RegistrationArgs {
  readonly manifest: string | undefined
  readonly rootDeviceName: string | undefined
  readonly snapshot: string | undefined
  readonly blockDeviceMapping: readonly BlockDeviceMapping[]
}

interface Disks {
  readonly root: string | undefined
  readonly mappings: readonly BlockDeviceMapping[]
}

/** The root device and the mappings to send. Throws UsageError. */
export const registrationDisks = (args: RegistrationArgs): Disks => {
  const { manifest, rootDeviceName, snapshot, blockDeviceMapping: mappings } = args
  if (manifest !== undefined) {
    if (rootDeviceName !== undefined) {
      throw new UsageError('argument --root-device-name: not allowed with argument MANIFEST')
    }
    if (snapshot !== undefined)
      throw new UsageError('argument -s/--snapshot: not allowed with argument MANIFEST')
    return { root: undefined, mappings }
  }
  const root = rootDeviceName ?? '/dev/sda1'
  const mapped = mappings.find(({ DeviceName }) => DeviceName === root)
  if (mapped) {
    if (snapshot !== undefined && mapped.Ebs?.SnapshotId !== snapshot) {
      throw new UsageError(
        `argument -s/--snapshot: the snapshot conflicts with the block device mapping for ${root}`,
      )
    }
    return { root, mappings }
  }
  if (snapshot === undefined) {
    throw new UsageError('either a manifest location or a root device snapshot mapping must be specified')
  }
  return { root, mappings: [...mappings, { DeviceName: root, Ebs: { SnapshotId: snapshot } }] }
}

export const checkRegistration = (args: RegistrationArgs): void => {
  registrationDisks(args)
}
