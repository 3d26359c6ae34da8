// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2'
import { drain, drainTasks, nextDue, type Tasks } from '../../src/engine/due'
import type { Chores } from '../../src/engine/operation'
import { type Cloud, cloud } from '../support/cloud'

describe('what has come due', () => {
  let c: Cloud
  let ran: string[]
  const tasks: Tasks = {
    note: (_, target) => {
      ran.push(target)
    },
    writeAndFail: (tx, target) => {
      tx.nodes.put({ name: target })
      throw new Error(`no ${target}`)
    },
  }
  const chores: Chores = {
    count: async ({ transact }, target) => {
      for (let step = 1; step <= 3; step++) {
        const isLeft = c.engine.read(tx => [...tx.due.scan()].some(({ task }) => task === 'count'))
        ran.push(`${target} ${step}${isLeft ? '' : ' off the record'}`)
        await transact(tx => tx.nodes.put({ name: `${target} ${step}` }))
      }
    },
    failHalfway: async ({ transact }, target) => {
      await transact(tx => tx.nodes.put({ name: `${target} 1` }))
      await transact(tx => {
        tx.nodes.put({ name: `${target} 2` })
        throw new Error(`no ${target}`)
      })
    },
  }
  const plan = (seconds: number, task: string, target: string) =>
    c.engine.write(tx => tx.after(seconds, task, target))
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')

  beforeEach(async () => {
    c = await cloud()
    ran = []
  })
  afterEach(() => c.close())

  it('is run in the order of its times, and what is not due is left', async () => {
    plan(2, 'note', 'second')
    plan(1, 'note', 'first')
    plan(9, 'note', 'later')
    c.clock.advance(5)
    await drain(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['first', 'second'])
    assert.equal(nextDue(c.engine.around), c.clock.now() + 4000)
  })

  it('does not wait for a task that throws, which leaves no trace and is tried again ever later', async () => {
    plan(1, 'note', 'before')
    plan(1, 'writeAndFail', 'trace')
    plan(1, 'note', 'behind')
    c.clock.advance(1)
    await drain(c.engine.around, { tasks, chores })
    // What was undone with the failing task is run again.
    assert.deepEqual(ran, ['before', 'before', 'behind'])
    assert.equal(
      c.engine.read(tx => tx.nodes.get('trace')),
      undefined,
    )
    assert.match(log(), /ERROR .* Tasks +\| Put off writeAndFail of trace: Error: no trace\n/)
    const pauses: number[] = []
    for (let at = nextDue(c.engine.around); at !== undefined; at = nextDue(c.engine.around)) {
      pauses.push((at - c.clock.now()) / 1000)
      c.clock.advance((at - c.clock.now()) / 1000)
      await drain(c.engine.around, { tasks, chores })
    }
    assert.deepEqual(pauses.slice(0, 4), [60, 120, 240, 480])
    assert.equal(pauses.length, 9)
    assert.match(log(), /Gave up writeAndFail of trace/)
    assert.equal(c.bugs.splice(0).length, 10)
  })

  it('may be the task of another release, which answers do not wait for', async () => {
    plan(1, 'constructor', 'x')
    plan(1, 'instance.of-tomorrow', 'y')
    c.clock.advance(1)
    assert.deepEqual((await c.ec2().send(new DescribeKeyPairsCommand({}))).KeyPairs, [])
    assert.match(log(), /WARN .* Put off instance\.of-tomorrow of y/)
    assert.equal(nextDue(c.engine.around), c.clock.now() + 60_000)
  })

  it('is run between other tasks when it is a chore, which is on record until its last transaction', async () => {
    plan(1, 'note', 'before')
    plan(2, 'count', 'chore')
    plan(3, 'note', 'behind')
    c.clock.advance(5)
    await drain(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['before', 'chore 1', 'chore 2', 'chore 3', 'behind'])
    assert.equal(nextDue(c.engine.around), undefined)
  })

  it('keeps what a chore did before it failed, and is tried again', async () => {
    plan(1, 'failHalfway', 'chore')
    plan(1, 'note', 'behind')
    c.clock.advance(1)
    await drain(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['behind'])
    assert.deepEqual(
      c.engine.read(tx => tx.nodes.list().map(({ name }) => name)),
      ['chore 1'],
    )
    assert.equal(nextDue(c.engine.around), c.clock.now() + 60_000)
    assert.equal(c.bugs.splice(0).length, 1)
  })

  it('is of a later portion when it was planned by another task, also for the same moment', async () => {
    const transactions = new Set<object>()
    const again: Tasks = {
      again: (tx, target) => {
        transactions.add(tx)
        if (target !== '0') tx.after(0, 'again', String(Number(target) - 1))
      },
    }
    plan(0, 'again', '3')
    await drain(c.engine.around, { tasks: again, chores })
    assert.equal(transactions.size, 4)
  })

  it('gives way to others between the transactions of a chore, to whom it looks as far as it has come', async () => {
    plan(1, 'count', 'chore')
    plan(2, 'note', 'behind')
    plan(9, 'note', 'later')
    c.clock.advance(5)
    const draining = drain(c.engine.around, { tasks, chores })
    // A request that does not wait for chores has the tasks behind them done.
    drainTasks(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['chore 1', 'behind'])
    await draining
    assert.deepEqual(ran, ['chore 1', 'behind', 'chore 2', 'chore 3'])
    drainTasks(c.engine.around, { tasks, chores })
    assert.equal(nextDue(c.engine.around), c.clock.now() + 4000)
  })

  it('is left in the middle of a chore when the process ends, and begun again by the next', async () => {
    plan(1, 'count', 'chore')
    plan(1, 'note', 'behind')
    c.clock.advance(1)
    const ending = new AbortController()
    const draining = drain(c.engine.around, { tasks, chores }, ending.signal)
    ending.abort()
    await draining
    assert.deepEqual(ran.splice(0), ['chore 1', 'chore 2'])
    assert.equal(nextDue(c.engine.around), c.clock.now())
    await drain(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['chore 1', 'chore 2', 'chore 3', 'behind'])
  })

  it('is waited for by requests, unless somebody in the process sees to chores', async () => {
    const key = `${c.accountId}/none`
    const describe = () => c.ec2().send(new DescribeKeyPairsCommand({}))
    const due = () => c.engine.read(tx => [...tx.due.scan()].map(({ task }) => task))
    plan(0, 'autoscaling.tend', key)
    plan(0, 'autoscaling.instance-changed', key)
    c.engine.isKept = true
    await describe()
    assert.deepEqual(due(), ['autoscaling.tend'])
    c.engine.isKept = false
    await Promise.all([describe(), describe()])
    assert.deepEqual(due(), [])
  })
})
