// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { notify } from '../../../src/engine/notifications/log'
import { notificationsOf } from '../../../src/serve/notifications'
import { type Cloud, cloud } from '../../support/cloud'

const topic = 'arn:aws:sns:us-east-1:123456789012:scaling'
const day = 86_400

describe('the log of notifications', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const tell = (count: number, account = c.accountId): void =>
    c.engine.write(tx => {
      for (let index = 0; index < count; index++)
        notify(tx, { account, topic, subject: `${index}`, message: '{}' })
    })
  const kept = (account = c.accountId) => c.engine.read(tx => tx.notifications.in(account).list())

  it('is kept for two weeks', async () => {
    tell(1)
    await c.pass(7 * day)
    tell(2)
    await c.pass(7 * day - 1)
    assert.equal(kept().length, 3)
    await c.pass(1)
    assert.equal(kept().length, 2)
    await c.pass(7 * day)
    assert.equal(kept().length, 0)
    const forgetting = () =>
      c.engine.read(tx => [...tx.due.scan()].filter(({ task }) => /^notification/.test(task)))
    assert.deepEqual(forgetting(), [])
    tell(1)
    assert.equal(forgetting().length, 1)
  })

  it('has the latest ten thousand of an account', async () => {
    const alice = await c.account('alice')
    tell(1, alice.accountId)
    tell(10_000)
    tell(5)
    assert.equal(kept().length, 10_000)
    assert.equal(kept()[0]?.subject, '5')
    assert.equal(kept(alice.accountId).length, 1)
    await c.pass(14 * day)
    assert.equal(kept().length, 0)
  })

  it('is shown with what became of each, of all accounts, the oldest first', async () => {
    const alice = await c.account('alice')
    tell(1, alice.accountId)
    await c.pass(1)
    const at = new Date(c.clock.now())
    const posts = [{}, { postedAt: at }, { failure: 'no answer' }, { failure: 'no answer', postedAt: at }]
    c.engine.write(tx => {
      for (const [index, post] of posts.entries())
        tx.notifications.in(c.accountId).put({
          ...{ account: c.accountId, sequence: 100 + index, at, topic: 'http://example.com/' },
          ...{ subject: 'S', message: '{"Event":"E"}', ...post },
        })
    })
    const shown = await notificationsOf(c.home, c.clock)
    assert.deepEqual(
      shown.map(({ account, outcome, failure }) => [account, outcome, failure]),
      [
        [alice.accountId, 'logged', undefined],
        [c.accountId, 'waiting', undefined],
        [c.accountId, 'posted', undefined],
        [c.accountId, 'waiting', 'no answer'],
        [c.accountId, 'failed', 'no answer'],
      ],
    )
    assert.deepEqual(shown.at(-1)?.message, { Event: 'E' })
  })

  it('of a folder without a cloud is empty, and makes none', async () => {
    assert.deepEqual(await notificationsOf(`${c.home}/none`, c.clock), [])
  })
})
