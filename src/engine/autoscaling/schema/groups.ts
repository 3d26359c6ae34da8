// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../../store/table'
import { missing } from '../refusals'

/** What instances are made from. It never changes. */
export interface LaunchConfiguration {
  /** Owner, 12 digits. */
  readonly account: string
  readonly name: string
  /** UUID, of its ARN. */
  readonly id: string
  readonly imageId: string
  readonly kernelId?: string
  readonly ramdiskId?: string
  readonly instanceType: string
  readonly keyName?: string
  /** As they were given: names or ids. */
  readonly securityGroups: readonly string[]
  /** Base64. */
  readonly userData?: string
  readonly mappings: readonly BlockDevice[]
  /** Detailed monitoring. */
  readonly monitoring: boolean
  readonly spotPrice?: string
  /** Name or ARN, as it was given. */
  readonly instanceProfile?: string
  readonly ebsOptimized?: boolean
  readonly publicAddress?: boolean
  readonly tenancy?: string
  readonly createdAt: Date
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
}

export interface BlockDevice {
  readonly deviceName: string
  readonly virtualName?: string
  readonly noDevice?: boolean
  readonly ebs?: {
    readonly snapshotId?: string
    readonly sizeGib?: number
    readonly volumeType?: string
    readonly deleteOnTermination?: boolean
    readonly iops?: number
    readonly throughput?: number
    readonly encrypted?: boolean
  }
}

/** The processes of a group (engine-autoscaling §2). */
export const processNames = [
  'Launch',
  'Terminate',
  'HealthCheck',
  'ReplaceUnhealthy',
  'AZRebalance',
  'AlarmNotification',
  'ScheduledActions',
  'AddToLoadBalancer',
] as const
export type ProcessName = (typeof processNames)[number]

export interface Suspension {
  readonly process: ProcessName
  /** By the user, or by the cloud after launches have failed for long. */
  readonly reason: 'Manual suspension' | 'Administrative suspension'
  readonly at: Date
}

export interface GroupTag {
  readonly key: string
  readonly value: string
  readonly propagates: boolean
}

/** Who is told of what. */
export interface GroupNotification {
  readonly topic: string
  /** Such as `autoscaling:EC2_INSTANCE_LAUNCH`. */
  readonly types: readonly string[]
}

/** Launches that fail, one after another. */
export interface LaunchTrouble {
  readonly since: Date
  readonly attempts: number
  /** No launch is tried before. */
  readonly nextAt: Date
  /** What was to be launched, and where: what is asked for otherwise is tried at once. */
  readonly of?: string
}

/** While instances that a policy with steps has launched warm up, its steps go by the capacity from before. */
export interface StepScaling {
  readonly from: number
  readonly since: Date
  readonly warmupSeconds: number
}

export interface ScalingGroup {
  readonly account: string
  readonly name: string
  /** UUID, of its ARN. */
  readonly id: string
  readonly createdAt: Date
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  readonly launchConfigurationName: string
  readonly minSize: number
  readonly maxSize: number
  readonly desired: number
  readonly cooldownSeconds: number
  readonly graceSeconds: number
  readonly healthCheckType: 'EC2' | 'ELB'
  /** Never empty; as the zones' names are written. */
  readonly zones: readonly string[]
  /** In a VPC, where users said so: ids of subnets, which its zones are those of. */
  readonly vpcZoneIdentifier?: string
  readonly placementGroup?: string
  readonly loadBalancerNames: readonly string[]
  readonly terminationPolicies: readonly string[]
  /** New instances are protected from scaling in. */
  readonly protectsNew: boolean
  readonly tags: readonly GroupTag[]
  readonly suspensions: readonly Suspension[]
  /** Metrics that are collected, once a minute. */
  readonly metrics: readonly string[]
  readonly notifications: readonly GroupNotification[]
  /** Why the desired capacity was changed since the last launch or termination: `At <time> <text>.` each. */
  readonly causes: readonly string[]
  /** When the last scaling by a policy, or by somebody who asked for it, ended its work; cooldowns count from it. */
  readonly scaledAt?: Date
  /** The cooldown that counts from `scaledAt`, when it is not the group's own. */
  readonly scaledCooldownSeconds?: number
  /** What began at `scaledAt` is not over yet. */
  readonly isScaling?: true
  /** The last scaling out by a policy with steps. */
  readonly stepScaling?: StepScaling
  /** When (ms) the metrics are written down next. */
  readonly measureAt?: number
  readonly trouble?: LaunchTrouble
  /** Nothing is launched to balance the zones before, as EC2 has just refused to. */
  readonly balanceAfter?: Date
}

/** An instance of a group. It is on record from the transaction that runs it to the one that has it terminated. */
export interface ScalingInstance {
  /** The instance's id. */
  readonly id: string
  readonly account: string
  readonly groupId: string
  readonly groupName: string
  readonly zone: string
  readonly instanceType: string
  readonly launchConfigurationName: string
  readonly lifecycle: 'Pending' | 'InService'
  readonly health: 'Healthy' | 'Unhealthy'
  /** Not chosen when the group shrinks. */
  readonly isProtected: boolean
  readonly joinedAt: Date
  /** From when on its grace period counts. */
  readonly inServiceAt?: Date
  /** The activity that ends when it is in service. */
  readonly activityId?: string
  /** Where that is on record: the key of its table. */
  readonly activityKey?: readonly [number, number]
}

/** When a group is looked after next. Apart from the group, as it changes all the time. */
export interface GroupWake {
  readonly groupId: string
  /** ms */
  readonly at: number
}

export const groupTables = {
  launchConfigurations: table<LaunchConfiguration>({
    scope: 'account',
    key: ({ name }) => name,
    missing: name => missing(`Launch configuration not found: ${name}`),
  }),
  scalingGroups: table<ScalingGroup>({
    scope: 'account',
    key: ({ name }) => name,
    missing: name => missing(`Auto scaling group not found: ${name}`),
  }),
  scalingInstances: table<ScalingInstance>({ scope: 'cloud', key: ({ id }) => id }),
  groupWakes: table<GroupWake>({ scope: 'cloud', key: ({ groupId }) => groupId }),
}
