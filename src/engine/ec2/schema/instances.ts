// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'
import type { DeviceMapping } from './images'

export type InstanceStateName =
  | 'pending'
  | 'running'
  | 'shutting-down'
  | 'terminated'
  | 'stopping'
  | 'stopped'

export interface StateReason {
  readonly code: string
  readonly message: string
}

export interface MetadataOptions {
  readonly isTold: boolean
  readonly needsToken: boolean
  readonly hopLimit: number
}

/** One machine. All that its reservation has is here too, as an instance never changes its reservation. */
export interface Instance {
  /** `i-` and 8 lower-case hex digits. */
  readonly id: string
  /** Owner, 12 digits. */
  readonly account: string
  readonly reservationId: string
  /** Number within its reservation, from 0. */
  readonly launchIndex: number
  readonly state: InstanceStateName
  /** Shown as `reason`: empty, or one of Eucalyptus' few sentences (engine-ebs §1). */
  readonly reason: string
  readonly stateReason?: StateReason
  readonly imageId: string
  readonly kernelId?: string
  readonly ramdiskId?: string
  readonly architecture: string
  readonly platform: 'linux' | 'windows'
  readonly virtualizationType: 'paravirtual' | 'hvm'
  readonly rootDeviceName: string
  /** Where the root is: absent for instance store. The root volume is the one that is attached as `rootDeviceName`. */
  readonly rootDeviceType?: 'ebs'
  readonly productCodes: readonly string[]
  /** Ephemeral and suppressed devices. Volumes know themselves where they are attached. */
  readonly mappings: readonly DeviceMapping[]
  readonly instanceType: string
  readonly zone: string
  readonly keyName?: string
  /** Security groups by id. */
  readonly groupIds: readonly string[]
  readonly privateIp: string
  /** In a VPC: where the primary interface is. All interfaces know themselves what they are attached to. */
  readonly vpcId?: string
  readonly subnetId?: string
  /**
   * In a VPC: the address in 127/8 at which this machine reaches it. Private addresses of VPCs are nobody's on this
   * machine, and those of two VPCs may be the same. Elsewhere it is `privateIp`.
   */
  readonly hostIp?: string
  readonly macAddress: string
  readonly monitoring: boolean
  /** As it came: base64. */
  readonly userData?: string
  readonly clientToken?: string
  readonly placementGroup?: string
  readonly tenancy: string
  readonly disableApiTermination: boolean
  /** Whether requests may neither stop nor terminate it. */
  readonly disableApiStop?: boolean
  readonly shutdownBehavior: 'stop' | 'terminate'
  readonly launchedAt: Date
  readonly terminatedAt?: Date
  /** When it was last told to stop. */
  readonly stoppingSince?: Date
  /** How often it was rebooted. */
  readonly reboots: number
  /** How often it was started again after it had been stopped. */
  readonly starts?: number
  /** How it is told of itself, where that was ever said. */
  readonly metadataOptions?: MetadataOptions
  /** Of its profile, which may be gone by now: through it the instance has a role. */
  readonly profileArn?: string
  readonly profileId?: string
  /** When it got that, if not when it was launched. */
  readonly profileSince?: Date
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  /** It was to have no public address. */
  readonly isPrivate?: boolean
  /** `account/name` of the Auto Scaling group that made it. */
  readonly scalingGroup?: string
  /** In which of its boots what stands for it broke down, and when; see impairment.ts. */
  readonly impaired?: { readonly boot: string; readonly at: Date }
  /** What it has of its node since it was started, where its type had been changed by then. */
  readonly size?: { readonly cpus: number; readonly diskGib: number; readonly memoryMib: number }
}

/** What an instance wrote to its serial console. Apart from the instance, as it is long and seldom read. */
export interface ConsoleRecord {
  readonly instanceId: string
  readonly text: string
  readonly updatedAt: Date
}

export const instanceTables = {
  instances: table<Instance>({
    scope: 'cloud',
    key: instance => instance.id,
    missing: id => refuse('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`),
  }),
  consoles: table<ConsoleRecord>({ scope: 'cloud', key: console => console.instanceId, large: true }),
}
