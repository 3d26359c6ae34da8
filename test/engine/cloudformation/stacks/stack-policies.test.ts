// SPDX-License-Identifier: BSD-2-Clause
// Stack policies: what an update may do with which resources.
import assert from 'node:assert/strict'
import { SetStackPolicyCommand } from '@aws-sdk/client-cloudformation'
import {
  checkedStackPolicy,
  checkStackPolicy,
  type UpdateAction,
} from '../../../../src/engine/cloudformation/stacks/stack-policies'
import { type Cloud, cloud } from '../../../support/cloud'
import { create, eventsOf, group, resourcesNow, statusOf, update } from './made'

const allow = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' }
const policy = (...Statement: object[]) => JSON.stringify({ Statement })

const ingress = (port: number) => ({
  SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: '10.0.0.0/8' }],
})

describe('a stack policy', () => {
  const all: readonly UpdateAction[] = ['Update:Modify', 'Update:Replace', 'Update:Delete']
  const allowed = (text: string, logicalId = 'Data', type = 'AWS::EC2::Volume'): readonly string[] =>
    all.filter(action => {
      try {
        checkStackPolicy({ policy: checkedStackPolicy(text) }, { logicalId, type }, action)
        return true
      } catch {
        return false
      }
    })
  const [modify, replace, remove] = all
  const { Action: _, ...anyAction } = { ...allow, NotAction: ['Update:Delete'] }
  const { Resource: __, ...anyResource } = { ...allow, NotResource: 'LogicalResourceId/Data*' }
  const ofType = (operator: string, ResourceType: string | string[]) => ({
    ...{ ...allow, Effect: 'Deny', Condition: { [operator]: { ResourceType } } },
  })

  it('denies what no statement allows, and what one denies', () => {
    const deny = (Action: string | string[]) => ({ ...allow, Effect: 'Deny', Action })
    assert.deepEqual(allowed(policy(allow)), all)
    assert.deepEqual(allowed(policy({ ...allow, Action: '*' })), all)
    assert.deepEqual(allowed(policy({ ...allow, Action: ['Update:Modify'] })), [modify])
    assert.deepEqual(allowed(policy(deny('Update:Replace'), allow)), [modify, remove])
    assert.deepEqual(allowed(policy(allow, deny(['Update:Replace', 'update:delete']))), [modify])
    assert.deepEqual(allowed(policy(deny('Update:Modify'))), [])
    assert.deepEqual(allowed(JSON.stringify({ Statement: allow })), all)
  })

  it('takes actions, resources and types by what they are and what they are not', () => {
    assert.deepEqual(allowed(policy(anyAction)), [modify, replace])
    assert.deepEqual(allowed(policy(anyResource)), [])
    assert.deepEqual(allowed(policy(anyResource), 'Web'), all)
    assert.deepEqual(allowed(policy({ ...allow, Resource: 'LogicalResourceId/D*' })), all)
    assert.deepEqual(allowed(policy({ ...allow, Resource: 'LogicalResourceId/d*' })), [])
    assert.deepEqual(allowed(policy(allow, ofType('StringEquals', 'AWS::EC2::Volume'))), [])
    assert.deepEqual(allowed(policy(allow, ofType('StringEquals', 'AWS::EC2::*'))), all)
    assert.deepEqual(allowed(policy(allow, ofType('StringLike', ['AWS::S3::*', 'AWS::EC2::*']))), [])
    assert.deepEqual(allowed(policy({ ...allow, Principal: { AWS: '*' } })), all)
  })

  it('that is none is refused', () => {
    for (const text of [
      ...['', '[]', '{}', policy({ ...allow, Action: 'Update:All' }), policy({ ...allow, Extra: 1 })],
      ...[policy({ ...allow, Principal: 'me' }), policy({ ...allow, Effect: 'Maybe' })],
      ...[policy({ ...allow, Resource: 'Data' }), policy({ ...anyAction, Action: 'Update:*' })],
      ...[
        policy(ofType('Bool', 'AWS::EC2::Volume')),
        policy({ ...allow, Condition: { StringLike: { A: 'b' } } }),
      ],
    ]) {
      assert.throws(() => checkedStackPolicy(text), /Error validating stack policy/, text)
    }
    const most = policy(allow, {
      ...allow,
      Sid: 'x'.repeat(16_384 - policy(allow, { ...allow, Sid: '' }).length),
    })
    assert.equal(checkedStackPolicy(most), most)
    assert.throws(
      () => checkedStackPolicy(`${most} `),
      /StackPolicy body may not exceed 16384 bytes in a request\./,
    )
  })

  describe('of a stack', () => {
    let c: Cloud
    beforeEach(async () => {
      c = await cloud()
    })
    afterEach(() => c.close())

    const news = async (): Promise<readonly string[]> => {
      const events = await eventsOf(c)
      return events.slice(events.lastIndexOf('web UPDATE_IN_PROGRESS User Initiated') + 1)
    }
    const idsNow = async () =>
      Object.fromEntries(Object.entries(await resourcesNow(c)).map(([name, { id }]) => [name, id]))

    it('holds for its updates', async () => {
      const deny = (Action: string) => ({ ...allow, Effect: 'Deny', Action, Resource: 'LogicalResourceId/A' })
      const set = (StackPolicyBody: string) =>
        c.cloudformation().send(new SetStackPolicyCommand({ StackName: 'web', StackPolicyBody }))
      await create(c, { A: group('a'), B: group('b') })
      const before = await idsNow()
      const reasons = async () => (await news()).filter(event => event.includes('_FAILED'))
      const denied = (action: string) =>
        `A UPDATE_FAILED Action denied by stack policy: Statement [#2] does not allow [${action}] for resource [LogicalResourceId/A];`

      await set(policy(allow, deny('Update:Replace')))
      await update(c, { A: group('other'), B: group('b') })
      assert.deepEqual(await reasons(), [denied('Update:Replace')])
      await update(c, { A: group('a', ingress(1)), B: group('b') })
      assert.equal(await statusOf(c), 'UPDATE_COMPLETE')

      await set(policy(allow, deny('Update:Delete')))
      await update(c, { B: group('b') })
      assert.deepEqual(await reasons(), [denied('Update:Delete')])
      assert.deepEqual(await idsNow(), before)

      await set(policy({ ...allow, Action: 'Update:Replace' }))
      await update(c, { A: group('a', ingress(2)), B: group('b') })
      assert.deepEqual(await reasons(), ['A UPDATE_FAILED Action not allowed by stack policy'])
      await update(
        c,
        { A: group('a', ingress(2)), B: group('b') },
        {
          StackPolicyDuringUpdateBody: policy(allow),
        },
      )
      assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
      await update(c, { A: group('a', ingress(3)), B: group('b') })
      assert.deepEqual(await reasons(), ['A UPDATE_FAILED Action not allowed by stack policy'])
      const { Action, ...rest } = allow
      const StackPolicyBody = policy({ ...rest, Action: ['Update:Modify'] })
      await update(c, { A: group('a', ingress(2)), B: group('b') }, { StackPolicyBody })
      assert.equal(await statusOf(c), 'UPDATE_COMPLETE')
      await assert.rejects(
        update(c, { A: group('a', ingress(2)), B: group('b') }, { StackPolicyBody: ` ${StackPolicyBody}` }),
        /No updates are to be performed\./,
      )
      await assert.rejects(set('{}'), /Error validating stack policy/)
    })
  })
})
