// SPDX-License-Identifier: BSD-2-Clause
// What is told of stacks, their resources and events. Lists are whole, as in Eucalyptus.
import {
  DescribeStackEvents$,
  type DescribeStackEventsInput,
  type DescribeStackEventsOutput,
  DescribeStackResource$,
  type DescribeStackResourceInput,
  type DescribeStackResourceOutput,
  DescribeStackResources$,
  type DescribeStackResourcesInput,
  type DescribeStackResourcesOutput,
  DescribeStacks$,
  type DescribeStacksInput,
  type DescribeStacksOutput,
  GetTemplate$,
  type GetTemplateInput,
  type GetTemplateOutput,
  ListStackResources$,
  type ListStackResourcesInput,
  type ListStackResourcesOutput,
  ListStacks$,
  type ListStacksInput,
  type ListStacksOutput,
  StackStatus,
} from '@aws-sdk/client-cloudformation'
import { isAwsClient } from '../../aws-clients'
import { type Operation, type OperationEntry, operation, type Tx } from '../../operation'
import { askedFor } from '../../verbose'
import { mustStack, stackNamed } from '../arns'
import { mayStack, onStack } from '../permissions'
import { invalid, noStack } from '../refusals'
import type { Stack, StackResource } from '../schema'
import { resourcesOf } from './records'
import { refuseAbsent } from './requests'
import { scopeOf, templateOf, templateTextOf } from './scope'
import { eventView, metadataView, resourceView, stackView, summaryView } from './views'

/** The latest first. */
const byAge = (a: Stack, b: Stack): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.name < b.name ? -1 : 1)

const isLive = ({ status }: Stack): boolean => status !== 'DELETE_COMPLETE'

const stacksFor = (tx: Tx, name: string | undefined): readonly Stack[] => {
  if (name === undefined || name === '') return tx.stacks.list().filter(isLive)
  if (askedFor(tx.caller, [name]).isVerbose) return tx.stacks.everywhere().filter(isLive)
  const stack = stackNamed(tx, name)
  return stack ? [stack] : []
}

/** A name that no stack has gives nothing, as in Eucalyptus; the waiters of AWS' SDKs need its refusal. */
const describeStacks: Operation<DescribeStacksInput, DescribeStacksOutput> = (tx, { StackName }) => {
  const stacks = stacksFor(tx, StackName).filter(mayStack(tx))
  const isWhole = !StackName || askedFor(tx.caller, [StackName]).isVerbose
  if (stacks.length === 0 && !isWhole && isAwsClient(tx)) invalid(`Stack with id ${StackName} does not exist`)
  return { Stacks: [...stacks].sort(byAge).map(stackView) }
}

// Those of change sets and imports among them: no stack here is in such a state.
const stackStatuses: ReadonlySet<string> = new Set(Object.values(StackStatus))

const listStacks: Operation<ListStacksInput, ListStacksOutput> = (tx, { StackStatusFilter = [] }) => {
  const unknown = StackStatusFilter.find(status => !stackStatuses.has(status))
  if (unknown !== undefined) invalid(`Invalid value for StackStatus ${unknown}`)
  const wanted = new Set<string>(StackStatusFilter)
  const stacks = tx.stacks.list().filter(({ status }) => wanted.size === 0 || wanted.has(status))
  return { StackSummaries: stacks.filter(mayStack(tx)).sort(byAge).map(summaryView) }
}

/** As with stacks: a name that none has gives nothing, and clients of AWS are refused it. */
const describeStackEvents: Operation<DescribeStackEventsInput, DescribeStackEventsOutput> = (
  tx,
  { StackName },
) => {
  const stack = stackNamed(tx, StackName)
  if (!stack) return isAwsClient(tx) ? invalid(`Stack [${StackName}] does not exist`) : { StackEvents: [] }
  const events = [...tx.stackEvents.in(stack.account).scan({ under: [stack.id] })]
  return { StackEvents: events.reverse().map(event => eventView(stack, event)) }
}

// ---- resources ---------------------------------------------------------------------------------------------------

/** Those of which anything has been tried. */
const shownResources = (tx: Tx, stack: Stack): readonly StackResource[] =>
  resourcesOf(tx, stack).filter(({ status }) => status !== 'NOT_STARTED')

const noResource = (logicalId: string, stack: string): never =>
  invalid(`Resource ${logicalId} does not exist for stack ${stack}`)

const describeStackResource: Operation<DescribeStackResourceInput, DescribeStackResourceOutput> = (
  tx,
  { StackName = '', LogicalResourceId = '' },
) => {
  const stack = stackNamed(tx, StackName) ?? invalid(`Stack with name ${StackName} does not exist`)
  const resource =
    shownResources(tx, stack).find(({ logicalId }) => logicalId === LogicalResourceId) ??
    noResource(LogicalResourceId, StackName)
  const scope = scopeOf(tx, stack, resourcesOf(tx, stack))
  const { Timestamp: LastUpdatedTimestamp, ...view } = resourceView(stack, resource, scope.template)
  return {
    StackResourceDetail: { ...view, LastUpdatedTimestamp, ...metadataView(scope, resource) },
  }
}

/** The stack that a request names, or that has the resource of a physical id that it names. */
const stackOfResources = (tx: Tx, { StackName, PhysicalResourceId }: DescribeStackResourcesInput): Stack => {
  if (PhysicalResourceId === undefined) return mustStack(tx, StackName)
  const may = mayStack(tx)
  const found = tx.stacks
    .list()
    .filter(stack => isLive(stack) && may(stack))
    .find(stack => resourcesOf(tx, stack).some(({ physicalId }) => physicalId === PhysicalResourceId))
  return found ?? noStack(`for ${PhysicalResourceId}`)
}

const describeStackResources: Operation<DescribeStackResourcesInput, DescribeStackResourcesOutput> = (
  tx,
  input,
) => {
  const { StackName, LogicalResourceId, PhysicalResourceId } = input
  if (StackName === undefined && PhysicalResourceId === undefined) {
    invalid('Either StackName or PhysicalResourceId must be set.')
  }
  if (StackName !== undefined && PhysicalResourceId !== undefined) {
    invalid('Exactly one of StackName or PhysicalResourceId must be set.')
  }
  const stack = stackOfResources(tx, input)
  const template = templateOf(tx, stack)
  const found = shownResources(tx, stack).filter(
    ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
  )
  if (LogicalResourceId !== undefined && found.length === 0) noResource(LogicalResourceId, stack.name)
  return { StackResources: found.map(resource => resourceView(stack, resource, template)) }
}

const listStackResources: Operation<ListStackResourcesInput, ListStackResourcesOutput> = (
  tx,
  { StackName },
) => {
  const stack = mustStack(tx, StackName)
  const template = templateOf(tx, stack)
  return {
    StackResourceSummaries: shownResources(tx, stack).map(resource => {
      const view = resourceView(stack, resource, template)
      const { Timestamp: LastUpdatedTimestamp, StackName: _, StackId: __, Description: ___, ...rest } = view
      return { ...rest, LastUpdatedTimestamp }
    }),
  }
}

const getTemplate: Operation<GetTemplateInput, GetTemplateOutput> = (tx, input) => {
  refuseAbsent(input, ['ChangeSetName'])
  return { TemplateBody: templateTextOf(tx, mustStack(tx, input.StackName)) }
}

export const descriptionOperations: Readonly<Record<string, OperationEntry>> = {
  DescribeStacks: operation(DescribeStacks$, describeStacks, { access: 'list' }),
  ListStacks: operation(ListStacks$, listStacks, { access: 'list' }),
  DescribeStackEvents: operation(DescribeStackEvents$, describeStackEvents, { access: onStack }),
  DescribeStackResource: operation(DescribeStackResource$, describeStackResource, { access: onStack }),
  DescribeStackResources: operation(DescribeStackResources$, describeStackResources, { access: onStack }),
  ListStackResources: operation(ListStackResources$, listStackResources, { access: onStack }),
  GetTemplate: operation(GetTemplate$, getTemplate, { access: onStack }),
}
