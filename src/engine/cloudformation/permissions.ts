// SPDX-License-Identifier: BSD-2-Clause
// What operations of CloudFormation ask of policies: leave for a stack, by its id, or `*` in the place of the UUID of one that
// is to be. What is done for a stack afterwards asks for the leave of whoever ordered it, operation by operation.
import type { Demand } from '../access'
import type { Tx } from '../operation'
import { requestTags, resourceTags } from '../tag-conditions'
import { stackArn, stackNamed } from './arns'
import type { Stack } from './schema'

type Values = NonNullable<Demand['context']>

export const stackDemand = (stack: Stack, values: Values = {}): Demand => ({
  resource: stackArn(stack),
  context: {
    'aws:ResourceAccount': stack.account,
    ...resourceTags(
      'cloudformation',
      stack.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    ),
    ...values,
  },
})

/** Whether the caller may see one of a list. Take it once for a list. */
export const mayStack = (tx: Tx): ((stack: Stack) => boolean) =>
  tx.permitsAll() ? () => true : stack => tx.permits(stackDemand(stack))

interface Named {
  readonly StackName?: string | undefined
}

interface Asked extends Named {
  readonly TemplateURL?: string | undefined
  readonly StackPolicyURL?: string | undefined
  readonly Tags?:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined
}

/** What conditions may look at of what is asked for. */
const valuesAsked = ({ TemplateURL, StackPolicyURL, Tags }: Asked): Values => ({
  'cloudformation:TemplateUrl': TemplateURL,
  'cloudformation:StackPolicyUrl': StackPolicyURL,
  ...requestTags(Tags),
})

/** The action on the stack that StackName names. One that is not there is the operation's to refuse. */
export const onStack = (tx: Tx, input: Asked): readonly Demand[] => {
  tx.authorizeList()
  const stack = stackNamed(tx, input.StackName)
  return stack ? [stackDemand(stack, valuesAsked(input))] : []
}

const policyMembers = [
  'StackPolicyBody',
  'StackPolicyURL',
  'StackPolicyDuringUpdateBody',
  'StackPolicyDuringUpdateURL',
]

/** An update that brings a policy, for good or for itself, is by somebody who may set it, as AWS documents it. */
export const onUpdatedStack = (tx: Tx, input: Asked): readonly Demand[] => {
  const given = input as Readonly<Record<string, unknown>>
  const demands = onStack(tx, input)
  if (!policyMembers.some(name => given[name] !== undefined)) return demands
  return [...demands, ...demands.map(demand => ({ ...demand, action: 'cloudformation:SetStackPolicy' }))]
}

/** A stack that is to be. */
export const newStack = (tx: Tx, input: Asked): readonly Demand[] => {
  tx.authorizeList()
  const name = input.StackName ?? ''
  const resource = stackArn({ account: tx.caller.account, name, id: '*' })
  return [{ resource, context: valuesAsked(input) }]
}
