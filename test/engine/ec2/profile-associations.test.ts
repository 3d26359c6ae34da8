// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  type DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeInstancesCommand,
  DisassociateIamInstanceProfileCommand,
  type IamInstanceProfileSpecification,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveProfile } from '../iam/profiles'
import { refused } from './expect'
import { haveInstance } from './instance'

describe('the profile of an instance that is there', () => {
  const id = 'i-0000000a'
  const association = 'iip-assoc-0000000a'
  let c: Cloud
  let web: string
  let mail: string
  beforeEach(async () => {
    c = await cloud()
    haveInstance(c, { id })
    web = await haveProfile(c, 'web')
    mail = await haveProfile(c, 'mail')
  })
  afterEach(() => c.close())

  const associate = (
    IamInstanceProfile: IamInstanceProfileSpecification,
    InstanceId = id,
    who: Clients = c,
  ) => who.ec2().send(new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile }))
  const replace = (Name: string, AssociationId = association) =>
    c
      .ec2()
      .send(new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile: { Name } }))
  const disassociate = (AssociationId = association, who: Clients = c) =>
    who.ec2().send(new DisassociateIamInstanceProfileCommand({ AssociationId }))
  const associations = async (
    input: DescribeIamInstanceProfileAssociationsCommandInput = {},
    who: Clients = c,
  ) => {
    const answer = await who.ec2().send(new DescribeIamInstanceProfileAssociationsCommand(input))
    return (answer.IamInstanceProfileAssociations ?? []).map(one => [
      ...[one.AssociationId, one.InstanceId, one.State],
      ...[one.IamInstanceProfile?.Arn, one.Timestamp?.getTime()],
    ])
  }
  const shown = async () => {
    const { Reservations } = await c.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile?.Arn
  }

  it('is given, replaced and taken', async () => {
    assert.deepEqual(await associations(), [])
    const { IamInstanceProfileAssociation: given } = await associate({ Name: 'web' })
    assert.deepEqual(
      [given?.AssociationId, given?.InstanceId, given?.State, given?.IamInstanceProfile?.Arn],
      [association, id, 'associating', web],
    )
    assert.deepEqual(await associations(), [[association, id, 'associated', web, c.clock.now()]])
    assert.equal(await shown(), web)
    await c.pass(60)
    const { IamInstanceProfileAssociation: other } = await replace('mail')
    assert.deepEqual([other?.State, other?.IamInstanceProfile?.Arn], ['associating', mail])
    assert.deepEqual(await associations(), [[association, id, 'associated', mail, c.clock.now()]])
    const { IamInstanceProfileAssociation: taken } = await disassociate()
    assert.deepEqual([taken?.State, taken?.IamInstanceProfile?.Arn], ['disassociating', mail])
    assert.deepEqual([await associations(), await shown()], [[], undefined])
    await associate({ Arn: web })
    assert.equal(await shown(), web)
  })

  it('is found by its instance and by what it is', async () => {
    const launchedAt = new Date(c.clock.now() - 1000)
    haveInstance(c, { id: 'i-0000000b', profileArn: mail, launchedAt })
    await associate({ Name: 'web' })
    const second = ['iip-assoc-0000000b', 'i-0000000b', 'associated', mail, launchedAt.getTime()]
    assert.deepEqual(await associations({ AssociationIds: ['iip-assoc-0000000b'] }), [second])
    const by = (Name: string, Value: string) => associations({ Filters: [{ Name, Values: [Value] }] })
    assert.deepEqual(await by('instance-id', 'i-0000000b'), [second])
    assert.equal((await by('state', 'associated')).length, 2)
    assert.equal((await by('state', 'disassociated')).length, 0)
    await refused(by('colour', 'red'), 'InvalidParameterValue')
    await refused(
      associations({ AssociationIds: [association], MaxResults: 5 }),
      'InvalidParameterCombination',
    )
  })

  it('is there, has a role, and is the only one', async () => {
    await haveProfile(c, 'empty', '')
    await refused(associate({ Name: 'none' }), 'InvalidParameterValue', /No such instance profile$/)
    await refused(associate({ Name: 'empty' }), 'InvalidParameterValue', /has no associated IAM Roles$/)
    await refused(associate({ Arn: web, Name: 'mail' }), 'InvalidParameterValue')
    await refused(associate({}), 'MissingParameter')
    await associate({ Name: 'web' })
    const text = `There is an existing association for instance ${id}`
    await refused(associate({ Name: 'mail' }), 'IncorrectState', text)
    await refused(replace('none'), 'InvalidParameterValue')
    assert.equal(await shown(), web)
  })

  it('belongs to an instance of the account that has not ended', async () => {
    haveInstance(c, { id: 'i-0000000c', state: 'terminated', profileArn: web })
    await refused(associate({ Name: 'web' }, 'i-0000000c'), 'IncorrectInstanceState')
    await refused(associate({ Name: 'web' }, 'i-0000000d'), 'InvalidInstanceID.NotFound')
    const unknown = 'InvalidAssociationID.NotFound'
    for (const text of [association, 'iip-assoc-0000000c', 'fake']) {
      await refused(disassociate(text), unknown, `An invalid association-id of '${text}' was given`)
      await refused(replace('web', text), unknown)
      await refused(associations({ AssociationIds: [text] }), unknown)
    }
    await associate({ Name: 'web' })
    const alice = await c.account('alice')
    await refused(associate({ Name: 'web' }, id, alice), 'InvalidInstanceID.NotFound')
    await refused(disassociate(association, alice), unknown)
    assert.deepEqual(await associations({}, alice), [])
    haveInstance(c, { id: 'i-0000000e', account: alice.accountId, profileArn: web })
    await refused(disassociate('iip-assoc-0000000e'), unknown)
  })
})
