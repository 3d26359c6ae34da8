// SPDX-License-Identifier: BSD-2-Clause
// Parameters that name things of the account: whether these are there is told by the stack, not by the request.
import assert from 'node:assert/strict'
import { CreateKeyPairCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { registerTiny } from '../../../support/tiny-image'
import { haveInstance } from '../../ec2/instance'
import { haveVolume } from '../../ec2/volume'
import { create, eventsOf, statusOf } from '../stacks/made'
import { group } from './reading'

describe('Parameters that name things', () => {
  let c: Cloud
  let alice: Clients
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
  })
  afterEach(() => c.close())

  /** One of everything, by the last part of its type but one and the last one. */
  const have = async (who: Clients, id: string): Promise<Readonly<Record<string, string>>> => {
    await who.ec2().send(new CreateKeyPairCommand({ KeyName: 'k' }))
    const { GroupId = '' } = await who
      .ec2()
      .send(new CreateSecurityGroupCommand({ GroupName: `of-${id}`, Description: 'g' }))
    haveInstance(c, { id, account: who.accountId })
    return {
      'AvailabilityZone::Name': 'PARTI01',
      'Image::Id': await registerTiny(c, { disk: Buffer.alloc(512) }, { VirtualizationType: 'hvm' }, who),
      'Instance::Id': id,
      'KeyPair::KeyName': 'k',
      'SecurityGroup::Id': GroupId,
      'SecurityGroup::GroupName': `of-${id}`,
      'Volume::Id': await haveVolume(c, {}, who),
    }
  }

  const order = async (
    StackName: string,
    types: readonly (readonly [string, string])[],
    declared: object = {},
  ): Promise<void> => {
    const Parameters = Object.fromEntries(types.map(([Type], index) => [`P${index}`, { Type, ...declared }]))
    await create(
      c,
      { G: group },
      {
        StackName,
        OnFailure: 'DO_NOTHING',
        template: { Parameters },
        Parameters: types.map(([, ParameterValue], index) => ({ ParameterKey: `P${index}`, ParameterValue })),
      },
      alice,
    )
  }

  /** Why the stack failed; it does not get as far as its resources. */
  const whyNot = async (
    StackName: string,
    type: string,
    value: string,
    declared?: object,
  ): Promise<string> => {
    await order(StackName, [[type, value]], declared)
    const [, failed, ...more] = await eventsOf(alice, StackName)
    assert.deepEqual(more, [])
    return failed ?? ''
  }

  const missing = (stack: string, value: string) =>
    `${stack} CREATE_FAILED Parameter validation failed: parameter value ${value} for parameter name P0 does not exist`

  it('are right when all of it is there', async () => {
    const things = Object.entries(await have(alice, 'i-00000001'))
    const single = things.map(([type, id]) => [`AWS::EC2::${type}`, id] as const)
    const lists = things.map(([type, id]) => [`List<AWS::EC2::${type}>`, `${id} , ${id}`] as const)
    await order('all', [...single, ...lists])
    assert.equal(await statusOf(alice, 'all'), 'CREATE_COMPLETE')
  })

  it("fail the stack when they are not there, or another account's", async () => {
    const bob = await c.account('bob')
    const things = await have(bob, 'i-00000002')
    let number = 0
    for (const [type, id] of Object.entries({ ...things, 'Subnet::Id': 'subnet-1', 'VPC::Id': 'vpc-1' })) {
      const value = type === 'AvailabilityZone::Name' ? 'elsewhere' : id
      const stack = `s${number++}`
      assert.equal(await whyNot(stack, `AWS::EC2::${type}`, value), missing(stack, value))
    }
    assert.equal(await whyNot('list', 'List<AWS::EC2::KeyPair::KeyName>', 'k, l'), missing('list', 'k'))
  })

  it('fail it with what the template says of them, and without what is not to be shown', async () => {
    const type = 'AWS::EC2::KeyPair::KeyName'
    assert.equal(
      await whyNot('said', type, 'k', { ConstraintDescription: 'must be a key pair' }),
      `${missing('said', 'k')}: must be a key pair`,
    )
    assert.equal(await whyNot('secret', type, 'k', { NoEcho: true }), missing('secret', '****'))
  })
})
