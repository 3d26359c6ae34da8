// SPDX-License-Identifier: BSD-2-Clause
// How the states of things in EC2 are asked for. By filters wherever there are any, since a list of what there is, unlike
// an ID that is unknown or not listed any more, is never refused.
import type { Ec2Client } from '../clients'

export interface Seen {
  readonly id: string | undefined
  readonly state: string | undefined
  /** Why it is in that state, if that is told. */
  readonly reason?: string | undefined
  /** How far it has come, if that is told. */
  readonly progress?: string | undefined
}

/** What there is of these at the moment. Without IDs: whether one may ask, and nothing more. */
export type Look = (ec2: Ec2Client, ids: readonly string[]) => Promise<readonly Seen[]>

const among = (name: string, ids: readonly string[]) => [{ Name: name, Values: [...ids] }]

export const instances: Look = async (ec2, ids) => {
  const { Reservations = [] } = await ec2.describeInstances({ Filters: among('instance-id', ids) })
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(
    ({ InstanceId, State, StateReason, StateTransitionReason }) => ({
      id: InstanceId,
      state: State?.Name,
      reason: StateReason?.Message || StateTransitionReason,
    }),
  )
}

/** What the checks of running instances say; of others, their state. */
export const instanceChecks: Look = async (ec2, ids) => {
  const { InstanceStatuses = [] } = await ec2.describeInstanceStatus({
    // There is no filter for the ID.
    ...(ids.length > 0 && { InstanceIds: [...ids] }),
    IncludeAllInstances: true,
  })
  return InstanceStatuses.map(({ InstanceId, InstanceState, InstanceStatus }) => ({
    id: InstanceId,
    state: InstanceState?.Name === 'running' ? InstanceStatus?.Status : InstanceState?.Name,
  }))
}

export const volumes: Look = async (ec2, ids) => {
  const { Volumes = [] } = await ec2.describeVolumes({ Filters: among('volume-id', ids) })
  return Volumes.map(({ VolumeId, State }) => ({ id: VolumeId, state: State }))
}

/** Volumes that are attached to something, by the state of that. */
export const attachments: Look = async (ec2, ids) => {
  const { Volumes = [] } = await ec2.describeVolumes({ Filters: among('volume-id', ids) })
  return Volumes.flatMap(({ VolumeId, Attachments = [] }) =>
    Attachments.map(({ State }) => ({ id: VolumeId, state: State })),
  )
}

export const snapshots: Look = async (ec2, ids) => {
  const { Snapshots = [] } = await ec2.describeSnapshots({ Filters: among('snapshot-id', ids) })
  return Snapshots.map(({ SnapshotId, State, Progress, StateMessage }) => ({
    id: SnapshotId,
    state: State,
    reason: StateMessage,
    progress: Progress,
  }))
}

export const images: Look = async (ec2, ids) => {
  const { Images = [] } = await ec2.describeImages({ Filters: among('image-id', ids) })
  return Images.map(({ ImageId, State, StateReason }) => ({
    id: ImageId,
    state: State,
    reason: StateReason?.Message,
  }))
}

export const bundleTasks: Look = async (ec2, ids) => {
  const { BundleTasks = [] } = await ec2.describeBundleTasks({ Filters: among('bundle-id', ids) })
  return BundleTasks.map(({ BundleId, State, Progress, BundleTaskError }) => ({
    id: BundleId,
    state: State,
    reason: BundleTaskError?.Message,
    progress: Progress,
  }))
}

export const conversionTasks: Look = async (ec2, ids) => {
  const { ConversionTasks = [] } = await ec2.describeConversionTasks({
    // There are no filters at all.
    ...(ids.length > 0 && { ConversionTaskIds: [...ids] }),
  })
  return ConversionTasks.map(({ ConversionTaskId, State, StatusMessage }) => ({
    id: ConversionTaskId,
    state: State,
    reason: StatusMessage,
    progress: StatusMessage,
  }))
}
