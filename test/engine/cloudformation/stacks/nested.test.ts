// SPDX-License-Identifier: BSD-2-Clause
// Stacks that are resources of other stacks.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { CreateUserCommand, DeleteUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, eventsOf, group, remove, stackNow, statusOf, templateOf, update } from './made'

describe('nested stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  it('are made, changed, taken back and deleted with the stack around them', async () => {
    const inner = (port: number) =>
      templateOf(
        {
          I: group('i', {
            SecurityGroupIngress: [
              { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: { Ref: 'From' } },
            ],
          }),
        },
        { Parameters: { From: { Type: 'String' } }, Outputs: { Name: { Value: { Ref: 'I' } } } },
      )
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    for (const [Key, port] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key, Body: inner(port) }))
    }
    const outer = (key: string, From: string) => ({
      N: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: `http://s3.cloud.test/templates/${key}`, Parameters: { From } },
      },
    })
    const Outputs = { Inner: { Value: { 'Fn::GetAtt': ['N', 'Outputs.Name'] } } }
    const Capabilities = ['CAPABILITY_IAM' as const]
    const options = { template: { Outputs }, Capabilities }
    const id = await create(c, outer('one', '10.0.0.0/8'), options)
    await c.pass(10)
    const { Outputs: told = [] } = await stackNow(c)
    assert.match(told[0]?.OutputValue ?? '', /^web-N-[A-Z0-9]{13}-I-[A-Z0-9]{13}$/)
    const nested = (await c.cloudformation().send(new sdk.DescribeStacksCommand({}))).Stacks?.find(
      ({ ParentId }) => ParentId === id,
    )
    assert.equal(nested?.RootId, id)
    await update(c, outer('two', '10.0.0.0/8'), options)
    await c.pass(10)
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
    assert.equal(await statusOf(c, nested?.StackId), 'UPDATE_COMPLETE')
    await assert.rejects(update(c, outer('two', '10.0.0.0/8'), options), /No updates are to be performed/)
    const Tags = [{ Key: 'owner', Value: 'me' }]
    await update(c, outer('two', '10.0.0.0/8'), { ...options, Tags })
    await c.pass(10)
    assert.deepEqual((await stackNow(c, nested?.StackId)).Tags, Tags)
    await update(c, outer('two', 'nowhere'), { ...options, Tags: [{ Key: 'owner', Value: 'you' }] })
    await c.pass(20)
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual((await stackNow(c, nested?.StackId)).Tags, Tags)
    await remove(c)
    await c.pass(10)
    assert.equal(await statusOf(c, id), 'DELETE_COMPLETE')
    assert.equal(await statusOf(c, nested?.StackId), 'DELETE_COMPLETE')
    await create(c, outer('one', 'nowhere'), { ...options, StackName: 'bad' })
    await c.pass(10)
    const events = await eventsOf(c, 'bad')
    assert.ok(
      events.some(event =>
        /^N CREATE_FAILED Embedded stack arn:.* was not successfully created: The following/.test(event),
      ),
      events.join('\n'),
    )
    assert.equal(await statusOf(c, 'bad'), 'ROLLBACK_COMPLETE')
  })

  it('do not go on for ever', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    const itself = {
      N: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: 'http://s3.cloud.test/templates/it' },
      },
    }
    await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key: 'it', Body: templateOf(itself) }))
    await create(c, itself, { Capabilities: ['CAPABILITY_IAM'] })
    await c.pass(60)
    assert.equal(await statusOf(c), 'ROLLBACK_COMPLETE')
    const failed = c.engine.read(tx =>
      tx.stackEvents.everywhere().find(({ reason }) => reason?.includes('levels deep')),
    )
    assert.equal(failed?.reason, 'Stacks cannot be nested more than 8 levels deep')
  })

  it('are two hundred at most, at all levels together', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    const Body = templateOf({ I: group('i') })
    await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key: 'one', Body }))
    const rootId = await create(c, { A: group('a') })
    c.engine.write(tx => {
      const [web] = tx.stacks.in(c.accountId).list()
      assert.ok(web)
      for (let number = 1; number <= 199; number++) {
        const within = { rootId, name: `n${number}`, id: `n${number}` }
        tx.stacks.in(c.accountId).put({ ...web, ...within })
      }
    })
    const TemplateURL = 'http://s3.cloud.test/templates/one'
    const N = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } }
    const Capabilities = ['CAPABILITY_IAM' as const]
    await update(c, { A: group('a'), N }, { Capabilities })
    await c.pass(10)
    assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
    await update(c, { A: group('a'), N, O: N }, { Capabilities })
    await c.pass(10)
    const failed = c.engine.read(tx =>
      tx.stackEvents
        .everywhere()
        .find(({ logicalId, status }) => logicalId === 'O' && status === 'CREATE_FAILED'),
    )
    assert.equal(failed?.reason, 'A stack cannot have more than 200 stacks within it')
  })

  it('go back with the stack around them when its update is cancelled', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    const waits = {
      ...{ Type: 'AWS::CloudFormation::WaitCondition' },
      CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
    }
    for (const [Key, more] of [
      ['one', {}],
      ['two', { W: waits }],
    ] as const) {
      const Body = templateOf({ I: group('i'), ...more })
      await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key, Body }))
    }
    const outer = (key: string) => ({
      N: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: `http://s3.cloud.test/templates/${key}` },
      },
    })
    const Capabilities = ['CAPABILITY_IAM' as const]
    await create(c, outer('one'), { Capabilities })
    await c.pass(10)
    await update(c, outer('two'), { Capabilities })
    await c.pass(10)
    assert.equal(await statusOf(c), 'UPDATE_IN_PROGRESS')
    await c.cloudformation().send(new sdk.CancelUpdateStackCommand({ StackName: 'web' }))
    await c.pass(20)
    assert.equal(await statusOf(c), 'UPDATE_ROLLBACK_COMPLETE')
    const statuses = c.engine.read(tx => tx.stacks.everywhere().map(({ status }) => status))
    assert.deepEqual(statuses, ['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])
  })

  it('try again to go back when that is gone on with around them', async () => {
    await c.s3().send(new CreateBucketCommand({ Bucket: 'templates' }))
    const user = (Path: string) => ({ Type: 'AWS::IAM::User', Properties: { UserName: 'carl', Path } })
    const waits = {
      ...{ Type: 'AWS::CloudFormation::WaitCondition', DependsOn: 'U' },
      CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
    }
    for (const [Key, Body] of [
      ['one', templateOf({ U: user('/one/') })],
      ['two', templateOf({ U: user('/two/'), W: waits })],
    ] as const) {
      await c.s3().send(new PutObjectCommand({ Bucket: 'templates', Key, Body }))
    }
    const outer = (key: string) => ({
      N: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: { TemplateURL: `http://s3.cloud.test/templates/${key}` },
      },
    })
    const Capabilities = ['CAPABILITY_IAM' as const]
    await create(c, outer('one'), { Capabilities })
    await c.pass(10)
    await update(c, outer('two'), { Capabilities })
    await c.pass(10)
    // Somebody takes away what is to be changed back, and gives it back.
    await c.iam().send(new DeleteUserCommand({ UserName: 'carl' }))
    await c.cloudformation().send(new sdk.CancelUpdateStackCommand({ StackName: 'web' }))
    await c.pass(20)
    const statuses = () => c.engine.read(tx => tx.stacks.everywhere().map(({ status }) => status))
    assert.deepEqual(statuses(), ['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'])
    await c.iam().send(new CreateUserCommand({ UserName: 'carl', Path: '/two/' }))
    await c.cloudformation().send(new sdk.ContinueUpdateRollbackCommand({ StackName: 'web' }))
    await c.pass(20)
    assert.deepEqual(statuses(), ['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])
    const { User } = await c.iam().send(new GetUserCommand({ UserName: 'carl' }))
    assert.equal(User?.Path, '/one/')
  })
})
