// SPDX-License-Identifier: BSD-2-Clause
import type { BlockDeviceMapping, Tag } from '@aws-sdk/client-ec2'
import type { Row } from './cell'
import { tagRows } from './tags'

/** What will be done; of the conversion's plan, what is shown. */
export interface ShownPlan {
  readonly imageId: string
  readonly location: string
  readonly bytes: number
  readonly partCount: number
  readonly editsFstab: boolean
  readonly sizeGib: number
  readonly name: string
  readonly architecture: string
  readonly kernelId?: string | undefined
  readonly ramdiskId?: string | undefined
  readonly virtualizationType?: string | undefined
  readonly platform?: string | undefined
  readonly rootDeviceName: string
  readonly mappings: readonly BlockDeviceMapping[]
  readonly tags: readonly Tag[]
}

/** The steps in their order, and the image to be; it has no ID yet. */
export const planRows = (plan: ShownPlan, via: string): Row[] => [
  ['STEP', 'download', plan.location, plan.partCount, plan.bytes],
  ...(plan.editsFstab ? [['STEP', 'edit', '/etc/fstab']] : []),
  ['STEP', 'write', via, plan.sizeGib],
  ['STEP', 'register', plan.name],
  [
    'IMAGE',
    undefined,
    plan.name,
    plan.architecture,
    plan.kernelId,
    plan.ramdiskId,
    plan.platform,
    'ebs',
    plan.virtualizationType,
  ],
  ['BLOCKDEVICEMAPPING', 'EBS', plan.rootDeviceName, undefined, plan.sizeGib],
  ...plan.mappings.map(
    ({ DeviceName, VirtualName }): Row => ['BLOCKDEVICEMAPPING', 'EPHEMERAL', DeviceName, VirtualName],
  ),
  ...tagRows(plan.imageId, plan.tags),
]

/** What came of a conversion. */
export const conversionRows = ({
  snapshotId,
  imageId,
}: {
  readonly snapshotId: string
  readonly imageId: string
}): Row[] => [
  ['SNAPSHOT', snapshotId],
  ['IMAGE', imageId],
]
