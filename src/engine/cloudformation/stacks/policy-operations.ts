// SPDX-License-Identifier: BSD-2-Clause
// Stack policies, termination protection, and signals to resources.
import {
  GetStackPolicy$,
  type GetStackPolicyInput,
  type GetStackPolicyOutput,
  SetStackPolicy$,
  type SetStackPolicyInput,
  SignalResource$,
  type SignalResourceInput,
  UpdateTerminationProtection$,
  type UpdateTerminationProtectionInput,
  type UpdateTerminationProtectionOutput,
} from '@aws-sdk/client-cloudformation'
import { type Operation, type OperationEntry, operation } from '../../operation'
import { mustLiveStack, mustStack, stackArn } from '../arns'
import { onStack } from '../permissions'
import { invalid } from '../refusals'
import { resourceTypeNamed } from '../resources'
import { policyText } from '../template-source'
import { putStack, wake } from './records'
import { checkedStackPolicy } from './stack-policies'

const setStackPolicy: Operation<SetStackPolicyInput, object> = (tx, input) => {
  const { StackName, StackPolicyBody, StackPolicyURL } = input
  const stack = mustLiveStack(tx, StackName)
  const text =
    policyText(tx, 'StackPolicy', StackPolicyBody, StackPolicyURL) ??
    invalid('Either StackPolicyBody or StackPolicyURL must be set.')
  putStack(tx, { ...stack, policy: checkedStackPolicy(text) })
  return {}
}

const getStackPolicy: Operation<GetStackPolicyInput, GetStackPolicyOutput> = (tx, { StackName }) => {
  const { policy } = mustStack(tx, StackName)
  return policy === undefined ? {} : { StackPolicyBody: policy }
}

const updateTerminationProtection: Operation<
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput
> = (tx, { StackName, EnableTerminationProtection }) => {
  const { isProtected: _, ...stack } = mustLiveStack(tx, StackName)
  putStack(tx, EnableTerminationProtection ? { ...stack, isProtected: true } : stack)
  return { StackId: stackArn(stack) }
}

const longestId = 64
/** States of a stack in which a resource of it may wait for signals. */
const signalled = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS']

const signalResource: Operation<SignalResourceInput, object> = (tx, input) => {
  const { StackName, LogicalResourceId = '', UniqueId = '', Status } = input
  const stack = mustLiveStack(tx, StackName)
  if (Status !== 'SUCCESS' && Status !== 'FAILURE') {
    invalid('Status must either be SUCCESS or FAILURE')
  }
  if (UniqueId === '' || UniqueId.length > longestId) {
    invalid(
      `Value '${UniqueId}' at 'uniqueId' failed to satisfy constraint: Member must have length between 1 and ${longestId}`,
    )
  }
  if (!signalled.includes(stack.status)) {
    invalid(`Stack:${stackArn(stack)} is in ${stack.status} state and can not be signaled.`)
  }
  const resource =
    tx.stackResources.in(stack.account).get(stack.id, LogicalResourceId) ??
    invalid(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`)
  if (!resourceTypeNamed(resource.type)?.takesSignals) {
    invalid(`Resource ${LogicalResourceId} is of type ${resource.type} and cannot be signaled`)
  }
  if (!/^(CREATE|UPDATE)_IN_PROGRESS$/.test(resource.status)) {
    invalid(`Resource ${LogicalResourceId} is in ${resource.status} state and can not be signaled.`)
  }
  const signals = tx.stackSignals.in(stack.account)
  const isFailure = Status === 'FAILURE'
  if (signals.get(stack.id, LogicalResourceId, UniqueId) && !isFailure) {
    invalid(
      `Signal with ID ${UniqueId} for resource ${LogicalResourceId} already exists.  Signals may only be updated with a FAILURE status.`,
    )
  }
  signals.put({
    ...{ account: stack.account, stackId: stack.id, logicalId: LogicalResourceId },
    ...{ uniqueId: UniqueId, isFailure, at: tx.now },
  })
  // What waits for it need not wait until it is asked again.
  tx.stackResources.in(stack.account).put({ ...resource, askAt: tx.now.getTime() })
  wake(tx, stack, 0)
  return {}
}

export const policyOperations: Readonly<Record<string, OperationEntry>> = {
  SetStackPolicy: operation(SetStackPolicy$, setStackPolicy, { access: onStack }),
  GetStackPolicy: operation(GetStackPolicy$, getStackPolicy, { access: onStack }),
  UpdateTerminationProtection: operation(UpdateTerminationProtection$, updateTerminationProtection, {
    access: onStack,
  }),
  SignalResource: operation(SignalResource$, signalResource, { access: onStack }),
}
