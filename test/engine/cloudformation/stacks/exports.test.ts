// SPDX-License-Identifier: BSD-2-Clause
// What stacks export, and what others take in.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-cloudformation'
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../../elb/made'
import { create, eventsOf, group, remove, stackNow, statusOf, update } from './made'

const exporting = (Value: unknown = 'one', Name: unknown = 'shared') => ({
  template: { Outputs: { O: { Value, Export: { Name } } } },
})
const taking = { G: group('taken', { GroupName: { 'Fn::ImportValue': 'shared' } }) }

describe('exports of stacks', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const giver = (more: ReturnType<typeof exporting> = exporting(), StackName = 'giver') =>
    create(c, { A: group('a') }, { StackName, ...more })
  const taker = () => create(c, taking, { StackName: 'taker' })
  const listed = async (who: Clients = c) =>
    (await who.cloudformation().send(new sdk.ListExportsCommand({}))).Exports ?? []
  const imports = async (ExportName = 'shared') =>
    (await c.cloudformation().send(new sdk.ListImportsCommand({ ExportName }))).Imports

  it('are listed with the account, shown with their outputs, and taken in by others', async () => {
    const ExportingStackId = await giver(
      exporting({ Ref: 'AWS::StackName' }, { 'Fn::Join': ['', ['sha', 'red']] }),
    )
    assert.deepEqual(await listed(), [{ ExportingStackId, Name: 'shared', Value: 'giver' }])
    assert.deepEqual((await stackNow(c, 'giver')).Outputs, [
      { OutputKey: 'O', OutputValue: 'giver', ExportName: 'shared' },
    ])
    await refused(imports(), 'ValidationError', "Export 'shared' is not imported by any stack.")
    await taker()
    assert.equal(await statusOf(c, 'taker'), 'CREATE_COMPLETE')
    const { SecurityGroups = [] } = await c
      .ec2()
      .send(new DescribeSecurityGroupsCommand({ GroupNames: ['giver'] }))
    assert.equal(SecurityGroups.length, 1)
    assert.deepEqual(await imports(), ['taker'])
    const bob = await c.account('bob')
    assert.deepEqual(await listed(bob), [])
    await create(c, taking, { StackName: 'taker' }, bob)
    assert.match((await eventsOf(bob, 'taker')).join(), /G CREATE_FAILED No export named shared found/)
  })

  it('stay as long as somebody takes them in', async () => {
    await giver()
    await taker()
    const gone = c.cloudformation().send(new sdk.DeleteStackCommand({ StackName: 'giver' }))
    await refused(gone, 'ValidationError', 'Export shared cannot be deleted as it is in use by taker')
    for (const [more, change] of [
      [exporting('two'), 'updated'],
      [exporting('one', 'other'), 'deleted'],
    ] as const) {
      await update(c, { A: group('a') }, { StackName: 'giver', ...more })
      assert.equal(await statusOf(c, 'giver'), 'UPDATE_ROLLBACK_COMPLETE')
      const text = `Export shared cannot be ${change} as it is in use by taker`
      assert.ok(
        (await eventsOf(c, 'giver')).some(event => event.includes(text)),
        change,
      )
    }
    // What does not touch the export may change.
    await update(c, { A: group('a'), B: group('b') }, { StackName: 'giver', ...exporting() })
    assert.equal(await statusOf(c, 'giver'), 'UPDATE_COMPLETE')
    await update(c, { G: group('taken') }, { StackName: 'taker' })
    await update(c, { A: group('a') }, { StackName: 'giver', ...exporting('two') })
    assert.equal((await listed())[0]?.Value, 'two')
    await remove(c, 'giver')
    assert.deepEqual(await listed(), [])
  })

  it('have names that no other stack of the account exports', async () => {
    await giver()
    await giver(exporting(), 'second')
    assert.equal(await statusOf(c, 'second'), 'ROLLBACK_COMPLETE')
    const text = 'Export with name shared is already exported by stack giver'
    assert.ok((await eventsOf(c, 'second')).some(event => event.includes(text)))
    const twice = { Value: 'x', Export: { Name: 'twice' } }
    await create(c, { A: group('a') }, { StackName: 'third', template: { Outputs: { O: twice, P: twice } } })
    assert.equal(await statusOf(c, 'third'), 'ROLLBACK_COMPLETE')
    await giver(exporting('x', { 'Fn::Join': ['', []] }), 'nameless')
    assert.match((await eventsOf(c, 'nameless')).join(), /must have a name of 1 to 255 characters/)
    assert.equal((await listed()).length, 1)
  })

  it('are not taken in by conditions, nor by what is not there', async () => {
    const conditions = { C: { 'Fn::Equals': [{ 'Fn::ImportValue': 'shared' }, 'one'] } }
    await refused(
      create(c, { A: group('a') }, { template: { Conditions: conditions } }),
      'ValidationError',
      'Template error: Fn::ImportValue cannot be used in the Conditions block',
    )
    await giver()
    const never = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } }
    const without = { A: group('a'), G: { ...taking.G, Condition: 'Never' } }
    await create(c, without, { StackName: 'taker', template: never })
    await remove(c, 'giver')
    assert.equal(await statusOf(c, 'taker'), 'CREATE_COMPLETE')
    assert.deepEqual(await listed(), [])
  })
})
