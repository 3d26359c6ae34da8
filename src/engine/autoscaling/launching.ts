// SPDX-License-Identifier: BSD-2-Clause
// How instances come into a group. An instance, its place in the group, its tags and the activity are one transaction's, so
// that no process that dies leaves an instance that nobody knows of, nor a place that nothing fills.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { toRunInstances } from '../ec2/access/launching'
import { runInstances } from '../ec2/run-instances'
import { groupNamed } from '../ec2/security-group-records'
import { hasVpcs } from '../ec2/vpc/networking'
import { Refusal } from '../errors'
import { administratorName, userCaller } from '../iam/callers'
import type { Tx } from '../operation'
import { putTags } from '../tags'
import { launchBegan, launchRefused } from './activities'
import { groupArn } from './arns'
import { causeAt, groupKey, isSuspended, putGroup } from './groups'
import { isGroupId } from './references'
import type { BlockDevice, LaunchConfiguration, LaunchTrouble, ScalingGroup } from './schema/groups'
import { sharesOf } from './subnets'

/** `autoscaling.maxlaunchincrement`: instances of one action. */
export const maximumIncrement = 20

/** EC2 would not launch what the group needs. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused'
  constructor(
    readonly refusal: Refusal,
    /** Of the activity that failed. */
    readonly because: string,
    /** It was not to fill the group, but to balance it. */
    readonly isBalancing: boolean,
    readonly attempted: number,
  ) {
    super(refusal.message)
  }
}

const mappingOf = ({ deviceName, virtualName, noDevice, ebs }: BlockDevice) => ({
  DeviceName: deviceName,
  ...(virtualName !== undefined && { VirtualName: virtualName }),
  ...(noDevice && { NoDevice: '' }),
  ...(ebs && {
    Ebs: {
      ...(ebs.snapshotId !== undefined && { SnapshotId: ebs.snapshotId }),
      ...(ebs.sizeGib !== undefined && { VolumeSize: ebs.sizeGib }),
      ...(ebs.volumeType !== undefined && { VolumeType: ebs.volumeType as 'standard' }),
      ...(ebs.deleteOnTermination !== undefined && { DeleteOnTermination: ebs.deleteOnTermination }),
      ...(ebs.iops !== undefined && { Iops: ebs.iops }),
      ...(ebs.throughput !== undefined && { Throughput: ebs.throughput }),
      ...(ebs.encrypted !== undefined && { Encrypted: ebs.encrypted }),
    },
  }),
})

/** What is asked of EC2. */
const requestOf = (group: ScalingGroup, from: LaunchConfiguration, zone: string, count: number) => ({
  MinCount: 1,
  MaxCount: count,
  ImageId: from.imageId,
  InstanceType: from.instanceType as RunInstancesRequest['InstanceType'],
  ...(from.kernelId && { KernelId: from.kernelId }),
  ...(from.ramdiskId && { RamdiskId: from.ramdiskId }),
  ...(from.keyName && { KeyName: from.keyName }),
  ...(from.userData && { UserData: from.userData }),
  BlockDeviceMappings: from.mappings.map(mappingOf),
  Monitoring: { Enabled: from.monitoring },
  ...(from.instanceProfile && {
    IamInstanceProfile: from.instanceProfile.startsWith('arn:')
      ? { Arn: from.instanceProfile }
      : { Name: from.instanceProfile },
  }),
  ...(from.ebsOptimized !== undefined && { EbsOptimized: from.ebsOptimized }),
  Placement: {
    AvailabilityZone: zone,
    ...(group.placementGroup && { GroupName: group.placementGroup }),
    ...(from.tenancy && { Tenancy: from.tenancy as 'default' }),
  },
})

/** In which subnet and groups, and whether reached from outside: in a VPC that is said of the only interface. */
const networkOf = (
  tx: Tx,
  { securityGroups, publicAddress }: LaunchConfiguration,
  subnetId: string | undefined,
) => {
  if (publicAddress === undefined || !hasVpcs(tx)) {
    return {
      SecurityGroups: [...securityGroups],
      ...(subnetId !== undefined && { SubnetId: subnetId }),
      ...(publicAddress === false && { AddressingType: 'private' }),
    }
  }
  const Groups = securityGroups.map(text => (isGroupId(text) ? text : groupNamed(tx, { GroupName: text }).id))
  return {
    NetworkInterfaces: [
      { DeviceIndex: 0, AssociatePublicIpAddress: publicAddress, Groups, SubnetId: subnetId },
    ],
  }
}

/** Run instances as the account's administrator, within what the account's own policies allow. Gives their ids. */
const runIn = (
  tx: Tx,
  group: ScalingGroup,
  from: LaunchConfiguration,
  zone: string,
  wanted: number,
): readonly string[] => {
  const as = tx.as(userCaller(tx, group.account, administratorName))
  return sharesOf(tx, group, zone, wanted).flatMap(({ subnetId, count }) => {
    const request = { ...requestOf(group, from, zone, count), ...networkOf(as, from, subnetId) }
    as.authorize(...toRunInstances(as, request).map(demand => ({ action: 'ec2:RunInstances', ...demand })))
    const { Instances = [] } = runInstances(as, request)
    return Instances.map(({ InstanceId = '' }) => InstanceId)
  })
}

const tagsFor = (group: ScalingGroup) => [
  { key: 'aws:autoscaling:groupName', value: group.name },
  ...group.tags.filter(({ propagates }) => propagates).map(({ key, value }) => ({ key, value })),
]

/** A token has 64 characters at most. */
const tokenZoneLength = 24

const joins = (
  tx: Tx,
  group: ScalingGroup,
  from: LaunchConfiguration,
  id: string,
  zone: string,
  cause: string,
): void => {
  const activity = launchBegan(tx, group, { id, zone }, cause)
  tx.instances.put({
    ...tx.instances.must(id),
    scalingGroup: groupKey(group),
    // As Eucalyptus writes it. Nothing goes by it: whoever launches an instance has it on record as well.
    clientToken: `${activity.activityId}_${zone.slice(0, tokenZoneLength)}_1`,
  })
  putTags(tx, id, tagsFor(group), group.account)
  tx.scalingInstances.put({
    id,
    account: group.account,
    groupId: group.id,
    groupName: group.name,
    zone,
    instanceType: from.instanceType,
    launchConfigurationName: from.name,
    lifecycle: 'Pending',
    health: 'Healthy',
    isProtected: group.protectsNew,
    joinedAt: tx.now,
    ...activity,
  })
}

/** `an instance was started …` for so many that there are and so many that there are to be. */
const started = (from: number, to: number): string =>
  `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}`

/**
 * Launch what `placesFor` says. Causes that wait are told with it. `LaunchRefused`, for which the transaction has to be undone,
 * when EC2 refuses; it may take fewer than were asked for, in which case the rest is tried anew.
 */
export const launch = (
  tx: Tx,
  group: ScalingGroup,
  size: number,
  placesFor: (from: LaunchConfiguration) => ReadonlyMap<string, number>,
  balancing?: string,
): void => {
  let wanted = 1
  try {
    const from = tx.launchConfigurations.in(group.account).must(group.launchConfigurationName)
    const places = [...placesFor(from)]
    wanted = places.reduce((sum, [, count]) => sum + count, 0)
    const made = places.flatMap(([zone, count]) =>
      runIn(tx, group, from, zone, count).map(id => ({ id, zone })),
    )
    const why = causeAt(tx.now, balancing ?? started(size, size + made.length))
    const cause = [...group.causes, why].join(' ')
    for (const { id, zone } of made) joins(tx, group, from, id, zone, cause)
    putGroup(tx, { ...group, causes: [] })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new LaunchRefused(error, balancing ?? started(size, size + 1), balancing !== undefined, wanted)
  }
}

// ---- launches that fail ------------------------------------------------------------------------------------------

/** `autoscaling.activityinitialbackoff` and `activitymaxbackoff`. */
const firstPauseSeconds = 9
const longestPauseSeconds = 15 * 60

/** `autoscaling.suspensionlaunchattemptsthreshold` and `suspensiontimeout`. */
const attemptsToSuspension = 15
const suspensionSeconds = 24 * 3600

/** What a launch is tried with: with another configuration, or elsewhere, it may well succeed. */
const attemptOf = ({ launchConfigurationName, zones, vpcZoneIdentifier }: ScalingGroup): string =>
  [launchConfigurationName, ...zones, ...(vpcZoneIdentifier ? [vpcZoneIdentifier] : [])].join(' ')

/** The trouble that the group has with what it is to launch now. */
export const troubleOf = (group: ScalingGroup): LaunchTrouble | undefined =>
  group.trouble?.of === attemptOf(group) ? group.trouble : undefined

/** Whether this is still to be waited for: no pause is longer, unless the clock has been turned back since it began. */
const isPause = (until: Date, now: Date): boolean =>
  now < until && until.getTime() - now.getTime() <= longestPauseSeconds * 1000

/** Whether launches have to wait because others have failed. */
export const isBackingOff = (group: ScalingGroup, now: Date): boolean => {
  const trouble = troubleOf(group)
  return trouble !== undefined && isPause(trouble.nextAt, now)
}

/** Whether EC2 has refused to launch what would balance the group, and not long ago. */
export const isLeftUnbalanced = ({ balanceAfter }: ScalingGroup, now: Date): boolean =>
  balanceAfter !== undefined && isPause(balanceAfter, now)

/** Another launch has failed. After a day of that no more is launched until somebody has looked at it. */
export const withTrouble = (tx: Tx, group: ScalingGroup): ScalingGroup => {
  const { now } = tx
  const before = troubleOf(group)
  const attempts = (before?.attempts ?? 0) + 1
  const since = before?.since ?? now
  const { trouble: _, ...rest } = group
  const isHopeless =
    attempts >= attemptsToSuspension && now.getTime() - since.getTime() > suspensionSeconds * 1000
  if (isHopeless) {
    if (isSuspended(group, 'Launch')) return rest
    tx.event('ActivityManager', 'INFO', `Suspending launch for group: ${groupArn(group)}`)
    const suspension = { process: 'Launch', reason: 'Administrative suspension', at: now } as const
    return { ...rest, suspensions: [...group.suspensions, suspension] }
  }
  const pause = Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** Math.min(attempts - 1, 16))
  const nextAt = new Date(now.getTime() + pause * 1000)
  return { ...group, trouble: { since, attempts, nextAt, of: attemptOf(group) } }
}

/** Write down what became of a launch that was refused. */
export const noteRefusal = (tx: Tx, group: ScalingGroup, refused: LaunchRefused): void => {
  const cause = [...group.causes, causeAt(tx.now, refused.because)].join(' ')
  launchRefused(tx, group, cause, refused.refusal.message)
  const balanceAfter = new Date(tx.now.getTime() + longestPauseSeconds * 1000)
  // A group that has its size can wait to be balanced; that it cannot be is no reason to stop launching.
  putGroup(tx, refused.isBalancing ? { ...group, balanceAfter } : withTrouble(tx, group))
}
