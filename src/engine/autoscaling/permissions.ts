// SPDX-License-Identifier: BSD-2-Clause
// What operations of Auto Scaling ask of policies.
//
// Things are known by the ARNs that the service gives them (arns.ts); what is not there yet has `*` for its UUID, so that a
// policy with a `*` in that place holds for it. Conditions are AWS'. A named thing that the caller may not touch is as
// unknown to him as one that is not there, as long as he has a right to the action at all: without any he is told that.
// So the functions here refuse by themselves, in the words that the operation has for what is missing. Operations that
// delete, for which a thing that is missing is no error, declare `list` and ask `may…` themselves.
import type { Demand, Denial } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { resourceTags } from '../tag-conditions'
import { configurationArn, groupArn, groupNamed, policyArn, policyNamed } from './arns'
import { unknownGroup, unknownPolicy } from './refusals'
import type { LaunchConfiguration, ScalingGroup } from './schema/groups'
import type { ScalingPolicy } from './schema/policies'

export const deniedByAutoScaling: Denial = () =>
  refuse('UnauthorizedOperation', 'Not authorized to perform this operation.', 403)

type Values = NonNullable<Demand['context']>

const tagsOn = ({ tags }: Pick<ScalingGroup, 'tags'>): Values =>
  resourceTags(
    'autoscaling',
    tags.map(({ key, value }) => ({ Key: key, Value: value })),
  )

/** What conditions may look at of sizes that are asked for. */
export const sizesAsked = (sizes: {
  readonly MinSize?: number | undefined
  readonly MaxSize?: number | undefined
}): Values => ({
  'autoscaling:MinSize': sizes.MinSize?.toString(),
  'autoscaling:MaxSize': sizes.MaxSize?.toString(),
})

// ---- what is asked about a record --------------------------------------------------------------------------------

export const groupDemand = (_tx: Tx, group: ScalingGroup): Demand => ({
  resource: groupArn(group),
  context: { 'aws:ResourceAccount': group.account, ...tagsOn(group) },
})

const configurationDemand = (_tx: Tx, configuration: LaunchConfiguration): Demand => ({
  resource: configurationArn(configuration),
  context: {
    'aws:ResourceAccount': configuration.account,
    'autoscaling:ImageId': configuration.imageId,
    'autoscaling:InstanceType': configuration.instanceType,
    'autoscaling:SpotPrice': configuration.spotPrice,
  },
})

/** A policy has its group's tags. */
export const policyDemand = (tx: Tx, policy: ScalingPolicy): Demand => {
  const group = tx.scalingGroups.in(policy.account).get(policy.groupName)
  return {
    resource: policyArn(policy),
    context: { 'aws:ResourceAccount': policy.account, ...(group && tagsOn(group)) },
  }
}

// ---- of lists ----------------------------------------------------------------------------------------------------

/** Whether the caller may see one of a list, or touch it. Take it once for a list. */
const asker =
  <R>(demandOf: (tx: Tx, record: R) => Demand) =>
  (tx: Tx): ((record: R) => boolean) =>
    tx.permitsAll() ? () => true : record => tx.permits(demandOf(tx, record))

export const mayGroup = asker(groupDemand)
export const mayConfiguration = asker(configurationDemand)
export const mayPolicy = asker(policyDemand)

// ---- of what a request names -------------------------------------------------------------------------------------

type Named<Member extends string> = { readonly [M in Member]?: string | undefined }

/**
 * The action on the group that a member names: `access: onGroup('AutoScalingGroupName')`. `asked` is what conditions may
 * look at of the request; of one that asks for several things, for each.
 */
export const onGroup =
  <Member extends string, Input extends Named<Member> = Named<Member>>(
    member: Member,
    asked: (tx: Tx, input: Input) => readonly Values[] = () => [{}],
  ) =>
  (tx: Tx, input: Input): readonly Demand[] => {
    tx.authorizeList()
    const group = groupNamed(tx, input[member])
    if (!group) return []
    const demand = groupDemand(tx, group)
    for (const values of asked(tx, input)) {
      const context = { ...demand.context, ...values }
      if (!tx.permits({ ...demand, context })) unknownGroup(input[member])
    }
    return []
  }

/** The action on the policy that PolicyName, an ARN or a name with AutoScalingGroupName, names. */
export const onPolicy = (
  tx: Tx,
  { AutoScalingGroupName, PolicyName }: Named<'AutoScalingGroupName' | 'PolicyName'>,
): readonly Demand[] => {
  tx.authorizeList()
  const policy = policyNamed(tx, AutoScalingGroupName, PolicyName)
  if (policy && !mayPolicy(tx)(policy)) unknownPolicy(PolicyName)
  return []
}

/** As `onPolicy`, for one that need not be there yet. */
export const onNewPolicy = (
  tx: Tx,
  input: Named<'AutoScalingGroupName' | 'PolicyName'>,
): readonly Demand[] => {
  const policy = policyNamed(tx, input.AutoScalingGroupName, input.PolicyName)
  if (policy) return [policyDemand(tx, policy)]
  const group = groupNamed(tx, input.AutoScalingGroupName)
  const { account, name } = group ?? { account: tx.caller.account, name: input.AutoScalingGroupName ?? '' }
  return [
    {
      resource: policyArn({ account, id: '*', groupName: name, name: input.PolicyName ?? '' }),
      context: group ? tagsOn(group) : {},
    },
  ]
}

/** The action on the group of the instance that InstanceId names. Its words for an instance that is not there are given. */
export const onGroupOfInstance =
  (unknown: (id: string) => never) =>
  (tx: Tx, { InstanceId = '' }: Named<'InstanceId'>): readonly Demand[] => {
    tx.authorizeList()
    const member = tx.scalingInstances.get(InstanceId.toLowerCase())
    const isReached = member && (member.account === tx.caller.account || tx.caller.isCloudAdmin)
    const group = isReached ? tx.scalingGroups.in(member.account).get(member.groupName) : undefined
    if (group && !mayGroup(tx)(group)) unknown(InstanceId)
    return []
  }

/** A launch configuration, or a group, that is to be. */
export const newConfiguration = (tx: Tx, name: string, context: Values): Demand => ({
  resource: configurationArn({ account: tx.caller.account, id: '*', name }),
  context,
})

export const newGroup = (tx: Tx, name: string, context: Values): Demand => ({
  resource: groupArn({ account: tx.caller.account, id: '*', name }),
  context,
})
