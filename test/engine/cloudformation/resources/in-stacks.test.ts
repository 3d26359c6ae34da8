// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, update } from '../stacks/made'
import { everything } from './workshop'

describe('resources in stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const stackOf = async (StackName = 'web') =>
    (await c.cloudformation().send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]
  const outputs = async () =>
    Object.fromEntries(
      ((await stackOf())?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    )
  const failures = async () => {
    const input = { StackName: 'web' }
    const { StackEvents = [] } = await c.cloudformation().send(new DescribeStackEventsCommand(input))
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .reverse()
  }

  const waiting = (Timeout: string) => ({
    Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Wait: {
      Type: 'AWS::CloudFormation::WaitCondition',
      Properties: { Handle: { Ref: 'Handle' }, Timeout, Count: '2' },
    },
  })
  const Outputs = {
    Url: { Value: { Ref: 'Handle' } },
    Data: { Value: { 'Fn::GetAtt': ['Wait', 'Data'] } },
  }
  const urlOf = () =>
    c.engine.read(tx => {
      const [resource] = tx.stackResources
        .in(c.accountId)
        .list()
        .filter(({ logicalId, status }) => logicalId === 'Handle' && status === 'CREATE_COMPLETE')
      return new URL(resource?.physicalId ?? assert.fail('there is no handle'))
    })
  const put = async (UniqueId: string, Status = 'SUCCESS') => {
    const { host, pathname, search } = urlOf()
    const body = Buffer.from(JSON.stringify({ Status, UniqueId, Data: `of ${UniqueId}` }))
    const headers = { host, 'content-length': String(body.length) }
    const { status } = await c.engine.handle({
      ...{ method: 'PUT', path: pathname, query: search.slice(1), headers, body },
    })
    assert.equal(status, 200)
  }

  it('a stack waits for its signals for longer than for anything else, and shows their data', async () => {
    await create(c, waiting('43200'), { template: { Outputs } })
    await c.pass(3700)
    await put('one')
    await c.pass(10)
    assert.equal((await stackOf())?.StackStatus, 'CREATE_IN_PROGRESS')
    await put('two')
    await c.pass(10)
    assert.equal((await stackOf())?.StackStatus, 'CREATE_COMPLETE')
    assert.equal((await outputs()).Data, '{"one":"of one","two":"of two"}')
  })

  it('without them, or with one of failure, it is rolled back, and its signals go', async () => {
    const left = (): object => ({ ...everything(c), roles: [], heldPolicies: [], buckets: [] })
    const before = left()
    await create(c, waiting('60'))
    await c.pass(70)
    assert.deepEqual((await failures())[0], 'Wait: Timeout exeeded waiting for success signals')
    assert.equal((await stackOf())?.StackStatus, 'ROLLBACK_COMPLETE')
    await create(c, waiting('60'), { StackName: 'other' })
    await put('one', 'FAILURE')
    await c.pass(20)
    assert.equal((await stackOf('other'))?.StackStatus, 'ROLLBACK_COMPLETE')
    assert.deepEqual(left(), before)
    assert.deepEqual(
      c.engine.read(tx => [tx.objects.list(), tx.sessions.list()]),
      [[], []],
    )
  })

  it('an attribute that is not there outside a VPC fails what asks for it', async () => {
    const Address = { Type: 'AWS::EC2::EIP' }
    const Association = {
      Type: 'AWS::EC2::EIPAssociation',
      Properties: { AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] }, InstanceId: 'i-00000001' },
    }
    await create(c, { Address, Association })
    assert.equal((await stackOf())?.StackStatus, 'ROLLBACK_COMPLETE')
    assert.match((await failures())[0] ?? '', /^Association: /)
    assert.deepEqual(everything(c).addresses, [])
  })

  it('what cannot be changed fails its update, and the stack is as it was', async () => {
    const bucket = (access: string) => ({
      Type: 'AWS::S3::Bucket',
      Properties: { AccessControl: access },
    })
    const condition = waiting('43200')
    await create(c, { ...condition, Files: bucket('Private') })
    await put('one')
    await put('two')
    await c.pass(10)
    const Wait = { ...condition.Wait, Properties: { ...condition.Wait.Properties, Timeout: '7' } }
    await update(c, { ...condition, Wait, Files: bucket('PublicRead') })
    await c.pass(10)
    assert.equal((await stackOf())?.StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.ok(
      (await failures()).includes(
        'Wait: Update to resource type AWS::CloudFormation::WaitCondition is not supported.',
      ),
    )
    assert.deepEqual(
      c.engine.read(tx =>
        tx.buckets
          .list()
          .filter(({ name }) => name.startsWith('web-'))
          .map(({ acl }) => acl.length),
      ),
      [1],
    )
  })
})
