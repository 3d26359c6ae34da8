// SPDX-License-Identifier: BSD-2-Clause
// What is told of stacks, to whom, and for how long.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { type Cloud, cloud } from '../../../support/cloud'
import { euareOf, refusal } from '../../iam/euare'
import { create, group, remove, stackNow, statusOf } from './made'

describe('descriptions of stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const refused = async (run: Promise<unknown>, code: string, message: string | RegExp) => {
    const error = await run.then(
      () => assert.fail('it was not refused'),
      (error: Error) => error,
    )
    assert.equal(error.name, code, error.message)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
  }
  const noStacks = () =>
    assert.deepEqual(
      c.engine.read(tx => tx.stacks.everywhere()),
      [],
    )

  it('are told of stacks, whole and in part', async () => {
    const id = await create(
      c,
      {
        A: group(
          'a',
          {},
          { Metadata: { Comment: { 'Fn::Sub': 'hello ${AWS::StackName} ${P}' } }, Description: 'first' },
        ),
      },
      {
        ...{ Tags: [{ Key: 'k', Value: 'v' }], NotificationARNs: ['arn:aws:sns::000000000000:t'] },
        ...{ TimeoutInMinutes: 5, DisableRollback: true },
        template: {
          ...{
            Description: 'all of it',
            Parameters: { P: { Type: 'String', NoEcho: true, Default: 'hush' } },
          },
          Outputs: { O: { Value: { 'Fn::GetAtt': ['A', 'GroupId'] }, Description: 'its id' } },
        },
      },
    )
    const stack = await stackNow(c)
    const groupId = c.engine.read(
      tx => tx.securityGroups.list().find(({ name }) => name.startsWith('web'))?.id,
    )
    assert.deepEqual(
      {
        ...{ id: stack.StackId, description: stack.Description, outputs: stack.Outputs, tags: stack.Tags },
        ...{ parameters: stack.Parameters, minutes: stack.TimeoutInMinutes, arns: stack.NotificationARNs },
        disabled: stack.DisableRollback,
      },
      {
        ...{ id, description: 'all of it', tags: [{ Key: 'k', Value: 'v' }], minutes: 5, disabled: true },
        outputs: [{ OutputKey: 'O', OutputValue: groupId, Description: 'its id' }],
        ...{
          parameters: [{ ParameterKey: 'P', ParameterValue: '****' }],
          arns: ['arn:aws:sns::000000000000:t'],
        },
      },
    )
    const client = c.cloudformation()
    const named = { StackName: 'web', LogicalResourceId: 'A' }
    const { StackResourceDetail: detail } = await client.send(new sdk.DescribeStackResourceCommand(named))
    assert.deepEqual([detail?.Metadata, detail?.Description], ['{"Comment":"hello web ****"}', 'first'])
    const PhysicalResourceId = detail?.PhysicalResourceId
    const { StackResources } = await client.send(
      new sdk.DescribeStackResourcesCommand({ PhysicalResourceId }),
    )
    assert.equal(StackResources?.[0]?.StackName, 'web')
    const { StackResourceSummaries } = await client.send(new sdk.ListStackResourcesCommand({ StackName: id }))
    assert.deepEqual(
      StackResourceSummaries?.map(({ LogicalResourceId }) => LogicalResourceId),
      ['A'],
    )
    const { StackSummaries } = await client.send(
      new sdk.ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }),
    )
    assert.deepEqual(
      StackSummaries?.map(({ TemplateDescription }) => TemplateDescription),
      ['all of it'],
    )
    const none = await client.send(new sdk.ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }))
    assert.deepEqual(none.StackSummaries ?? [], [])
    await assert.rejects(
      client.send(new sdk.ListStacksCommand({ StackStatusFilter: ['WELL' as 'DELETE_COMPLETE'] })),
      /Invalid value for StackStatus WELL/,
    )
    assert.equal(
      (await client.send(new sdk.GetStackPolicyCommand({ StackName: 'web' }))).StackPolicyBody,
      undefined,
    )
    // No secret is where it could be read.
    assert.ok(
      !JSON.stringify(await client.send(new sdk.DescribeStackEventsCommand({ StackName: 'web' }))).includes(
        'hush',
      ),
    )
  })

  it('of stacks that are not there are answered as Eucalyptus did', async () => {
    const client = c.cloudformation()
    const StackName = 'none'
    assert.deepEqual((await client.send(new sdk.DescribeStacksCommand({ StackName }))).Stacks ?? [], [])
    assert.deepEqual(
      (await client.send(new sdk.DescribeStackEventsCommand({ StackName }))).StackEvents ?? [],
      [],
    )
    await client.send(new sdk.DeleteStackCommand({ StackName }))
    const message = 'Stack none does not exist'
    await refused(client.send(new sdk.GetTemplateCommand({ StackName })), 'ValidationError', message)
    await refused(client.send(new sdk.ListStackResourcesCommand({ StackName })), 'ValidationError', message)
    await refused(
      client.send(new sdk.DescribeStackResourceCommand({ StackName, LogicalResourceId: 'A' })),
      ...(['ValidationError', 'Stack with name none does not exist'] as const),
    )
    await refused(client.send(new sdk.DescribeStackResourcesCommand({})), 'ValidationError', /must be set/)
    await refused(
      client.send(new sdk.DescribeStackResourcesCommand({ StackName, PhysicalResourceId: 'x' })),
      ...(['ValidationError', /Exactly one of/] as const),
    )
    await refused(
      client.send(new sdk.DescribeStackResourcesCommand({ PhysicalResourceId: 'x' })),
      ...(['ValidationError', 'Stack for x does not exist'] as const),
    )
    await refused(client.send(new sdk.SetStackPolicyCommand({ StackName })), 'ValidationError', message)
    await create(c, { A: group('a') })
    await refused(
      client.send(new sdk.SetStackPolicyCommand({ StackName: 'web' })),
      ...(['ValidationError', 'Either StackPolicyBody or StackPolicyURL must be set.'] as const),
    )
    await refused(
      client.send(new sdk.DescribeStackResourceCommand({ StackName: 'web', LogicalResourceId: 'B' })),
      ...(['ValidationError', 'Resource B does not exist for stack web'] as const),
    )
  })

  it("show a cloud administrator everybody's, who may name them by their ids", async () => {
    const alice = await c.account('alice')
    const id = await create(c, { A: group('a') }, {}, alice)
    assert.equal(await statusOf(c, id), 'CREATE_COMPLETE')
    assert.equal((await stackNow(c, 'verbose')).StackId, id)
    assert.equal(await stackNow(alice, 'verbose'), undefined)
    const bob = await c.account('bob')
    assert.equal(await stackNow(bob, id), undefined)
    await remove(c, id, bob)
    assert.equal(await statusOf(alice, id), 'CREATE_COMPLETE')
    await remove(c, id)
    assert.equal(await statusOf(alice, id), 'DELETE_COMPLETE')
    assert.equal(
      c.engine.read(tx => tx.securityGroups.list().some(({ name }) => name.startsWith('web'))),
      false,
    )
  })

  it('cannot delete what is protected, nor keep what could be deleted', async () => {
    const client = c.cloudformation()
    const protect = (EnableTerminationProtection: boolean) =>
      client.send(
        new sdk.UpdateTerminationProtectionCommand({ StackName: 'web', EnableTerminationProtection }),
      )
    await create(c, { A: group('a') }, { EnableTerminationProtection: true })
    await refused(
      remove(c),
      ...([
        'ValidationError',
        'Stack [web] cannot be deleted while TerminationProtection is enabled',
      ] as const),
    )
    await protect(false)
    await refused(
      client.send(new sdk.DeleteStackCommand({ StackName: 'web', RetainResources: ['A'] })),
      ...(['ValidationError', /only when the stack is in the DELETE_FAILED state/] as const),
    )
    await remove(c)
    await refused(protect(true), 'ValidationError', 'Stack web does not exist')
  })

  it('find deleted stacks for 90 days, without their secrets', async () => {
    const Parameters = { P: { Type: 'String', NoEcho: true, Default: 'hush' } }
    const id = await create(c, { A: group('a') }, { template: { Parameters } })
    await remove(c)
    c.clock.advance(89 * 24 * 3600)
    await c.settle()
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.ok(!c.engine.read(tx => tx.stacks.everywhere()[0]?.parameters.includes('hush')))
    c.clock.advance(2 * 24 * 3600)
    await c.settle()
    noStacks()
    const left = c.engine.read(tx =>
      [tx.stackResources, tx.stackEvents, tx.stackTemplates, tx.stackNames].map(
        table => table.everywhere().length,
      ),
    )
    assert.deepEqual(left, [0, 0, 0, 0])
  })

  it('and stacks themselves keep an account from being deleted', async () => {
    const alice = await c.account('alice')
    const root = await euareOf(c)
    const erase = () => root.deleteAccount({ AccountName: 'alice', Recursive: true })
    await create(c, { A: group('a') }, {}, alice)
    await refusal(erase(), 'DeleteConflict', 409)
    await remove(c, 'web', alice)
    await erase()
  })
})
