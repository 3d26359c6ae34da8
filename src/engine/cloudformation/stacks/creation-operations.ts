// SPDX-License-Identifier: BSD-2-Clause
// CreateStack and DeleteStack.
import {
  CreateStack$,
  type CreateStackInput,
  type CreateStackOutput,
  DeleteStack$,
  type DeleteStackInput,
} from '@aws-sdk/client-cloudformation'
import { freshUuid } from '../../autoscaling/uuids'
import { creatorOf } from '../../ec2/quotas'
import { refuse } from '../../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../../operation'
import { stackArn, stackNamed } from '../arns'
import { newStack, onStack } from '../permissions'
import { invalid, stackExists } from '../refusals'
import type { Stack } from '../schema'
import { readTemplate, settleParameters } from '../template'
import { checkOneTemplate, policyText, templateText } from '../template-source'
import { checkUnused } from './imports'
import { enter, leftoversOf, mark, resourcesOf, wake } from './records'
import {
  checkCapabilities,
  checkedName,
  checkedOnFailure,
  checkedTags,
  checkUnknown,
  once,
  ordered,
  orderOfCaller,
  planOf,
  refuseAbsent,
} from './requests'
import { scopeFor } from './scope'
import { checkedStackPolicy } from './stack-policies'

/** `cloudformation:quota-stacknumber`: how many stacks that are not deleted an account or a user may have. */
const checkQuota = (tx: Tx): void => {
  const { account } = tx.caller
  const resource = stackArn({ account, name: '*', id: '*' })
  const limits = tx
    .limits('cloudformation:quota-stacknumber', { resource, action: 'cloudformation:CreateStack' })
    .filter(({ scope }) => scope !== 'group')
  if (limits.length === 0) return
  const live = tx.stacks.list().filter(({ status }) => status !== 'DELETE_COMPLETE')
  const own = live.filter(({ createdBy }) => createdBy === creatorOf(tx.caller))
  if (limits.some(({ scope, most }) => (scope === 'user' ? own : live).length >= most)) {
    refuse('InternalFailure', 'Request would exceed quota for type: stack', 500)
  }
}

const absent = [
  'RoleARN',
  'RollbackConfiguration',
  'ResourceTypes',
  'RetainExceptOnCreate',
  'DeploymentConfig',
]

const created: Operation<CreateStackInput, CreateStackOutput> = (tx, input) => {
  refuseAbsent(input, absent)
  const name = checkedName(input.StackName ?? '')
  checkOneTemplate(input)
  const tags = checkedTags(input.Tags ?? [])
  const onFailure = checkedOnFailure(input)
  const { TimeoutInMinutes: timeoutMinutes, Capabilities: capabilities = [] } = input
  if (timeoutMinutes !== undefined && timeoutMinutes < 1) {
    invalid(
      `Value '${timeoutMinutes}' at 'timeoutInMinutes' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    )
  }
  const policy = policyText(tx, 'StackPolicy', input.StackPolicyBody, input.StackPolicyURL)
  const text = templateText(tx, input)
  const template = readTemplate(text)
  const warning = checkUnknown(tx, template)
  const parameters = settleParameters(
    template,
    (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => ({
      ...{ key: ParameterKey, value: ParameterValue, usePrevious: UsePreviousValue },
    })),
  )
  checkCapabilities(template, capabilities)
  const checkedPolicy = policy === undefined ? undefined : checkedStackPolicy(policy)
  if (tx.stackNames.get(name)) stackExists()
  checkQuota(tx)
  const { account } = tx.caller
  const identity = { account, name, id: freshUuid(tx) }
  const notificationArns = input.NotificationARNs ?? []
  const plan = planOf(scopeFor(tx, { ...identity, notificationArns }, template, parameters))
  const createdBy = creatorOf(tx.caller)
  const stack: Stack = {
    ...identity,
    ...{ createdAt: tx.now, orderedAt: tx.now, status: 'CREATE_IN_PROGRESS', template: 1, generation: 1 },
    ...(template.description !== undefined && { description: template.description }),
    ...{ parameters: JSON.stringify(parameters), outputs: '[]', tags, notificationArns, capabilities },
    ...{ onFailure, order: orderOfCaller(tx, account), endpoint: tx.endpoint },
    ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    ...(checkedPolicy !== undefined && { policy: checkedPolicy }),
    ...(createdBy && { createdBy }),
    ...(input.ClientRequestToken && { token: input.ClientRequestToken }),
    ...(input.EnableTerminationProtection && { isProtected: true as const }),
  }
  tx.stackNames.put(identity)
  tx.stackTemplates.put({ account, stackId: stack.id, number: 1, text })
  const entered = enter(tx, stack, 'CREATE_IN_PROGRESS', 'User Initiated')
  if (warning !== undefined) enter(tx, entered, 'CREATE_IN_PROGRESS', warning)
  for (const { logicalId, ...planned } of plan) {
    tx.stackResources.put({
      ...{ account, stackId: stack.id, logicalId, ...planned },
      ...{ status: 'NOT_STARTED', changedAt: tx.now, generation: 1 },
    })
  }
  wake(tx, stack, 0)
  return { StackId: stackArn(stack) }
}

const createStack: Operation<CreateStackInput, CreateStackOutput> = (tx, input) =>
  once(tx, 'CreateStack', input, () => created(tx, input))

const updating = /^UPDATE_.*IN_PROGRESS$/

const deleted: Operation<DeleteStackInput, object> = (tx, input) => {
  refuseAbsent(input, ['RoleARN', 'DeletionMode', 'DeploymentConfig'])
  const stack = stackNamed(tx, input.StackName)
  const { RetainResources: retained = [] } = input
  if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {}
  if (updating.test(stack.status)) {
    invalid(`Stack ${stackArn(stack)} is in ${stack.status} state and can not be deleted.`)
  }
  if (stack.isProtected) {
    invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`)
  }
  checkUnused(tx, stack)
  const resources = resourcesOf(tx, stack)
  if (retained.length > 0) {
    if (stack.status !== 'DELETE_FAILED') {
      invalid(
        `Invalid operation on stack ${stackArn(stack)}. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
      )
    }
    const all = [...resources, ...leftoversOf(tx, stack)]
    const left = all.filter(({ status }) => status !== 'DELETE_COMPLETE')
    if (!retained.every(id => left.some(({ logicalId }) => logicalId === id))) {
      invalid(
        'The specified resources to retain must be in a valid state. Do not specify resources that are in the DELETE_COMPLETE state.',
      )
    }
  }
  const next = { ...ordered(tx, stack, input), ...(retained.length > 0 && { retained }) }
  for (const resource of resources) {
    if (resource.status !== 'CREATE_IN_PROGRESS') continue
    mark(tx, next, resource, 'CREATE_FAILED', 'Resource creation cancelled')
  }
  enter(tx, next, 'DELETE_IN_PROGRESS', 'User Initiated')
  wake(tx, stack, 0)
  return {}
}

const deleteStack: Operation<DeleteStackInput, object> = (tx, input) =>
  once(tx, 'DeleteStack', input, () => deleted(tx, input))

export const creationOperations: Readonly<Record<string, OperationEntry>> = {
  CreateStack: operation(CreateStack$, createStack, { access: newStack }),
  DeleteStack: operation(DeleteStack$, deleteStack, { access: onStack }),
}
