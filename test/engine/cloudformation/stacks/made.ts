// SPDX-License-Identifier: BSD-2-Clause
// Making and looking at stacks in tests.
import {
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
  type UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation'
import type { Clients, Cloud } from '../../../support/cloud'

export type Resources = Readonly<Record<string, object>>

export const templateOf = (Resources: Resources, rest: object = {}): string =>
  JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...rest, Resources })

export const group = (GroupDescription: string, rest: object = {}, more: object = {}) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription, ...rest },
  ...more,
})

/** Order a stack, and let all pass that it takes. */
export const create = async (
  c: Cloud,
  resources: Resources,
  rest: Partial<CreateStackCommandInput> & { readonly template?: object } = {},
  who: Clients = c,
): Promise<string> => {
  const { template, ...input } = rest
  const { StackId = '' } = await who.cloudformation().send(
    new CreateStackCommand({
      StackName: 'web',
      TemplateBody: templateOf(resources, template),
      ...input,
    }),
  )
  await c.settle()
  return StackId
}

export const update = async (
  c: Cloud,
  resources: Resources,
  rest: Partial<UpdateStackCommandInput> & { readonly template?: object } = {},
  who: Clients = c,
): Promise<void> => {
  const { template, ...input } = rest
  await who.cloudformation().send(
    new UpdateStackCommand({
      StackName: 'web',
      ...(!input.UsePreviousTemplate && { TemplateBody: templateOf(resources, template) }),
      ...input,
    }),
  )
  await c.settle()
}

export const remove = async (c: Cloud, StackName = 'web', who: Clients = c): Promise<void> => {
  await who.cloudformation().send(new DeleteStackCommand({ StackName }))
  await c.settle()
}

export const stackNow = async (c: Clients, StackName = 'web'): Promise<Stack> => {
  const { Stacks = [] } = await c.cloudformation().send(new DescribeStacksCommand({ StackName }))
  return Stacks[0] as Stack
}

export const statusOf = async (c: Clients, StackName = 'web'): Promise<string> =>
  (await stackNow(c, StackName)).StackStatus ?? ''

/** In the order in which they came: what, its state, and why. */
export const eventsOf = async (c: Clients, StackName = 'web'): Promise<readonly string[]> => {
  const { StackEvents = [] } = await c.cloudformation().send(new DescribeStackEventsCommand({ StackName }))
  return StackEvents.reverse().map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
    [LogicalResourceId, ResourceStatus, ResourceStatusReason].filter(Boolean).join(' '),
  )
}

export const resourcesNow = async (c: Clients, StackName = 'web') => {
  const { StackResources = [] } = await c
    .cloudformation()
    .send(new DescribeStackResourcesCommand({ StackName }))
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' }) => [
      LogicalResourceId,
      { id: PhysicalResourceId, status: ResourceStatus as string },
    ]),
  )
}
