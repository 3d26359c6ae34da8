// SPDX-License-Identifier: BSD-2-Clause
// ARNs of Auto Scaling (engine-autoscaling §1). The region is empty. Most requests take a name or an ARN.
import type { Tx } from '../operation'
import { invalid } from './refusals'
import type { LaunchConfiguration, ScalingGroup } from './schema/groups'
import type { ScalingPolicy, ScheduledAction } from './schema/policies'

const arn = (account: string, rest: string): string => `arn:aws:autoscaling::${account}:${rest}`

export const groupArn = ({ account, id, name }: ScalingGroup): string =>
  arn(account, `autoScalingGroup:${id}:autoScalingGroupName/${name}`)

export const configurationArn = ({ account, id, name }: LaunchConfiguration): string =>
  arn(account, `launchConfiguration:${id}:launchConfigurationName/${name}`)

export const policyArn = ({ account, id, groupName, name }: ScalingPolicy): string =>
  arn(account, `scalingPolicy:${id}:autoScalingGroupName/${groupName}:policyName/${name}`)

export const scheduledActionArn = ({ account, id, groupName, name }: ScheduledAction): string =>
  arn(
    account,
    `scheduledUpdateGroupAction:${id}:autoScalingGroupName/${groupName}:scheduledActionName/${name}`,
  )

interface Named {
  readonly account: string
  readonly name: string
}

const namedBy = (text: string, kind: string): Named | undefined => {
  const found = new RegExp(`^arn:aws:autoscaling::(\\d{12}):${kind}:[^:]*:(?:[^/]+)/(.+)$`).exec(text)
  return found ? { account: found[1] ?? '', name: found[2] ?? '' } : undefined
}

/** The group that a name or an ARN means, if there is one: a cloud administrator's ARN may be of any account. */
export const groupNamed = (tx: Tx, text: string | undefined): ScalingGroup | undefined => {
  const { account, name } = namedBy(text ?? '', 'autoScalingGroup') ?? {
    account: tx.caller.account,
    name: text ?? '',
  }
  if (account !== tx.caller.account && !tx.caller.isCloudAdmin) return undefined
  return name === '' ? undefined : tx.scalingGroups.in(account).get(name)
}

/** As `groupNamed`, of a launch configuration. */
export const configurationNamed = (tx: Tx, text: string | undefined): LaunchConfiguration | undefined => {
  const { account, name } = namedBy(text ?? '', 'launchConfiguration') ?? {
    account: tx.caller.account,
    name: text ?? '',
  }
  if (account !== tx.caller.account && !tx.caller.isCloudAdmin) return undefined
  return name === '' ? undefined : tx.launchConfigurations.in(account).get(name)
}

/** Of a group that is named in a request. ValidationError when there is none. */
export const mustGroup = (tx: Tx, text: string | undefined): ScalingGroup =>
  groupNamed(tx, text) ?? invalid(`Auto scaling group not found: ${text ?? ''}`)
