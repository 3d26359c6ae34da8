// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { IamClient } from '../../../src/clients'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allowing, euareOf, refusal } from './euare'

describe('groups', () => {
  let c: Cloud
  let alice: Clients
  let admin: IamClient

  const groupsOf = async (client: IamClient, UserName: string) =>
    (await client.listGroupsForUser({ UserName })).Groups?.map(g => g.GroupName)

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    admin = await euareOf(c, alice.key)
    await admin.createUser({ UserName: 'bob' })
    await admin.createGroup({ GroupName: 'staff', Path: '/x/' })
    await admin.addUserToGroup({ GroupName: 'staff', UserName: 'bob' })
  })
  afterEach(() => c.close())

  it('show who is in them', async () => {
    const { Group, Users } = await admin.getGroup({ GroupName: 'staff' })
    assert.equal(Group?.Arn, `arn:aws:iam::${alice.accountId}:group/x/staff`)
    assert.match(Group?.GroupId ?? '', /^AGPAA[A-Z2-7]{16}$/)
    assert.deepEqual(
      Users?.map(({ UserName }) => UserName),
      ['bob'],
    )
    assert.deepEqual(await groupsOf(admin, 'bob'), ['staff'])
  })

  it('have a user once, and let him go once', async () => {
    await admin.addUserToGroup({ GroupName: 'staff', UserName: 'bob' })
    assert.deepEqual(await groupsOf(admin, 'bob'), ['staff'])
    for (const _ of [1, 2]) await admin.removeUserFromGroup({ GroupName: 'staff', UserName: 'bob' })
    assert.deepEqual(await groupsOf(admin, 'bob'), [])
  })

  it('give their users what their policies allow, under any name', async () => {
    const bob = await (async () => {
      const { AccessKey } = await admin.createAccessKey({ UserName: 'bob' })
      return euareOf(c, { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' })
    })()
    await refusal(bob.listGroups(), 'NotAuthorized', 403, 'Not authorized to list groups')
    const PolicyDocument = allowing(['iam:List*', 'iam:GetGroup'])
    await admin.putGroupPolicy({ GroupName: 'staff', PolicyName: 'look', PolicyDocument })
    await bob.listGroups()
    await admin.updateGroup({ GroupName: 'staff', NewGroupName: 'crew', NewPath: '/y/' })
    await bob.getGroup({ GroupName: 'crew' })
    assert.deepEqual(await groupsOf(admin, 'bob'), ['crew'])
    assert.deepEqual((await admin.listGroupPolicies({ GroupName: 'crew' })).PolicyNames, ['look'])
    await refusal(
      bob.deleteGroup({ GroupName: 'crew' }),
      'NotAuthorized',
      403,
      'Not authorized to delete group by bob',
    )
    await admin.deleteGroup({ GroupName: 'crew', IsRecursive: true })
    await refusal(bob.listGroups(), 'NotAuthorized', 403)
  })

  it('are deleted when nobody is in them', async () => {
    const message = 'Attempted to delete group with resources attached by admin'
    await refusal(admin.deleteGroup({ GroupName: 'staff' }), 'DeleteConflict', 409, message)
    await admin.removeUserFromGroup({ GroupName: 'staff', UserName: 'bob' })
    await admin.deleteGroup({ GroupName: 'staff' })
    await refusal(admin.getGroup({ GroupName: 'staff' }), 'NoSuchEntity', 404, 'Can not find group staff')
  })

  it('are as many as a quota of the account says', async () => {
    const limit = (most: number) =>
      JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          {
            ...{ Effect: 'Limit', Action: 'iam:CreateGroup', Resource: '*' },
            Condition: { NumericLessThanEquals: { 'iam:quota-groupnumber': String(most) } },
          },
        ],
      })
    const root = await euareOf(c)
    const allow = (most: number) =>
      root.putAccountPolicy({ AccountName: 'alice', PolicyName: 'q', PolicyDocument: limit(most) })
    await allow(1)
    await refusal(admin.createGroup({ GroupName: 'crew' }), 'LimitExceeded', 409, 'Group quota exceeded')
    await allow(2)
    await admin.createGroup({ GroupName: 'crew' })
  })

  it('have names within rules, of 128 characters at most', async () => {
    await refusal(
      admin.createGroup({ GroupName: 'staff' }),
      'EntityAlreadyExists',
      409,
      'Group staff already exists.',
    )
    await refusal(admin.createGroup({ GroupName: 'a'.repeat(129) }), 'ValidationError', 400)
    await admin.createGroup({ GroupName: 'a'.repeat(128) })
    for (const Path of ['x', '/../']) {
      const placed = admin.createGroup({ GroupName: 'b', Path })
      await refusal(placed, 'ValidationError', 400, `Invalid group path ${Path}`)
    }
    const moved = admin.updateGroup({ GroupName: 'staff', NewPath: 'x' })
    await refusal(moved, 'ValidationError', 400, 'Invalid new path x')
    await refusal(
      admin.updateGroup({ GroupName: 'a'.repeat(128), NewGroupName: 'staff' }),
      'EntityAlreadyExists',
      409,
      'Group name staff already exists.',
    )
    await refusal(admin.getGroup({ GroupName: '' }), 'InvalidName', 400, 'Empty group name')
    await refusal(
      admin.addUserToGroup({ GroupName: 'nobody', UserName: 'bob' }),
      'NoSuchEntity',
      404,
      'Can not find group nobody',
    )
  })
})
