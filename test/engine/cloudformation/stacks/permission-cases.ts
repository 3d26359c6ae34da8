// SPDX-License-Identifier: BSD-2-Clause
// What every operation on stacks asks of policies: with this request, its own action on this stack. Cases that follow one another
// may build upon what those before have done.
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import type { Clients, Cloud } from '../../../support/cloud'
import { group, templateOf } from './made'

const body = templateOf({ A: group('a') })

const exporting = { Outputs: { Own: { Value: 'v', Export: { Name: 'own' } } } }
const given = { Outputs: { Given: { Value: 'v', Export: { Name: 'given' } } } }
const taken = { Outputs: { Taken: { Value: { 'Fn::ImportValue': 'given' } } } }

export const waits = {
  W: { Type: 'AWS::CloudFormation::WaitCondition', CreationPolicy: { ResourceSignal: { Timeout: 'PT12H' } } },
}

/** A stack that is there, and one that waits for a signal. */
export const haveStacks = async (c: Cloud, who: Clients) => {
  const client = who.cloudformation()
  const order = (StackName: string, TemplateBody: string) =>
    client.send(new CreateStackCommand({ StackName, TemplateBody }))
  const { StackId: web = '' } = await order('web', templateOf({ A: group('a') }, exporting))
  const { StackId: slow = '' } = await order('slow', templateOf(waits))
  await order('giver', templateOf({ A: group('g') }, given))
  await order('taker', templateOf({ A: group('t') }, taken))
  await c.settle()
  await client.send(new DescribeStacksCommand({}))
  return { web, slow }
}

export type Stacks = Awaited<ReturnType<typeof haveStacks>>

export interface Case {
  readonly operation: string
  readonly input: object
  /** The stack that leave is needed for. */
  readonly on: string
  /** What there is to be seen of it, of those that only look. */
  readonly shows?: string
  /** What another account is told of the same request, by name: by default that there is no such stack. */
  readonly strangers?: 'silence' | 'made'
  /** What is allowed is refused all the same, in these words: the stack is at something else. */
  readonly otherwise?: RegExp
}

export const casesOf = ({ web, slow }: Stacks, account: string): readonly Case[] => {
  const StackName = 'web'
  const policy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' }],
  })
  const on = (operation: string, input: object = {}, more: object = {}): Case => ({
    ...{ operation, input: { StackName, ...input }, on: web, ...more },
  })
  return [
    {
      ...{ operation: 'CreateStack', input: { StackName: 'new', TemplateBody: body } },
      ...{ on: `arn:aws:cloudformation::${account}:stack/new/*`, strangers: 'made' },
    },
    on('DescribeStackResource', { LogicalResourceId: 'A' }, { shows: 'web' }),
    on('DescribeStackResources', {}, { shows: 'web' }),
    on('ListStackResources', {}, { shows: 'web-A' }),
    on('DescribeStackEvents', {}, { shows: 'web', strangers: 'silence' }),
    on('GetTemplate', {}, { shows: 'GroupDescription' }),
    on('SetStackPolicy', { StackPolicyBody: policy }),
    on('GetStackPolicy', {}, { shows: 'Update:' }),
    on('UpdateTerminationProtection', { EnableTerminationProtection: false }),
    on('CancelUpdateStack', {}, { otherwise: /CancelUpdateStack cannot be called/ }),
    on('ContinueUpdateRollback', {}, { otherwise: /can not continue to update rollback/ }),
    on('UpdateStack', { UsePreviousTemplate: true, Tags: [{ Key: 'k', Value: 'v' }] }),
    {
      ...{ operation: 'SignalResource', on: slow },
      input: { StackName: 'slow', LogicalResourceId: 'W', UniqueId: 'u', Status: 'SUCCESS' },
    },
    on('DeleteStack', {}, { strangers: 'silence' }),
  ]
}

/** Lists, which show what may be seen. */
export const lists = ['DescribeStacks', 'ListStacks', 'ListExports']

/** About templates or names alone: whoever may, may with any. */
export const ofTemplates = [
  { operation: 'ValidateTemplate', input: { TemplateBody: body } },
  { operation: 'GetTemplateSummary', input: { TemplateBody: body } },
  { operation: 'EstimateTemplateCost', input: { TemplateBody: body } },
  { operation: 'ListImports', input: { ExportName: 'given' } },
]
