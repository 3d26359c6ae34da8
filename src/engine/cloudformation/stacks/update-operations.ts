// SPDX-License-Identifier: BSD-2-Clause
// UpdateStack, CancelUpdateStack and ContinueUpdateRollback.
import {
  CancelUpdateStack$,
  type CancelUpdateStackInput,
  ContinueUpdateRollback$,
  type ContinueUpdateRollbackInput,
  UpdateStack$,
  type UpdateStackInput,
  type UpdateStackOutput,
} from '@aws-sdk/client-cloudformation'
import { type Operation, type OperationEntry, operation, type Tx } from '../../operation'
import { mustLiveStack, stackArn } from '../arns'
import { onStack, onUpdatedStack } from '../permissions'
import { invalid } from '../refusals'
import type { Stack, StackResource } from '../schema'
import { readTemplate, settleParameters } from '../template'
import { policyText, templateText } from '../template-source'
import { isChange } from './changes'
import {
  enter,
  forgetOldEvents,
  outputsOf,
  type Previously,
  parametersOf,
  putRemains,
  resourcesOf,
  wake,
} from './records'
import {
  checkCapabilities,
  checkedTags,
  checkUnknown,
  once,
  ordered,
  type Planned,
  planOf,
  refuseAbsent,
} from './requests'
import { failUpdate, tryAgain } from './restoring'
import { knownAmong, scopeFor, templateTextOf } from './scope'
import { checkedStackPolicy } from './stack-policies'

const updatable = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']

const absent = [
  'RoleARN',
  'RollbackConfiguration',
  'ResourceTypes',
  'RetainExceptOnCreate',
  'DeploymentConfig',
  'DisableRollback',
]

/** A template may be given in one way, or be the one that there was. */
const checkTemplateGiven = ({ TemplateBody, TemplateURL, UsePreviousTemplate }: UpdateStackInput): void => {
  const [body, url] = [TemplateBody !== undefined, TemplateURL !== undefined]
  if (UsePreviousTemplate && (body || url)) {
    invalid('You cannot specify both usePreviousTemplate and Template Body/Template URL')
  }
  if (body && url) invalid('You cannot specify both Template Body and Template URL')
  if (!UsePreviousTemplate && !body && !url) invalid('You must specify either Template Body or Template URL')
}

const newText = (tx: Tx, stack: Stack, input: UpdateStackInput): string => {
  return input.UsePreviousTemplate ? templateTextOf(tx, stack) : templateText(tx, input)
}

const checkedPolicy = (
  tx: Tx,
  name: Parameters<typeof policyText>[1],
  body: string | undefined,
  url: string | undefined,
): string | undefined => {
  const text = policyText(tx, name, body, url)
  return text === undefined ? undefined : checkedStackPolicy(text)
}

const checkTypes = (plan: readonly Planned[], resources: readonly StackResource[]): void => {
  const types = new Map(resources.map(({ logicalId, type }) => [logicalId, type]))
  const changed = plan.filter(({ logicalId, type }) => (types.get(logicalId) ?? type) !== type)
  if (changed.length === 0) return
  const ids = changed.map(({ logicalId }) => logicalId).join(', ')
  invalid(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids}]`,
  )
}

/** Note for every resource what the new template says of it; those that are new to it are there, not started. */
const place = (tx: Tx, stack: Stack, plan: readonly Planned[], resources: readonly StackResource[]): void => {
  const there = new Map(resources.map(resource => [resource.logicalId, resource]))
  for (const { logicalId, type, ...next } of plan) {
    const resource = there.get(logicalId)
    there.delete(logicalId)
    if (resource) putRemains(tx, { ...resource, next })
    else {
      tx.stackResources.in(stack.account).put({
        ...{ account: stack.account, stackId: stack.id, logicalId, type, ...next },
        ...{ status: 'NOT_STARTED', changedAt: tx.now, generation: stack.generation - 1 },
      })
    }
  }
  for (const resource of there.values()) putRemains(tx, { ...resource, isLeaving: true })
}

const updated: Operation<UpdateStackInput, UpdateStackOutput> = (tx, input) => {
  refuseAbsent(input, absent)
  checkTemplateGiven(input)
  const tags = input.Tags && checkedTags(input.Tags)
  const stack = mustLiveStack(tx, input.StackName)
  if (!updatable.includes(stack.status)) {
    invalid(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be updated.`)
  }
  const policy = checkedPolicy(tx, 'StackPolicy', input.StackPolicyBody, input.StackPolicyURL)
  const policyOfUpdate = checkedPolicy(
    ...([tx, 'StackPolicyDuringUpdate', input.StackPolicyDuringUpdateBody] as const),
    input.StackPolicyDuringUpdateURL,
  )
  const text = newText(tx, stack, input)
  const template = readTemplate(text)
  const warning = checkUnknown(tx, template)
  const before = parametersOf(stack)
  const parameters = settleParameters(
    template,
    (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => ({
      ...{ key: ParameterKey, value: ParameterValue, usePrevious: UsePreviousValue },
    })),
    before,
  )
  const { Capabilities: capabilities = [] } = input
  checkCapabilities(template, capabilities)
  const { description: _, isChecked: __, previously: ___, ...rest } = ordered(tx, stack, input)
  const next: Stack = {
    ...rest,
    ...(template.description !== undefined && { description: template.description }),
    ...{ parameters: JSON.stringify(parameters), capabilities, template: stack.template + 1 },
    ...{ tags: tags ?? stack.tags, notificationArns: input.NotificationARNs ?? stack.notificationArns },
    ...(policy !== undefined && { policy }),
    ...(policyOfUpdate !== undefined && { policyOfUpdate }),
    updatedAt: tx.now,
  }
  const resources = resourcesOf(tx, stack)
  const scope = scopeFor(tx, next, template, parameters, knownAmong(resources))
  const plan = planOf(scope)
  checkTypes(plan, resources)
  if (!isChange(tx, stack, next, { scope, plan, resources })) invalid('No updates are to be performed.')
  forgetOldEvents(tx, stack)
  const previously: Previously = {
    ...{ template: stack.template, tags: stack.tags, notificationArns: stack.notificationArns },
    ...{ capabilities: stack.capabilities, parameters: before, outputs: outputsOf(stack) },
    ...(stack.description !== undefined && { description: stack.description }),
  }
  tx.stackTemplates.in(stack.account).put({
    ...{ account: stack.account, stackId: stack.id, number: next.template, text },
  })
  const entered = enter(
    ...([tx, { ...next, previously: JSON.stringify(previously) }, 'UPDATE_IN_PROGRESS'] as const),
    'User Initiated',
  )
  if (warning !== undefined) enter(tx, entered, 'UPDATE_IN_PROGRESS', warning)
  place(tx, next, plan, resources)
  wake(tx, stack, 0)
  return { StackId: stackArn(stack) }
}

const updateStack: Operation<UpdateStackInput, UpdateStackOutput> = (tx, input) =>
  once(tx, 'UpdateStack', input, () => updated(tx, input))

const cancelUpdateStack: Operation<CancelUpdateStackInput, object> = (tx, input) =>
  once(tx, 'CancelUpdateStack', input, () => {
    const stack = mustLiveStack(tx, input.StackName)
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      invalid('CancelUpdateStack cannot be called from current stack status.')
    }
    failUpdate(tx, stack, resourcesOf(tx, stack), 'User Initiated')
    wake(tx, stack, 0)
    return {}
  })

const continueUpdateRollback: Operation<ContinueUpdateRollbackInput, object> = (tx, input) =>
  once(tx, 'ContinueUpdateRollback', input, () => {
    refuseAbsent(input, ['RoleARN', 'ForceRollback'])
    const stack = mustLiveStack(tx, input.StackName)
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
      invalid(`Stack ${stackArn(stack)} is in ${stack.status} state and can not continue to update rollback.`)
    }
    const { ResourcesToSkip: skipped = [] } = input
    const failed = resourcesOf(tx, stack).filter(({ status }) => status === 'UPDATE_FAILED')
    const other = skipped.find(id => !failed.some(({ logicalId }) => logicalId === id))
    if (other !== undefined) {
      invalid(
        `You can specify only resources that are in the UPDATE_FAILED state because a rollback failed: ${other}`,
      )
    }
    const { generation } = stack
    const next = enter(
      ...([tx, { ...ordered(tx, stack, input), generation }, 'UPDATE_ROLLBACK_IN_PROGRESS'] as const),
      'User Initiated',
    )
    tryAgain(tx, next, skipped)
    wake(tx, stack, 0)
    return {}
  })

export const updateOperations: Readonly<Record<string, OperationEntry>> = {
  UpdateStack: operation(UpdateStack$, updateStack, { access: onUpdatedStack }),
  CancelUpdateStack: operation(CancelUpdateStack$, cancelUpdateStack, { access: onStack }),
  ContinueUpdateRollback: operation(ContinueUpdateRollback$, continueUpdateRollback, { access: onStack }),
}
