// SPDX-License-Identifier: BSD-2-Clause
// ARNs of Auto Scaling (engine-autoscaling §1). The region is empty. Most requests take a name or an ARN.
import type { Tx } from '../operation'
import { unknownGroup } from './refusals'
import type { LaunchConfiguration, ScalingGroup } from './schema/groups'
import type { ScalingPolicy, ScheduledAction } from './schema/policies'

type Identity = 'account' | 'id' | 'name'

const arn = (account: string, rest: string): string => `arn:aws:autoscaling::${account}:${rest}`

export const groupArn = ({ account, id, name }: Pick<ScalingGroup, Identity>): string =>
  arn(account, `autoScalingGroup:${id}:autoScalingGroupName/${name}`)

export const configurationArn = ({ account, id, name }: Pick<LaunchConfiguration, Identity>): string =>
  arn(account, `launchConfiguration:${id}:launchConfigurationName/${name}`)

export const policyArn = ({
  account,
  id,
  groupName,
  name,
}: Pick<ScalingPolicy, Identity | 'groupName'>): string =>
  arn(account, `scalingPolicy:${id}:autoScalingGroupName/${groupName}:policyName/${name}`)

export const scheduledActionArn = ({ account, id, groupName, name }: ScheduledAction): string =>
  arn(
    account,
    `scheduledUpdateGroupAction:${id}:autoScalingGroupName/${groupName}:scheduledActionName/${name}`,
  )

interface Named {
  readonly account: string
  readonly id?: string
  readonly name: string
}

const isArn = (text: string): boolean => text.startsWith('arn:')

/** What a name or an ARN means: the caller's own, or of whatever account when a cloud administrator gives an ARN. */
const meaning = (tx: Tx, text: string, kind: string, label: string): Named | undefined => {
  const { account } = tx.caller
  if (!isArn(text)) return text === '' ? undefined : { account, name: text }
  const found = new RegExp(`^arn:aws:autoscaling:[^:]*:(\\d{12}):${kind}:([^:]*):${label}/(.+)$`, 's').exec(
    text,
  )
  if (!found) return undefined
  const [, owner = '', id = '', name = ''] = found
  return owner === account || tx.caller.isCloudAdmin ? { account: owner, id, name } : undefined
}

/** A name that was given anew means another thing than the ARN of the one before. */
const ofId = <R extends { readonly id: string }>(
  record: R | undefined,
  id: string | undefined,
): R | undefined => (record && (id === undefined || record.id === id) ? record : undefined)

/** The group that a name or an ARN means, if there is one. */
export const groupNamed = (tx: Tx, text = ''): ScalingGroup | undefined => {
  const meant = meaning(tx, text, 'autoScalingGroup', 'autoScalingGroupName')
  return meant && ofId(tx.scalingGroups.in(meant.account).get(meant.name), meant.id)
}

/** As `groupNamed`, of a launch configuration. */
export const configurationNamed = (tx: Tx, text = ''): LaunchConfiguration | undefined => {
  const meant = meaning(tx, text, 'launchConfiguration', 'launchConfigurationName')
  return meant && ofId(tx.launchConfigurations.in(meant.account).get(meant.name), meant.id)
}

/** The policy that an ARN means, or a name and a group (its name or ARN). */
export const policyNamed = (tx: Tx, groupText: string | undefined, text = ''): ScalingPolicy | undefined => {
  if (!isArn(text)) {
    const group = groupNamed(tx, groupText)
    return group && tx.scalingPolicies.in(group.account).get(group.name, text)
  }
  const [, rest = '', name = ''] = /^(.*):policyName\/(.+)$/s.exec(text) ?? []
  const meant = meaning(tx, rest, 'scalingPolicy', 'autoScalingGroupName')
  return meant && ofId(tx.scalingPolicies.in(meant.account).get(meant.name, name), meant.id)
}

/** Of a group that is named in a request. ValidationError when there is none. */
export const mustGroup = (tx: Tx, text: string | undefined): ScalingGroup =>
  groupNamed(tx, text) ?? unknownGroup(text)
