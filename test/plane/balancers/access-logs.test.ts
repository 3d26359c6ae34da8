// SPDX-License-Identifier: BSD-2-Clause
// What load balancers were asked for, from the line of a log to the object in a bucket.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing'
import { DeleteBucketCommand } from '@aws-sdk/client-s3'
import type { Cloud } from '../../support/cloud'
import { type BalancedCloud, balancedCloud } from './balanced-cloud'
import { needHaproxy } from './scene'

describe('Access logs of load balancers', () => {
  let balanced: BalancedCloud
  let c: Cloud
  before(async function () {
    await needHaproxy(this)
  })
  beforeEach(async () => {
    balanced = await balancedCloud()
    c = balanced.cloud
  })
  afterEach(() => balanced.end())

  it('go into the bucket, each interval, at a reload and at the end', async () => {
    const instance = await balanced.haveWeb()
    await balanced.haveLogs()
    const address = balanced.addressOf('web')
    // Neither a tab nor a long request keeps out of the log.
    const headers = { Host: 'www.example.com', 'User-Agent': 'a "quoted"\\\tagent' }
    const long = `/long/${'a'.repeat(5000)}`
    await balanced.askLogged({ path: '/one?x=1', headers })
    await balanced.settle()
    assert.deepEqual(await balanced.logObjects(), [])
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { ConnectionSettings: { IdleTimeout: 61 } },
      }),
    )
    await balanced.settle()
    await balanced.askLogged({ path: '/two?{a|"b"}' })
    await balanced.askLogged({ path: long, headers: { 'User-Agent': 'q'.repeat(2000) } })
    await c.pass(300)
    await balanced.settle()
    const [key, ...more] = await balanced.logObjects()
    assert.match(
      key ?? '',
      new RegExp(
        `^a/b/AWSLogs/${c.accountId}/elasticloadbalancing/eucalyptus/2014/02/16/${c.accountId}_elasticloadbalancing_eucalyptus_web_20140216T1218Z_${address}_[0-9a-f]{8}\\.log$`,
      ),
    )
    const lines = (await balanced.logText()).trimEnd().split('\n')
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z'
    const start = `^${time} web 127\\.0\\.0\\.1:\\d+ ${instance}:8888 [0-9.]+ [0-9.]+ [0-9.]+ 200 200 \\d+ \\d+`
    assert.match(
      lines.find(line => line.includes('/one')) ?? '',
      new RegExp(
        `${start} "GET http://www\\.example\\.com:80/one\\?x=1 HTTP/1\\.1" "a \\\\"quoted\\\\"\\\\\\\\#09agent" - -$`,
      ),
    )
    const two = lines.find(line => line.includes('/two')) ?? ''
    assert.match(two, new RegExp(`${start} "GET http://`))
    assert.ok(two.includes('/two?{a|\\"b\\"} HTTP/1.1" '), two)
    assert.ok(lines.some(line => line.includes(`${long} HTTP/1.1" "qq`)))
    assert.equal(lines.length, 3)
    // The one of each process is one object.
    assert.equal(more.length, 1)
    await balanced.askLogged({ path: '/three' })
    await balanced.stop()
    assert.match(await balanced.logText(), /\/three HTTP/)
    assert.equal(balanced.placeOf('web'), undefined)
  })

  it('go on where a server that was killed has left them', async () => {
    await balanced.haveWeb()
    await balanced.haveLogs()
    const folder = balanced.folderOf('web')
    await balanced.stop()
    const fields = [
      '1392552796.001',
      '127.0.0.1:1',
      '127.1.1.1:8888',
      '0',
      '0',
      '0',
      '1',
      '2',
      '200',
      '--',
      '1',
      '2',
    ]
    const line = [...fields, 'GET', '61', '/left', 'HTTP/1.1', '-', '-', '-', 'http-80'].join('\t')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'access-7.log'), `garbage\n${line}\n${line.slice(0, 50)}`)
    balanced.start()
    await balanced.settle()
    await c.pass(300)
    await balanced.settle()
    assert.equal(
      await balanced.logText(),
      '2014-02-16T12:13:16.001000Z web 127.0.0.1:1 127.1.1.1:8888 0.000000 0.001000 0.002000 200 200 1 2 "GET http://a:80/left HTTP/1.1" "-" - -\n',
    )
    assert.equal(existsSync(join(folder, 'access-7.log')), false)
  })

  it('are kept while the disk is full, also when they are switched off then', async () => {
    await balanced.haveWeb()
    await balanced.haveLogs()
    await balanced.askLogged({ path: '/kept' })
    const { blobs } = c.engine.around
    blobs.stage = () => {
      const staged = Object.getPrototypeOf(blobs).stage.call(blobs)
      symlinkSync('/dev/full', staged.path)
      return staged
    }
    await c.elb().send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerName: 'web',
        LoadBalancerAttributes: { AccessLog: { Enabled: false } },
      }),
    )
    await balanced.settle()
    const told = readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
    assert.match(
      told,
      /WARN .* the access log of load balancer web cannot be written now: There is no space left/,
    )
    Reflect.deleteProperty(blobs, 'stage')
    await c.pass(60)
    await balanced.settle()
    assert.match(await balanced.logText(), /\/kept HTTP/)
    await c.pass(60)
    await balanced.settle()
    assert.equal((await balanced.logObjects()).length, 1)
    assert.deepEqual(c.bugs, [])
  })

  it('are dropped for a bucket that is gone, and say so', async () => {
    await balanced.haveWeb()
    await balanced.haveLogs()
    await balanced.askLogged({ path: '/lost' })
    await c.s3().send(new DeleteBucketCommand({ Bucket: 'logs' }))
    await c.pass(300)
    await balanced.settle()
    const told = readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
    assert.match(
      told,
      /WARN .* the access log of load balancer web cannot be written to logs: The specified bucket/,
    )
    assert.deepEqual(c.bugs, [])
  })
})
