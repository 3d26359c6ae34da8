// SPDX-License-Identifier: BSD-2-Clause
// How much policies let an account or a user have: `Limit` statements on `ec2:quota-…` (engine-iam-elb, part 1 §5). What
// is counted is what is on record in the same transaction, so that no two requests can pass a quota together.
//
// A policy of the account limits what is the account's, one of a user what he made. Those of groups limit nothing here, as
// Eucalyptus counts for accounts and users only. Cloud administrators have no limits.
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import { any, arn } from './access/resources'
import { type Amount, type InstanceType, sizeOf } from './capacity'
import type { Image } from './schema/images'
import type { Instance } from './schema/instances'
import type { Address, SecurityGroup } from './schema/network'
import type { Snapshot, Volume } from './schema/volumes'
import type { InternetGateway, Vpc } from './schema/vpc'
import { groupsOf } from './security-group-records'

interface Owned {
  readonly account: string
  readonly createdBy?: string
}

/** As whose it counts what a caller makes. The sessions of a role are one. */
export const creatorOf = ({ userId, session }: Caller): string => session?.holderId ?? userId

/** Whose a new record is. */
export const madeBy = ({ caller }: Tx): Owned => {
  const createdBy = creatorOf(caller)
  return { account: caller.account, ...(createdBy && { createdBy }) }
}

interface Quota<R> {
  /** After `ec2:quota-`. */
  readonly key: string
  /** What makes it: quotas may be on this action alone, whichever operation it is made by. */
  readonly action: string
  /** Of its ARN. */
  readonly type: string
  readonly records: (tx: Tx) => readonly R[]
  readonly isCounted: (record: R) => boolean
  /** 1 where it is their number that counts. */
  readonly amountOf: (record: R) => number
}

/** How much more the caller may have; infinite without a quota. */
const roomIn = <R extends Owned>(tx: Tx, quota: Quota<R>): number => {
  const key = `ec2:quota-${quota.key}`
  const resource = arn(tx, quota.type, any)
  const limits = [
    ...tx.limits(key, { resource }),
    ...tx.limits(key, { resource, action: quota.action }),
  ].filter(({ scope }) => scope !== 'group')
  if (limits.length === 0) return Number.POSITIVE_INFINITY
  const creator = creatorOf(tx.caller)
  const own = quota
    .records(tx)
    .filter(record => record.account === tx.caller.account && quota.isCounted(record))
  const taken = (records: readonly R[]) => records.reduce((sum, record) => sum + quota.amountOf(record), 0)
  return Math.min(
    ...limits.map(
      ({ scope, most }) =>
        most - taken(scope === 'user' ? own.filter(({ createdBy }) => createdBy === creator) : own),
    ),
  )
}

const one = (): number => 1

// ---- volumes and snapshots ---------------------------------------------------------------------------------------

const volumes = {
  ...{ action: 'ec2:CreateVolume', type: 'volume' },
  records: (tx: Tx) => tx.volumes.list(),
  isCounted: ({ state }: Volume) => state !== 'deleted' && state !== 'error',
}

const gibOf = ({ sizeGib, modification }: Volume): number =>
  modification?.state === 'modifying' ? modification.after.sizeGib : sizeGib

/** Refuse `count` more volumes, or `gib` more of them: VolumeLimitExceeded. */
export const checkVolumeQuotas = (tx: Tx, { count, gib }: { count: number; gib: number }): void => {
  if (count > roomIn(tx, { ...volumes, key: 'volumenumber', amountOf: one })) {
    refuse('VolumeLimitExceeded', 'Maximum number of volumes exceeded.')
  }
  if (gib > roomIn(tx, { ...volumes, key: 'volumetotalsize', amountOf: gibOf })) {
    refuse('VolumeLimitExceeded', 'Maximum total size of volumes exceeded.')
  }
}

const snapshots: Quota<Snapshot> = {
  ...{ key: 'snapshotnumber', action: 'ec2:CreateSnapshot', type: 'snapshot' },
  records: tx => tx.snapshots.list(),
  isCounted: ({ state }) => state !== 'error',
  amountOf: one,
}

/** Refuse one more snapshot: SnapshotLimitExceeded. */
export const checkSnapshotQuota = (tx: Tx): void => {
  if (roomIn(tx, snapshots) < 1) refuse('SnapshotLimitExceeded', 'Maximum number of snapshots exceeded.')
}

// ---- images ------------------------------------------------------------------------------------------------------

const images: Quota<Image> = {
  ...{ key: 'imagenumber', action: 'ec2:RegisterImage', type: 'image' },
  records: tx => tx.images.list(),
  isCounted: ({ state }) => state === 'available' || state === 'pending',
  amountOf: one,
}

/** Refuse one more image of whatever kind: AWS' ResourceLimitExceeded, as Eucalyptus has no code for it. */
export const checkImageQuota = (tx: Tx): void => {
  if (roomIn(tx, images) < 1) refuse('ResourceLimitExceeded', 'Maximum number of images exceeded.')
}

// ---- the network -------------------------------------------------------------------------------------------------

const addresses: Quota<Address> = {
  ...{ key: 'addressnumber', action: 'ec2:AllocateAddress', type: 'address' },
  records: tx => tx.addresses.list(),
  isCounted: ({ kind }) => kind === 'elastic',
  amountOf: one,
}

export const hasRoomForAddress = (tx: Tx): boolean => roomIn(tx, addresses) >= 1

const groups: Quota<SecurityGroup> = {
  ...{ key: 'securitygroupnumber', action: 'ec2:CreateSecurityGroup', type: 'security-group' },
  // The group that every account has from the start is one of them.
  records: tx => groupsOf(tx),
  isCounted: () => true,
  amountOf: one,
}

/** Refuse one more group: SecurityGroupLimitExceeded. */
export const checkGroupQuota = (tx: Tx): void => {
  if (roomIn(tx, groups) < 1) {
    refuse('SecurityGroupLimitExceeded', 'Maximum number of security groups exceeded.')
  }
}

const vpcs: Quota<Vpc> = {
  ...{ key: 'vpcnumber', action: 'ec2:CreateVpc', type: 'vpc' },
  // The default VPC that every account begins with is one of them.
  records: tx => tx.vpcs.list(),
  isCounted: () => true,
  amountOf: one,
}

/** Refuse one more VPC: VpcLimitExceeded. */
export const checkVpcQuota = (tx: Tx): void => {
  if (roomIn(tx, vpcs) < 1) refuse('VpcLimitExceeded', 'Maximum number of VPCs exceeded.')
}

const internetGateways: Quota<InternetGateway> = {
  ...{ key: 'internetgatewaynumber', action: 'ec2:CreateInternetGateway', type: 'internet-gateway' },
  records: tx => tx.internetGateways.list(),
  isCounted: () => true,
  amountOf: one,
}

/** Refuse one more internet gateway: InternetGatewayLimitExceeded. */
export const checkInternetGatewayQuota = (tx: Tx): void => {
  if (roomIn(tx, internetGateways) < 1) {
    refuse('InternetGatewayLimitExceeded', 'Maximum number of internet gateways exceeded.')
  }
}

// ---- instances ---------------------------------------------------------------------------------------------------

const instances = {
  ...{ action: 'ec2:RunInstances', type: 'instance' },
  records: (tx: Tx) => tx.instances.list(),
}

const isThere = ({ state }: Instance): boolean => state !== 'terminated'

/** Whether it takes something of its node. */
const isActive = ({ state }: Instance): boolean => state !== 'terminated' && state !== 'stopped'

interface Measure {
  readonly key: string
  readonly of: (size: Amount) => number
}

/** What active instances take: themselves, and what they have. */
const measures: readonly Measure[] = [
  { key: 'vminstanceactivenumber', of: one },
  { key: 'cputotalsize', of: ({ cpus }) => cpus },
  { key: 'memorytotalsize', of: ({ memoryMib }) => memoryMib },
  { key: 'disktotalsize', of: ({ diskGib }) => diskGib },
]

const roomForActive = (tx: Tx, type: InstanceType): number =>
  Math.min(
    ...measures.map(measure => {
      const room = roomIn<Instance>(tx, {
        ...instances,
        key: measure.key,
        isCounted: isActive,
        amountOf: instance => measure.of(sizeOf(instance)),
      })
      return Math.floor(room / measure.of(type))
    }),
  )

const refuseInstances = (room: number, wanted: number): never =>
  refuse(
    'InstanceLimitExceeded',
    `Your quota allows for ${Math.max(0, room)} more running instance(s). You requested at least ${wanted}`,
  )

/** So many of these new instances as quotas leave room for; refused when there are to be more: InstanceLimitExceeded. */
export const withinInstanceQuotas = (tx: Tx, type: InstanceType, wanted: number, least: number): number => {
  const number = roomIn<Instance>(tx, {
    ...instances,
    key: 'vminstancenumber',
    isCounted: isThere,
    amountOf: one,
  })
  const room = Math.min(number, roomForActive(tx, type))
  return room < least ? refuseInstances(room, least) : Math.min(room, wanted)
}

/** Refuse to start an instance that was stopped: InstanceLimitExceeded. */
export const checkStartQuotas = (tx: Tx, type: InstanceType): void => {
  const room = roomForActive(tx, type)
  if (room < 1) refuseInstances(room, 1)
}
