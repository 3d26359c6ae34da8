// SPDX-License-Identifier: BSD-2-Clause
// What every request that makes an image is checked for, whatever it is made of (engine-images §3, whose numbers are in
// the comments).
import type { RegisterImageRequest } from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { isStandard } from './image-access'
import { checkImageId } from './image-ids'
import type { NetworkDrivers } from './schema/images'

// Those that bundle tools write, and `other` of EC2's first API.
export const architectures = ['i386', 'x86_64', 'arm64', 'armhf', 'ppc', 'ppc64', 'ppc64le', 'other']

export const checkArchitecture = (asked: string): string =>
  architectures.includes(asked)
    ? asked
    : refuse('InvalidParameterValue', `Value (${asked}) for parameter architecture is invalid.`)

// 1
export const kernelAsked = (id: string | undefined): string | undefined =>
  id === undefined || id === 'windows' ? id : checkImageId(id, 'image')

export const ramdiskAsked = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : checkImageId(id, 'image')

// 2
export const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9()./_-]{3,128}$/.test(name)) {
    refuse(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    )
  }
}

// 3
export const checkDuplicate = (tx: Tx, name: string): void => {
  const holder = tx.images
    .list()
    .find(image => image.account === tx.caller.account && image.name === name && isStandard(image))
  if (holder) refuse('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by EMI ${holder.id}`)
}

// 4
export const checkDescription = (description: string | undefined): void => {
  if ((description ?? '').length > 255) {
    refuse('InvalidParameter', 'AMI descriptions must be less than 256 characters long')
  }
}

/** The network drivers that are said to be in it, as AWS keeps them. */
export const networkDrivers = ({ SriovNetSupport, EnaSupport }: RegisterImageRequest): NetworkDrivers => {
  if (SriovNetSupport && SriovNetSupport !== 'simple') {
    refuse('InvalidParameterValue', `Value (${SriovNetSupport}) for parameter sriovNetSupport is invalid.`)
  }
  return {
    ...(SriovNetSupport && { sriovNetSupport: 'simple' }),
    ...(EnaSupport !== undefined && { enaSupport: EnaSupport }),
  }
}
