// SPDX-License-Identifier: BSD-2-Clause
// Stacks that are changed: resources are changed where they are or replaced, and an update that fails is taken back.
import assert from 'node:assert/strict'
import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import { DeleteUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, eventsOf, group, remove, resourcesNow, stackNow, statusOf, update } from './made'

const initiated = 'Resource creation Initiated'
const replaces = 'Requested update requires the creation of a new physical resource; hence creating one.'

const ingress = (port: number) => ({
  SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: '10.0.0.0/8' }],
})
const from = (name: string) => ({
  SecurityGroupIngress: [
    { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: { Ref: name } },
  ],
})
const bad = {
  SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, SourceSecurityGroupName: 'none' }],
}
const signal = {
  Type: 'AWS::CloudFormation::WaitCondition',
  CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
}

describe('the update of a stack', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const groups = async () =>
    ((await c.ec2().send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? []).filter(
      ({ GroupName }) => GroupName !== 'default',
    )
  const portsOf = async (name: string | undefined) =>
    (await groups())
      .find(({ GroupName }) => GroupName === name)
      ?.IpPermissions?.map(({ FromPort }) => FromPort)
  const news = async (): Promise<readonly string[]> => {
    const events = await eventsOf(c)
    return events.slice(events.lastIndexOf('web UPDATE_IN_PROGRESS User Initiated') + 1)
  }
  const idsNow = async () =>
    Object.fromEntries(Object.entries(await resourcesNow(c)).map(([name, { id }]) => [name, id]))

  it('changes what can be changed where it is, and nothing else', async () => {
    await create(c, { A: group('a', ingress(1)), B: group('b', from('A')) })
    const before = await idsNow()
    await update(c, { A: group('a', ingress(2)), B: group('b', from('A')) })
    assert.deepEqual(await news(), [
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'web UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'web UPDATE_COMPLETE',
    ])
    assert.deepEqual(await idsNow(), before)
    assert.deepEqual(await portsOf(before.A), [2])
  })

  it('replaces what cannot, changes what refers to it, adds, and clears away at the end', async () => {
    await create(c, { A: group('a'), B: group('b', from('A')), C: group('c') })
    const before = await idsNow()
    await update(c, { A: group('another'), B: group('b', from('A')), D: group('d') })
    assert.deepEqual(await news(), [
      `A UPDATE_IN_PROGRESS ${replaces}`,
      `A UPDATE_IN_PROGRESS ${initiated}`,
      'A UPDATE_COMPLETE',
      'D CREATE_IN_PROGRESS',
      `D CREATE_IN_PROGRESS ${initiated}`,
      'D CREATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      'web UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'C DELETE_IN_PROGRESS',
      'C DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'web UPDATE_COMPLETE',
    ])
    const after = await idsNow()
    assert.notEqual(after.A, before.A)
    assert.equal(after.B, before.B)
    assert.deepEqual(
      (await groups()).map(({ GroupName }) => GroupName).sort(),
      [after.A, after.B, after.D].sort(),
    )
    await remove(c)
    assert.deepEqual(await groups(), [])
  })

  it('that fails is taken back: what was changed, replaced, added and left out', async () => {
    const first = { A: group('a', ingress(1)), B: group('b'), C: group('c', from('B')), L: group('l') }
    await create(c, first)
    const before = await idsNow()
    const template = await c.cloudformation().send(new GetTemplateCommand({ StackName: 'web' }))
    await update(c, {
      A: group('a', ingress(2)),
      B: group('other'),
      C: group('c', from('B')),
      N: group('n'),
      X: group('x', bad, { DependsOn: ['A', 'C', 'N'] }),
    })
    const events = await news()
    const failed = events.indexOf("X CREATE_FAILED The security group 'none' does not exist")
    assert.ok(failed > 0)
    assert.deepEqual(events.slice(failed + 1), [
      'web UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [X].',
      'B UPDATE_COMPLETE',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'C UPDATE_IN_PROGRESS',
      'C UPDATE_COMPLETE',
      'web UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'N DELETE_IN_PROGRESS',
      'N DELETE_COMPLETE',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'web UPDATE_ROLLBACK_COMPLETE',
    ])
    assert.deepEqual(await idsNow(), before)
    assert.deepEqual(await portsOf(before.A), [1])
    assert.equal((await groups()).length, 4)
    assert.deepEqual(
      (await c.cloudformation().send(new GetTemplateCommand({ StackName: 'web' }))).TemplateBody,
      template.TemplateBody,
    )
    await update(c, { ...first, A: group('a', ingress(3)) })
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
  })

  it('can be cancelled', async () => {
    await create(c, { A: group('a', ingress(1)) })
    await update(c, { A: group('a', ingress(2)), D: signal })
    assert.equal(await statusOf(c), 'UPDATE_IN_PROGRESS')
    await c.cloudformation().send(new CancelUpdateStackCommand({ StackName: 'web' }))
    await c.settle()
    const events = await news()
    assert.deepEqual(events.slice(events.indexOf('D CREATE_FAILED Resource creation cancelled')), [
      'D CREATE_FAILED Resource creation cancelled',
      'web UPDATE_ROLLBACK_IN_PROGRESS User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'web UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'D DELETE_IN_PROGRESS',
      'D DELETE_COMPLETE',
      'web UPDATE_ROLLBACK_COMPLETE',
    ])
    assert.deepEqual(await portsOf((await idsNow()).A), [1])
    await assert.rejects(
      c.cloudformation().send(new CancelUpdateStackCommand({ StackName: 'web' })),
      /CancelUpdateStack cannot be called from current stack status\./,
    )
  })

  it('whose taking back fails can be gone on with, without what stands in the way', async () => {
    const user = (Path: string) => ({ Type: 'AWS::IAM::User', Properties: { UserName: 'carl', Path } })
    const Capabilities = ['CAPABILITY_IAM' as const]
    await create(c, { A: group('a', ingress(1)), U: user('/one/') }, { Capabilities })
    await update(c, { A: group('a', ingress(2)), U: user('/two/'), D: signal }, { Capabilities })
    assert.equal(await statusOf(c), 'UPDATE_IN_PROGRESS')
    const { A } = await idsNow()
    // Somebody takes away what is to be changed back.
    c.engine.write(tx => {
      for (const one of tx.securityGroups.list()) if (one.name === A) tx.securityGroups.delete(one.id)
    })
    await c.cloudformation().send(new CancelUpdateStackCommand({ StackName: 'web' }))
    await c.settle()
    const { StackStatus, StackStatusReason } = await stackNow(c)
    assert.deepEqual(
      [StackStatus, StackStatusReason],
      ['UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [A].'],
    )
    const again = (ResourcesToSkip?: string[]) =>
      c.cloudformation().send(
        new ContinueUpdateRollbackCommand({
          StackName: 'web',
          ...(ResourcesToSkip && { ResourcesToSkip }),
        }),
      )
    await assert.rejects(again(['U']), /only resources that are in the UPDATE_FAILED state/)
    await again()
    await c.settle()
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_FAILED')
    await again(['A'])
    await c.settle()
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_COMPLETE')
    const { User } = await c.iam().send(new GetUserCommand({ UserName: 'carl' }))
    assert.equal(User?.Path, '/one/')
    await assert.rejects(
      again(),
      /Stack arn:.* is in UPDATE_ROLLBACK_COMPLETE state and can not continue to update rollback\./,
    )
    await c.iam().send(new DeleteUserCommand({ UserName: 'carl' }))
  })

  it('is refused when nothing would change, a type would, or the stack is at something else', async () => {
    const resources = { A: group('a') }
    await create(c, resources)
    await assert.rejects(update(c, resources), /No updates are to be performed\./)
    await assert.rejects(
      update(c, { A: { Type: 'AWS::EC2::EIP' } }),
      /Update of resource type is not permitted\. The new template modifies resource type of the following resources: \[A\]/,
    )
    const TemplateURL = 'http://s3.test/b/k'
    const asked = (input: object) =>
      c.cloudformation().send(new UpdateStackCommand({ StackName: 'web', ...input }))
    await assert.rejects(asked({}), /You must specify either Template Body or Template URL/)
    await assert.rejects(
      asked({ TemplateURL, TemplateBody: '{}' }),
      /You cannot specify both Template Body and Template URL/,
    )
    await assert.rejects(
      asked({ TemplateURL, UsePreviousTemplate: true }),
      /You cannot specify both usePreviousTemplate and Template Body\/Template URL/,
    )
    await update(c, { ...resources, D: signal })
    await assert.rejects(
      update(c, resources),
      /Stack:arn:.* is in UPDATE_IN_PROGRESS state and can not be updated\./,
    )
    await assert.rejects(remove(c), /is in UPDATE_IN_PROGRESS state and can not be deleted\./)
    await assert.rejects(update(c, resources, { StackName: 'none' }), /Stack none does not exist/)
  })

  it('takes templates and values that there were, and tells of outputs', async () => {
    const template = {
      Parameters: { Text: { Type: 'String' }, Secret: { Type: 'String', NoEcho: true } },
      Outputs: { O: { Value: { Ref: 'Text' } } },
    }
    const given = (Text: object, Secret: object) => [
      { ParameterKey: 'Text', ...Text },
      { ParameterKey: 'Secret', ...Secret },
    ]
    const previous = { UsePreviousValue: true }
    await create(
      c,
      { A: group('a', {}, { Metadata: { Note: { Ref: 'Secret' } } }) },
      {
        template,
        Parameters: given({ ParameterValue: 'one' }, { ParameterValue: 'hush' }),
      },
    )
    await update(
      c,
      {},
      {
        UsePreviousTemplate: true,
        Parameters: given({ ParameterValue: 'two' }, previous),
      },
    )
    const { Outputs, Parameters } = await stackNow(c)
    assert.deepEqual(
      Outputs?.map(({ OutputValue }) => OutputValue),
      ['two'],
    )
    assert.deepEqual(
      Parameters?.map(({ ParameterValue }) => ParameterValue),
      ['two', '****'],
    )
    await assert.rejects(
      update(c, {}, { UsePreviousTemplate: true, Parameters: given(previous, previous) }),
      /No updates are to be performed\./,
    )
    // What only metadata have is a change as well.
    const other = given(previous, { ParameterValue: 'quiet' })
    await update(c, {}, { UsePreviousTemplate: true, Parameters: other })
  })

  it('fails by the name of what the account does not have, before anything is changed', async () => {
    const template = { Parameters: { Key: { Type: 'AWS::EC2::KeyPair::KeyName' } } }
    const Parameters = [{ ParameterKey: 'Key', ParameterValue: 'none' }]
    await create(c, { A: group('a', ingress(1)) })
    await update(c, { A: group('a', ingress(2)), B: group('b') }, { template, Parameters })
    assert.deepEqual(await news(), [
      'web UPDATE_ROLLBACK_IN_PROGRESS Parameter validation failed: parameter value none for parameter name Key does not exist',
      'web UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'web UPDATE_ROLLBACK_COMPLETE',
    ])
    assert.deepEqual(await portsOf((await idsNow()).A), [1])
    await update(c, { A: group('a', ingress(2)) })
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
  })

  it('forgets events of long ago, and templates that nobody goes back to', async () => {
    await create(c, { A: group('a', ingress(1)) })
    c.clock.advance(91 * 24 * 3600)
    await update(c, { A: group('a', ingress(2)) })
    assert.equal((await eventsOf(c))[0], 'web UPDATE_IN_PROGRESS User Initiated')
    const told = (await eventsOf(c)).length
    c.clock.advance(89 * 24 * 3600)
    await update(c, { A: group('a', ingress(3)) })
    assert.equal((await eventsOf(c)).length, 2 * told)
    assert.equal(
      c.engine.read(tx => tx.stackTemplates.everywhere().length),
      1,
    )
  })
})
