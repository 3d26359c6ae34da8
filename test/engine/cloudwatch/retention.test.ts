// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { forgetMetrics } from '../../../src/engine/cloudwatch/retention'
import type { ChoreContext } from '../../../src/engine/operation'
import { type Cloud, cloud } from '../../support/cloud'

const day = 24 * 3600

describe('what was measured', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const put = (MetricName: string, secondsAgo: readonly number[]) =>
    c.cloudwatch().send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: secondsAgo.map(ago => ({
          MetricName,
          Value: 1,
          Timestamp: new Date(c.clock.now() - ago * 1000),
        })),
      }),
    )
  const names = async () =>
    ((await c.cloudwatch().send(new ListMetricsCommand({}))).Metrics ?? []).map(
      ({ MetricName }) => MetricName,
    )
  const minutes = () => c.engine.read(tx => [...tx.metricMinutes.scan()].length)

  it('is kept for two weeks, looked through once a day', async () => {
    await put('Sold', [0, 13.5 * day])
    await c.pass(day)
    assert.equal(minutes(), 1)
    await c.pass(13 * day)
    assert.deepEqual(await names(), ['Sold'])
    await c.pass(day)
    assert.equal(minutes(), 0)
    assert.equal(
      c.engine.read(tx => tx.metrics.list().length),
      0,
    )
    assert.equal(c.engine.nextWork(), undefined)
  })

  it('is listed no longer than that, whenever it is removed', async () => {
    await put('Sold', [13.9 * day])
    assert.deepEqual(await names(), ['Sold'])
    c.clock.advance(0.2 * day)
    assert.deepEqual(await names(), [])
  })

  it('goes in portions, however much there is, and each account keeps what is young', async () => {
    const account = c.accountId
    const other = (await c.account('alice')).accountId
    c.engine.write(tx => {
      const now = tx.now.getTime()
      const metric = { namespace: 'Shop', dimensions: [], lastAt: new Date(now - 15 * day * 1000) }
      tx.metrics.put({ ...metric, account, id: 'a', name: 'Old' })
      tx.metrics.in(other).put({ ...metric, account: other, id: 'b', name: 'Young', lastAt: tx.now })
      const sums = { unit: 'None', count: 1, sum: 1, minimum: 1, maximum: 1 }
      for (let index = 1; index <= 2500; index += 1)
        tx.metricMinutes.put({ ...sums, metric: 'a', at: now - 15 * day * 1000 - index * 60_000 })
      tx.metricMinutes.put({ ...sums, metric: 'b', at: now })
      tx.after(0, 'cloudwatch.forget', 'cloud')
    })
    await c.settle()
    assert.equal(minutes(), 1)
    assert.deepEqual(
      c.engine.read(tx => tx.metrics.everywhere().map(({ name }) => name)),
      ['Young'],
    )
    assert.equal(c.engine.nextWork(), c.clock.now() + day * 1000)
  })

  it('removes no more in one transaction when there are many metrics', async () => {
    c.engine.write(tx => {
      const at = tx.now.getTime() - 15 * day * 1000
      const sums = { unit: 'None', count: 1, sum: 1, minimum: 1, maximum: 1 }
      for (let number = 0; number < 150; number += 1) {
        const id = `m${number}`
        const metric = { namespace: 'Shop', dimensions: [], name: id, lastAt: new Date(at) }
        tx.metrics.put({ ...metric, account: c.accountId, id })
        for (let index = 0; index < 30; index += 1)
          tx.metricMinutes.put({ ...sums, metric: id, at: at - index * 60_000 })
      }
    })
    const removed: number[] = []
    const transact: ChoreContext['transact'] = async work => {
      const before = minutes()
      const result = c.engine.write(work)
      removed.push(before - minutes())
      return result
    }
    await forgetMetrics({ clock: c.clock, transact }, 'cloud')
    assert.equal(Math.max(...removed), 1000)
    assert.equal(minutes(), 0)
    assert.equal(
      c.engine.read(tx => tx.metrics.list().length),
      0,
    )
  })

  it("takes alarms' history with it", async () => {
    c.engine.write(tx => {
      const item = {
        account: c.accountId,
        alarmName: 'a',
        type: 'StateUpdate' as const,
        summary: '',
        data: '{}',
      }
      for (const [sequence, days] of [1, 13, 15, 16].entries())
        tx.alarmHistory
          .in(c.accountId)
          .put({ ...item, sequence, at: new Date(tx.now.getTime() - days * day * 1000) })
      tx.after(0, 'cloudwatch.forget', 'cloud')
    })
    await c.settle()
    assert.equal(
      c.engine.read(tx => [...tx.alarmHistory.in(c.accountId).scan()].length),
      2,
    )
  })

  it('is looked through once, whoever has planned that', async () => {
    await put('Sold', [0])
    await put('Sold', [60])
    assert.equal(
      c.engine.read(tx => [...tx.due.scan()].length),
      1,
    )
  })
})
