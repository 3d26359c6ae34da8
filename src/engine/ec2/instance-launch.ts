// SPDX-License-Identifier: BSD-2-Clause
// What RunInstances checks before anything is made, family by family. Each function gives what the instances will have.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Demand } from '../access'
import { refuse } from '../errors'
import { arnOf } from '../iam/arns'
import { profileNamed, profileRole } from '../iam/profile-names'
import type { Tx } from '../operation'
import { zoneDemand } from './access/resources'
import { capacity, type InstanceType } from './capacity'
import { isStandard, mayRun } from './image-access'
import { findImage } from './image-ids'
import { instanceProperties, maximumInstancesPerRun } from './properties'
import type { Image, ImageKind } from './schema/images'
import { defaultGroup, groupNamed } from './security-group-records'
import { zoneNamed, zoneNames } from './zones'

const invalid = (message: string): never => refuse('InvalidParameterValue', message)

/** How many at least and at most. */
export const checkCounts = ({ MinCount = 1, MaxCount = 1 }: Partial<RunInstancesRequest>) => {
  if (MinCount < 1)
    invalid(`Value (${MinCount}) for parameter minCount is invalid. Expected a positive number.`)
  if (MaxCount < MinCount) {
    invalid(
      `Value (${MaxCount}) for parameter maxCount is invalid. Expected at least minCount (${MinCount}).`,
    )
  }
  if (MinCount > maximumInstancesPerRun) {
    refuse(
      'InstanceLimitExceeded',
      `You have requested more instances (${MinCount}) than one call may start (${maximumInstancesPerRun}).`,
    )
  }
  return { minimum: MinCount, maximum: Math.min(MaxCount, maximumInstancesPerRun) }
}

const unknownImage = (id: string | undefined): never =>
  refuse('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)

/** An image that the caller may run, of the kind that its place asks for. */
export const runnable = (tx: Tx, id: string | undefined, kind: ImageKind): Image => {
  const image = findImage(tx, id)
  if (!image || !isStandard(image) || image.kind !== kind) return unknownImage(id)
  if (!mayRun(tx.caller, image)) refuse('UnauthorizedOperation', `${image.id}: permission denied.`, 403)
  if (image.state === 'pending') {
    refuse('InvalidAMIID.Unavailable', `The image id '[${image.id}]' is pending, and cannot be run yet`)
  }
  return image
}

export interface Images {
  readonly machine: Image
  readonly kernelId?: string
  readonly ramdiskId?: string
}

/** The machine image and, for a paravirtual one, its kernel and ramdisk: of the request, else of the image. */
export const checkImages = (tx: Tx, input: RunInstancesRequest): Images => {
  if (!input.ImageId) refuse('MissingParameter', 'The request must contain the parameter ImageId')
  const machine = runnable(tx, input.ImageId, 'machine')
  if (machine.virtualizationType === 'hvm') return { machine }
  const kernelId = runnable(tx, input.KernelId ?? machine.kernelId, 'kernel').id
  const ramdisk = input.RamdiskId ?? machine.ramdiskId
  // A kernel can find its root on a volume by itself; the tools of instance store always give it a ramdisk.
  if (ramdisk === undefined && machine.rootDeviceType === 'ebs') return { machine, kernelId }
  return { machine, kernelId, ramdiskId: runnable(tx, ramdisk, 'ramdisk').id }
}

/** Whether requests shall not stop it, which an instance without a root on a volume cannot be anyway. */
export const stopProtection = (asked = false, isEbsBacked = true): boolean => {
  if (asked && !isEbsBacked) {
    refuse('UnsupportedOperation', "Stop protection needs an instance with an 'ebs' root device type.")
  }
  return asked
}

// Windows images may be a little larger than the type's disk (engine-ebs §8).
const windowsSlackBytes = 10 * 2 ** 20

export const checkSize = (image: Image, type: InstanceType): void => {
  if (image.rootDeviceType === 'ebs') return
  const slack = image.platform === 'windows' ? windowsSlackBytes : 0
  if (image.bytes >= type.diskGib * 2 ** 30 + slack) {
    refuse(
      'InvalidParameterCombination',
      `Unable to run instance ${image.id} in which the size ${image.bytes} bytes of the instance is greater than the vmType ${type.name} size ${type.diskGib} GB.`,
    )
  }
}

export const checkKey = (tx: Tx, name: string | undefined): string | undefined =>
  name ? tx.keyPairs.must(name).name : undefined

// AWS' limit where there is no VPC.
const maximumGroups = 500

/** Ids of the groups that the request names; without any the account's `default`. */
export const checkGroups = (tx: Tx, input: RunInstancesRequest): readonly string[] => {
  const groups = [
    ...(input.SecurityGroupIds ?? []).map(GroupId => groupNamed(tx, { GroupId })),
    // euca2ools puts ids among the names when it is asked to.
    ...(input.SecurityGroups ?? []).map(name =>
      groupNamed(tx, /^sg-[0-9a-f]{8,17}$/i.test(name) ? { GroupId: name } : { GroupName: name }),
    ),
  ]
  if (groups.length > maximumGroups) {
    refuse('SecurityGroupLimitExceeded', `No more than ${maximumGroups} security groups may be given`)
  }
  const ids = [...new Set(groups.map(group => group.id))]
  return ids.length > 0 ? ids : [defaultGroup(tx).id]
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Base64 without white space; 16 KiB at most once decoded. */
export const checkUserData = (text: string | undefined): string | undefined => {
  if (!text) return undefined
  const packed = text.replace(/\s+/g, '')
  if (!base64.test(packed)) invalid('Invalid BASE64 encoding of user data')
  const { userDataBytes } = instanceProperties
  if (Buffer.from(packed, 'base64').length > userDataBytes) {
    invalid(`User data is limited to ${userDataBytes} bytes`)
  }
  return packed
}

/** Other ways to say what to run, and for how much: none of them may be passed over. */
export const refuseTemplates = (input: RunInstancesRequest): void => {
  const template = input.LaunchTemplate
  if (template?.LaunchTemplateId) {
    const id = template.LaunchTemplateId
    refuse(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    )
  }
  if (template) {
    const name = template.LaunchTemplateName
    refuse(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${name}, does not exist.`,
    )
  }
  // A machine at the price of the day may be taken away again; one that may not is not what was asked for.
  if (input.InstanceMarketOptions?.MarketType) {
    refuse('UnsupportedOperation', 'Spot instances and capacity blocks are not supported by this cloud')
  }
}

/** What the machines of this cloud cannot do, and whoever asks for it counts on. */
export const refuseUnableTo = ({ HibernationOptions, EnclaveOptions }: RunInstancesRequest): void => {
  if (HibernationOptions?.Configured) {
    refuse('UnsupportedHibernationConfiguration', 'Instances of this cloud cannot hibernate')
  }
  if (EnclaveOptions?.Enabled) refuse('UnsupportedOperation', 'Instances of this cloud have no enclaves')
}

/** What needs a VPC; the classic network has none of these, so no name of one is right. */
export const refuseUnsupported = (input: RunInstancesRequest): void => {
  if (input.SubnetId) refuse('InvalidSubnetID.NotFound', `The subnet ID '${input.SubnetId}' does not exist`)
  if (input.NetworkInterfaces?.length || input.PrivateIpAddress) {
    refuse('UnsupportedOperation', 'Network interfaces and private addresses can be chosen in a VPC only')
  }
}

/** The profile that gives the instances their role. Whether the caller may hand that on was asked before. */
export const checkProfile = (
  tx: Tx,
  { IamInstanceProfile: asked }: Pick<RunInstancesRequest, 'IamInstanceProfile'>,
): { readonly profileArn?: string; readonly profileId?: string } => {
  const name = asked?.Arn || asked?.Name
  if (!asked || !name) return {}
  const no = (why: string): never =>
    invalid(`Value (${name}) for parameter iamInstanceProfile is invalid. ${why}`)
  const profile = profileNamed(tx, asked) ?? no('No such instance profile')
  const profileArn = arnOf('instance-profile', profile)
  if (!profileRole(tx, profile)) no(`IAM Instance Profile "${profileArn}" has no associated IAM Roles`)
  return { profileArn, profileId: profile.id }
}

/** Where to run, and how many: the zone asked for, else the first that takes all, else the one that takes most. */
export const placeInstances = (
  tx: Tx,
  zone: string | undefined,
  type: InstanceType,
  counts: { readonly minimum: number; readonly maximum: number },
  among: readonly string[] = zoneNames,
  demandsIn: (zone: string) => readonly Demand[] = zone => [zoneDemand(tx, zone)],
): { readonly zone: string; readonly count: number } => {
  const mayUse = (name: string): boolean => demandsIn(name).every(demand => tx.permits(demand))
  const asked = zone ? [zoneNamed(zone)] : among.filter(mayUse)
  if (asked.length === 0) tx.authorize(...among.flatMap(demandsIn))
  const rooms = asked.map(name => ({ zone: name, room: capacity(tx, name, type).available }))
  const enough = rooms.find(({ room }) => room >= counts.maximum)
  const most = rooms.reduce((best, one) => (one.room > best.room ? one : best))
  const chosen = enough ?? most
  if (chosen.room < counts.minimum) {
    refuse(
      'InsufficientInstanceCapacity',
      `Not enough resources (${chosen.room} in ${chosen.zone} < ${counts.minimum}): vm instances.`,
      503,
    )
  }
  return { zone: chosen.zone, count: Math.min(counts.maximum, chosen.room) }
}
