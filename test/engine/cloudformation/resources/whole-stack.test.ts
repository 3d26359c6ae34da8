// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveRootSnapshot, registerEbs } from '../../ec2/ebs-machine'
import { cases } from './cases'
import { everything } from './workshop'

const logicalIdOf = (type: string): string => type.split('::')[2] ?? ''

/** References are written into texts. */
const substituted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value
  if (Array.isArray(value)) return value.map(substituted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, substituted(member)]))
}

const template = (image: string): string =>
  JSON.stringify({
    Resources: Object.fromEntries(
      cases.map(one => [
        logicalIdOf(one.type),
        {
          Type: one.type,
          Properties: substituted(one.properties({ image, ref: type => `\${${logicalIdOf(type)}}` })),
        },
      ]),
    ),
  })

describe('a stack of every type of resource', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const status = async (StackName: string) => {
    const { Stacks: [stack] = [] } = await c.cloudformation().send(new DescribeStacksCommand({ StackName }))
    return stack?.StackStatus
  }
  const ended = async (StackName: string): Promise<string | undefined> => {
    for (let round = 0; round < 60; round++) {
      const now = await status(StackName)
      if (!now?.endsWith('IN_PROGRESS')) return now
      await c.pass(5)
    }
    const { StackEvents } = await c.cloudformation().send(new DescribeStackEventsCommand({ StackName }))
    return assert.fail(JSON.stringify(StackEvents?.slice(0, 5)))
  }
  const failures = async (StackName: string) => {
    const { StackEvents = [] } = await c.cloudformation().send(new DescribeStackEventsCommand({ StackName }))
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED')).map(
      ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
    )
  }

  it('is made, bears other tags, goes, and leaves nothing', async () => {
    const image = await registerEbs(c, await haveRootSnapshot(c))
    const before = everything(c)
    const Capabilities = ['CAPABILITY_IAM' as const]
    const about = { StackName: 'console', TemplateBody: template(image), Capabilities }
    const { StackId = '' } = await c.cloudformation().send(new CreateStackCommand(about))
    const made = await ended(StackId)
    assert.deepEqual(await failures(StackId), [])
    assert.equal(made, 'CREATE_COMPLETE')
    const { StackResources = [] } = await c
      .cloudformation()
      .send(new DescribeStackResourcesCommand({ StackName: StackId }))
    assert.equal(StackResources.length, cases.length)
    for (const { ResourceType, PhysicalResourceId = '' } of StackResources) {
      const one = cases.find(({ type }) => type === ResourceType)
      assert.match(PhysicalResourceId, one?.physicalId ?? /nothing/, ResourceType)
    }
    const Tags = [{ Key: 'team', Value: 'console' }]
    await c
      .cloudformation()
      .send(new UpdateStackCommand({ StackName: 'console', UsePreviousTemplate: true, Capabilities, Tags }))
    const updated = await ended(StackId)
    assert.deepEqual(await failures(StackId), [])
    assert.equal(updated, 'UPDATE_COMPLETE')
    await c.cloudformation().send(new DeleteStackCommand({ StackName: 'console' }))
    const gone = await ended(StackId)
    assert.deepEqual(await failures(StackId), [])
    assert.equal(gone, 'DELETE_COMPLETE')
    assert.deepEqual(everything(c), before)
  })
})
