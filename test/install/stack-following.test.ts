// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools that change stacks, with a cloud that says what each look is to see.
import assert from 'node:assert/strict'
import type { Context } from '../../src/cli/context'
import type { CloudFormationClient } from '../../src/clients'
import { ServiceError } from '../../src/clients'
import { following } from '../../src/install/stack-following'

const id = 'arn:s'

interface Seen {
  readonly status?: string
  readonly reason?: string
  /** `LOGICAL STATUS reason`, in the order in which they happened. */
  readonly events?: readonly string[]
}

/** Each look at the stack sees the next of these, and the last one again and again. */
const cloudSeeing = (...looks: readonly Seen[]) => {
  const happened: string[] = []
  let look = -1
  const asked: (string | undefined)[] = []
  const client = {
    describeStacks: async ({ StackName }: { StackName?: string } = {}) => {
      asked.push(StackName)
      look = Math.min(look + 1, looks.length - 1)
      const { status, reason, events = [] } = looks[look] ?? {}
      happened.push(...events)
      if (status === undefined) return { Stacks: [] }
      return { Stacks: [{ StackId: id, StackName: 's', StackStatus: status, StackStatusReason: reason }] }
    },
    describeStackEvents: async ({ NextToken }: { NextToken?: string }) => {
      // The newest first, two a page.
      const newest = happened.map((text, index) => ({ text, index })).reverse()
      const from = Number(NextToken ?? 0)
      const page = newest.slice(from, from + 2)
      return {
        StackEvents: page.map(({ text, index }) => {
          const [LogicalResourceId, ResourceStatus, ...reason] = text.split(' ')
          return {
            EventId: String(index),
            LogicalResourceId,
            ResourceStatus,
            ResourceType: 'T',
            PhysicalResourceId: LogicalResourceId === 's' ? id : undefined,
            ResourceStatusReason: reason.join(' ') || undefined,
            Timestamp: new Date('2014-02-16T12:13:16Z'),
          }
        }),
        ...(from + 2 < newest.length && { NextToken: String(from + 2) }),
      }
    },
  }
  return { client: client as unknown as CloudFormationClient, asked }
}

const waiting = (patience: number | undefined) => {
  const told: string[] = []
  let now = 0
  const context = {
    patience,
    now: () => now,
    warn: async (text: string) => void told.push(text.replace('2014-02-16T12:13:16.000Z ', '')),
    pause: async (seconds: number) => {
      now += seconds * 1000
    },
  }
  return { context: context as unknown as Context, told }
}

const created = async () => ({ StackId: id })

describe('--wait of a stack', () => {
  it('tells events as they come, once each, and is over when the stack is complete', async () => {
    const { client, asked } = cloudSeeing(
      {},
      {
        status: 'CREATE_IN_PROGRESS',
        events: ['s CREATE_IN_PROGRESS User Initiated', 'a CREATE_IN_PROGRESS'],
      },
      {
        status: 'CREATE_IN_PROGRESS',
        events: ['a CREATE_COMPLETE', 'b CREATE_IN_PROGRESS', 'b CREATE_COMPLETE'],
      },
      { status: 'CREATE_COMPLETE', events: ['s CREATE_COMPLETE'] },
    )
    const { context, told } = waiting(600)
    assert.deepEqual(await following(context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created), {
      StackId: id,
    })
    assert.deepEqual(told, [
      'CREATE_IN_PROGRESS s T: User Initiated',
      'CREATE_IN_PROGRESS a T',
      'CREATE_COMPLETE a T',
      'CREATE_IN_PROGRESS b T',
      'CREATE_COMPLETE b T',
      'CREATE_COMPLETE s T',
    ])
    // By its name before there is an ID, by its ID from then on.
    assert.deepEqual(asked, ['s', id, id, id])
  })

  it('asks nothing without --wait', async () => {
    const { client, asked } = cloudSeeing({})
    await following(waiting(undefined).context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created)
    assert.deepEqual(asked, [])
  })

  it('fails by what failed first, not by what was given up because of it', async () => {
    const { client } = cloudSeeing(
      {},
      {
        status: 'ROLLBACK_IN_PROGRESS',
        events: ['b CREATE_FAILED Resource creation cancelled', 'a CREATE_FAILED no room'],
      },
      { status: 'ROLLBACK_COMPLETE', events: ['s CREATE_FAILED The following', 'c DELETE_FAILED in use'] },
    )
    await assert.rejects(
      following(waiting(600).context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created),
      { name: 'WaitError', message: 's: ended as ROLLBACK_COMPLETE: a: no room' },
    )
  })

  it('fails by what the stack itself failed of, where no resource did', async () => {
    const { client } = cloudSeeing(
      {},
      { status: 'ROLLBACK_COMPLETE', events: ['s CREATE_FAILED no such key'] },
    )
    await assert.rejects(
      following(waiting(600).context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created),
      { message: 's: ended as ROLLBACK_COMPLETE: no such key' },
    )
  })

  it('fails by the reason of the stack, or by none, where no resource has one', async () => {
    for (const reason of ['Stack creation timed out.', undefined]) {
      const { client } = cloudSeeing({}, { status: 'CREATE_FAILED', ...(reason && { reason }) })
      await assert.rejects(
        following(waiting(600).context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created),
        { message: `s: ended as CREATE_FAILED: ${reason ?? 'no reason was given'}` },
      )
    }
  })

  it('tells of an update what the update did, and not what happened before', async () => {
    const { client } = cloudSeeing(
      {
        status: 'UPDATE_COMPLETE',
        events: ['a CREATE_FAILED long ago', 's UPDATE_COMPLETE', 'x UPDATE_COMPLETE'],
      },
      { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', events: ['a UPDATE_COMPLETE'] },
      { status: 'UPDATE_COMPLETE', events: ['s UPDATE_COMPLETE'] },
    )
    const { context, told } = waiting(600)
    await following(context, client, { stack: 's', goal: 'UPDATE_COMPLETE' }, created)
    assert.deepEqual(told, ['UPDATE_COMPLETE a T', 'UPDATE_COMPLETE s T'])
  })

  it('follows a deletion by the ID, to the end or until nothing is left to look at', async () => {
    const seen = { status: 'DELETE_IN_PROGRESS' }
    for (const last of [{ status: 'DELETE_COMPLETE' }, {}]) {
      const { client, asked } = cloudSeeing({ status: 'CREATE_COMPLETE' }, seen, last)
      await following(waiting(600).context, client, { stack: 's', goal: 'DELETE_COMPLETE' }, async () => ({}))
      assert.deepEqual(asked, ['s', id, id])
    }
    const { client } = cloudSeeing({ status: 'CREATE_COMPLETE' }, seen, {
      status: 'DELETE_FAILED',
      events: ['a DELETE_FAILED not empty'],
    })
    await assert.rejects(
      following(waiting(600).context, client, { stack: 's', goal: 'DELETE_COMPLETE' }, async () => ({})),
      /s: ended as DELETE_FAILED: a: not empty/,
    )
  })

  it('has nothing to wait for where there was no stack to delete', async () => {
    const { client, asked } = cloudSeeing({})
    await following(waiting(600).context, client, { stack: 's', goal: 'DELETE_COMPLETE' }, async () => ({}))
    assert.deepEqual(asked, ['s'])
    const missing = {
      describeStacks: async () => {
        throw new ServiceError('ValidationError', 'Stack with id s does not exist', 400)
      },
    } as unknown as CloudFormationClient
    await following(waiting(600).context, missing, { stack: 's', goal: 'DELETE_COMPLETE' }, async () => ({}))
  })

  it('fails where the stack is gone that should have been there', async () => {
    const { client } = cloudSeeing({ status: 'CREATE_COMPLETE' }, {})
    await assert.rejects(
      following(waiting(600).context, client, { stack: 's', goal: 'UPDATE_COMPLETE' }, created),
      /s: the stack is gone/,
    )
  })

  it('gives up when the time is over', async () => {
    const { client } = cloudSeeing({}, { status: 'CREATE_IN_PROGRESS' })
    await assert.rejects(
      following(waiting(7).context, client, { stack: 's', goal: 'CREATE_COMPLETE' }, created),
      /gave up waiting after 7 seconds: s: CREATE_IN_PROGRESS/,
    )
  })

  it('changes nothing for somebody who may not look', async () => {
    const refusing = {
      describeStacks: async () => {
        throw new ServiceError('AccessDenied', 'Not authorized.', 403)
      },
    } as unknown as CloudFormationClient
    const change = () => assert.fail('changed')
    await assert.rejects(
      following(waiting(600).context, refusing, { stack: 's', goal: 'CREATE_COMPLETE' }, change),
      /Not authorized/,
    )
  })
})
