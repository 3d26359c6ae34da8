// SPDX-License-Identifier: BSD-2-Clause
// Stacks as requests are told of them. Secret parameters are not.
import type * as sdk from '@aws-sdk/client-cloudformation'
import { stackArn } from '../arns'
import type { Stack, StackEvent, StackResource } from '../schema'
import type { Scope, Template } from '../template/contracts'
import { metadataIn } from './metadata'
import { outputsOf, parametersOf } from './records'

const hidden = '****'

/** While outputs are not all there, none is. */
export const stackView = (stack: Stack): sdk.Stack => ({
  StackId: stackArn(stack),
  StackName: stack.name,
  Description: stack.description,
  Parameters: parametersOf(stack).map(({ key, value, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? hidden : value,
  })),
  CreationTime: stack.createdAt,
  LastUpdatedTime: stack.updatedAt,
  DeletionTime: stack.deletedAt,
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  DisableRollback: stack.onFailure === 'DO_NOTHING',
  NotificationARNs: [...stack.notificationArns],
  TimeoutInMinutes: stack.timeoutMinutes,
  Capabilities: [...stack.capabilities] as sdk.Capability[],
  Outputs: outputsOf(stack).map(({ key, value, description, exportName }) => ({
    ...{ OutputKey: key, OutputValue: value, Description: description, ExportName: exportName },
  })),
  Tags: stack.tags.map(({ key, value }) => ({ Key: key, Value: value })),
  EnableTerminationProtection: stack.isProtected === true,
  ParentId: stack.parentId,
  RootId: stack.rootId,
})

export const summaryView = (stack: Stack): sdk.StackSummary => ({
  StackId: stackArn(stack),
  StackName: stack.name,
  TemplateDescription: stack.description,
  CreationTime: stack.createdAt,
  LastUpdatedTime: stack.updatedAt,
  DeletionTime: stack.deletedAt,
  StackStatus: stack.status,
  StackStatusReason: stack.reason,
  ParentId: stack.parentId,
  RootId: stack.rootId,
})

export const eventView = (stack: Stack, event: StackEvent): sdk.StackEvent => ({
  StackId: stackArn(stack),
  StackName: stack.name,
  EventId: event.id,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: event.at,
  ResourceStatus: event.status as sdk.ResourceStatus,
  ResourceStatusReason: event.reason,
  ClientRequestToken: event.token,
})

export const resourceView = (stack: Stack, resource: StackResource, template: Template) => ({
  StackId: stackArn(stack),
  StackName: stack.name,
  LogicalResourceId: resource.logicalId,
  PhysicalResourceId: resource.physicalId,
  ResourceType: resource.type,
  Timestamp: resource.changedAt,
  ResourceStatus: resource.status as sdk.ResourceStatus,
  ResourceStatusReason: resource.reason,
  Description: template.resources.get(resource.logicalId)?.description,
})

/** What is secret is not told here either. */
export const metadataView = (
  scope: Scope,
  { logicalId }: Pick<StackResource, 'logicalId'>,
): { readonly Metadata?: string } => {
  const told = [...scope.parameters.values()].map(one => (one.noEcho ? { ...one, value: hidden } : one))
  const parameters = new Map(told.map(one => [one.key, one]))
  const metadata = metadataIn({ ...scope, parameters }, logicalId)
  return metadata === undefined ? {} : { Metadata: JSON.stringify(metadata) }
}
