// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2'
import { drain, nextDue, type Tasks } from '../../src/engine/due'
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
  const chores: Chores = {}
  const plan = (seconds: number, task: string, target: string) =>
    c.engine.write(tx => tx.after(seconds, task, target))
  const log = () => readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')

  beforeEach(async () => {
    c = await cloud()
    ran = []
  })
  afterEach(() => c.close())

  it('is run in the order of its times, and what is not due is left', () => {
    plan(2, 'note', 'second')
    plan(1, 'note', 'first')
    plan(9, 'note', 'later')
    c.clock.advance(5)
    drain(c.engine.around, { tasks, chores })
    assert.deepEqual(ran, ['first', 'second'])
    assert.equal(nextDue(c.engine.around), c.clock.now() + 4000)
  })

  it('does not wait for a task that throws, which leaves no trace and is tried again ever later', () => {
    plan(1, 'note', 'before')
    plan(1, 'writeAndFail', 'trace')
    plan(1, 'note', 'behind')
    c.clock.advance(1)
    drain(c.engine.around, { tasks, chores })
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
      drain(c.engine.around, { tasks, chores })
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
})
