// SPDX-License-Identifier: BSD-2-Clause
// Stacks as a way to what one has no right to.
import assert from 'node:assert/strict'
import { DeleteStackCommand, SignalResourceCommand } from '@aws-sdk/client-cloudformation'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { person } from '../../ec2/people'
import { havePolicy, haveRole, policyOf, trusting, withKeys } from '../../sts/people'
import { create, eventsOf, group, remove, statusOf, update } from './made'

describe('a stack', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  const groups = (): readonly string[] =>
    c.engine.read(tx => tx.securityGroups.in(alice.accountId).list()).map(({ description }) => description)

  it('is not removed by the administrator for one who may not remove it, and is gone himself', async () => {
    const id = await create(c, { A: group('kept') }, {}, alice)
    const carl = person(c, alice, 'carl')
    carl.may({ Action: 'cloudformation:*' })
    await carl.cloudformation().send(new DeleteStackCommand({ StackName: 'web' }))
    // Whoever may rename or delete himself can be gone before anything is done.
    c.engine.write(tx => tx.users.in(alice.accountId).delete('carl'))
    await c.settle()
    assert.equal(await statusOf(alice, id), 'DELETE_FAILED')
    assert.ok(groups().includes('kept'))
    await remove(c, 'web', alice)
    assert.equal(await statusOf(alice, id), 'DELETE_COMPLETE')
    assert.ok(!groups().includes('kept'))
  })

  it('that could not be created is deleted for one who is gone', async () => {
    const carl = person(c, alice, 'carl')
    carl.may({ Action: '*' })
    const waits = {
      Type: 'AWS::CloudFormation::WaitCondition',
      CreationPolicy: { ResourceSignal: { Timeout: 'PT1M' } },
    }
    const id = await create(c, { A: group('a'), B: waits }, { OnFailure: 'DELETE' }, carl as never)
    assert.ok(groups().includes('a'))
    c.engine.write(tx => tx.users.in(alice.accountId).delete('carl'))
    c.clock.advance(120)
    await c.settle()
    assert.equal(await statusOf(alice, id), 'DELETE_COMPLETE')
    assert.ok(!groups().includes('a'))
  })

  it('goes on neither for one who was disabled nor for another one of his name', async () => {
    const waits = { Type: 'AWS::CloudFormation::WaitConditionHandle' }
    const signalled = {
      Type: 'AWS::CloudFormation::WaitCondition',
      CreationPolicy: { ResourceSignal: { Timeout: 'PT1H' } },
    }
    for (const [name, change] of [
      ['dora', { enabled: false }],
      ['emil', { id: 'AIDAOTHER' }],
    ] as const) {
      const user = person(c, alice, name)
      user.may({ Action: '*' })
      const resources = { W: signalled, H: waits, A: group(name, {}, { DependsOn: 'W' }) }
      const id = await create(c, resources, { StackName: name }, user as never)
      c.engine.write(tx => {
        const users = tx.users.in(alice.accountId)
        users.put({ ...users.must(name), ...change })
      })
      await alice.cloudformation().send(
        new SignalResourceCommand({
          ...{ StackName: name, LogicalResourceId: 'W', UniqueId: '1', Status: 'SUCCESS' },
        }),
      )
      await c.settle()
      assert.equal(await statusOf(alice, id), 'ROLLBACK_COMPLETE')
      assert.ok(!groups().includes(name))
    }
  })

  it("of another account is not changed in a session of a role of the cloud's, whatever it may do with stacks", async () => {
    const id = await create(c, { A: group('a') }, {}, alice)
    const { Role } = await haveRole(c, 'operator', trusting({ AWS: c.accountId }))
    havePolicy(c, c.accountId, 'role/operator', policyOf('Allow', 'cloudformation:*'))
    const asked = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'night' })
    const operator = withKeys(c, (await c.sts().send(asked)).Credentials ?? {}) as never as Clients
    assert.equal(await statusOf(operator, id), 'CREATE_COMPLETE')
    const events = await eventsOf(alice, id)
    await assert.rejects(update(c, { A: group('b') }, { StackName: id }, operator), { name: 'AccessDenied' })
    await assert.rejects(remove(c, id, operator), { name: 'AccessDenied' })
    assert.deepEqual(await eventsOf(alice, id), events)
    assert.ok(groups().includes('a'))
  })
})
