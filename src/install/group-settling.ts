// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools that change groups: the work begins once the answer is there, and the loop of the cloud does it.
import type { Activity, AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import type { Context } from '../cli/context'
import type { AutoScalingClient, Ec2Client } from '../clients'
import { isUnknown, until, WaitError } from './waiting'

const groupOf = async (scaling: AutoScalingClient, name: string): Promise<AutoScalingGroup | undefined> =>
  (await scaling.describeAutoScalingGroups({ AutoScalingGroupNames: [name] })).AutoScalingGroups?.[0]

const isOver = ({ StatusCode }: Activity): boolean =>
  StatusCode === 'Successful' || StatusCode === 'Failed' || StatusCode === 'Cancelled'

/** Follows a group's activities: each look returns those that have not ended yet, and those that ended since the last. */
const follower = (scaling: AutoScalingClient, name: string) => {
  const known = new Set<string>()
  return async (): Promise<{ readonly open: Activity[]; readonly ended: Activity[] }> => {
    const open: Activity[] = []
    const ended: Activity[] = []
    let NextToken: string | undefined
    do {
      const page = await scaling.describeScalingActivities({ AutoScalingGroupName: name, NextToken })
      const fresh = (page.Activities ?? []).filter(({ ActivityId = '' }) => !known.has(ActivityId))
      for (const activity of fresh) {
        if (isOver(activity)) {
          known.add(activity.ActivityId ?? '')
          ended.push(activity)
        } else open.push(activity)
      }
      // The newest come first: behind a page of nothing but old ones there are only older ones.
      NextToken = fresh.length > 0 ? page.NextToken : undefined
    } while (NextToken)
    return { open, ended }
  }
}

const failure = (name: string, { Description, StatusMessage }: Activity): WaitError =>
  new WaitError(`${name}: ${Description ?? 'activity'} failed: ${StatusMessage ?? 'no reason was given'}`)

/** What keeps the group from its size until somebody resumes it, if anything. */
const hindrance = ({ Instances = [], DesiredCapacity = 0, SuspendedProcesses = [] }: AutoScalingGroup) => {
  const needed = Instances.length > DesiredCapacity ? 'Terminate' : 'Launch'
  const isHindered =
    Instances.length !== DesiredCapacity && SuspendedProcesses.some(one => one.ProcessName === needed)
  return isHindered ? `; ${needed} is suspended` : ''
}

/** Makes a change; with --wait it is over when the group has as many healthy instances as it should, and does no more. */
export const settling = async <Result>(
  context: Context,
  scaling: AutoScalingClient,
  name: string | undefined,
  change: () => Promise<Result>,
): Promise<Result> => {
  const { patience } = context
  if (patience === undefined || name === undefined) return change()
  const follow = follower(scaling, name)
  // What had failed before is not the change's fault. Of a group that is yet to be made there is nothing to know; who may
  // not look had better learn that before anything is changed.
  await follow().catch(error => {
    if (!isUnknown(error)) throw error
  })
  const result = await change()
  await until(context, patience, async () => {
    const { open, ended } = await follow()
    const failed = ended.find(({ StatusCode }) => StatusCode === 'Failed')
    if (failed) throw failure(name, failed)
    const group = await groupOf(scaling, name)
    if (!group) throw new WaitError(`${name}: the group is gone`)
    const { Instances = [], DesiredCapacity = 0 } = group
    const serving = Instances.filter(
      ({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy',
    ).length
    if (open.length === 0 && serving === DesiredCapacity && Instances.length === DesiredCapacity)
      return undefined
    const others = Instances.length - serving
    const rest = others > 0 ? `, ${others} other` : ''
    return `${name}: ${serving} of ${DesiredCapacity} instances in service${rest}${hindrance(group)}`
  })
  return result
}

/** The group that an instance is in, for those who wait for it. */
export const groupOfInstance = async (
  { patience }: Pick<Context, 'patience'>,
  scaling: AutoScalingClient,
  instance: string,
): Promise<string | undefined> => {
  if (patience === undefined) return undefined
  const { AutoScalingInstances } = await scaling.describeAutoScalingInstances({ InstanceIds: [instance] })
  return AutoScalingInstances?.[0]?.AutoScalingGroupName
}

/** The group that the ARN of a policy names. */
export const groupOfPolicy = (policy: string): string | undefined =>
  /^arn:.*:autoScalingGroupName\/(.+):policyName\//.exec(policy)?.[1]

const idsOfOneRequest = 100

const terminatedAmong = async (ec2: Ec2Client, ids: readonly string[]): Promise<number> => {
  let others = 0
  for (let at = 0; at < ids.length; at += idsOfOneRequest) {
    // By a filter, as an ID that is not listed any more would be refused.
    const { Reservations = [] } = await ec2.describeInstances({
      Filters: [{ Name: 'instance-id', Values: ids.slice(at, at + idsOfOneRequest) }],
    })
    others += Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name !== 'terminated',
    ).length
  }
  return ids.length - others
}

/** Deletes a group; with --wait it is over when the group is gone and its instances are terminated. */
export const vanishing = async <Result>(
  context: Context,
  scaling: AutoScalingClient,
  name: string,
  remove: () => Promise<Result>,
): Promise<Result> => {
  const { patience } = context
  if (patience === undefined) return remove()
  // Whether there is an EC2 to ask, and whether it answers, is found out before anything is deleted.
  const ec2 = await context.client('ec2')
  const ids = ((await groupOf(scaling, name))?.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? [])
  await terminatedAmong(ec2, ids)
  const result = await remove()
  await until(context, patience, async () => {
    if (await groupOf(scaling, name)) return `${name}: the group is being deleted`
    const terminated = await terminatedAmong(ec2, ids)
    return terminated === ids.length
      ? undefined
      : `${name}: ${terminated} of ${ids.length} instances terminated`
  })
  return result
}
