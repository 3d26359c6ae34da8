// SPDX-License-Identifier: BSD-2-Clause
// Posts to web servers: of the test's own, on the loopback interface.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { notify, postingKey } from '../../../src/engine/notifications/log'
import { postNotifications } from '../../../src/engine/notifications/posting'
import type { Notification } from '../../../src/engine/notifications/schema'
import type { JobContext } from '../../../src/engine/operation'
import { type Cloud, cloud } from '../../support/cloud'

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly type: string | undefined
  readonly body: string
}

class Listener {
  readonly received: Received[] = []
  /** What the next posts are answered; 200 once there is none left. */
  answers: ((response: ServerResponse) => void)[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => this.#take(request, response))
  }

  static async open(): Promise<Listener> {
    const listener = new Listener()
    await new Promise<void>(resolve => listener.#server.listen(0, '127.0.0.1', resolve))
    return listener
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method, url, headers } = request
    this.received.push({ method, url, type: headers['content-type'], body: Buffer.concat(chunks).toString() })
    const answer = this.answers.shift() ?? (one => one.writeHead(200).end())
    answer(response)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): Promise<unknown> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeAllConnections()
    return closed
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): unknown =>
    response.writeHead(code, headers).end()

describe('posting notifications', () => {
  let c: Cloud
  let listener: Listener
  let topic: string
  beforeEach(async () => {
    c = await cloud()
    listener = await Listener.open()
    topic = `${listener.url}/hook?key=1`
  })
  afterEach(async () => {
    await listener.close()
    await c.close()
  })

  const tell = (message: unknown = { Event: 'test' }, to = topic): Notification =>
    c.engine.write(tx =>
      notify(tx, {
        account: c.accountId,
        topic: to,
        subject: 'A subject',
        message: JSON.stringify(message),
      }),
    )
  const log = () => c.engine.read(tx => tx.notifications.in(c.accountId).list())
  const outcomes = () =>
    log().map(({ postedAt, failures, failure }) => [postedAt?.getTime(), failures, failure])

  it('sends the message as it is, and writes down that it was taken', async () => {
    tell({ Event: 'test', Cause: 'Grün' })
    await c.settle()
    assert.deepEqual(listener.received, [
      {
        method: 'POST',
        url: '/hook?key=1',
        type: 'application/json',
        body: '{"Event":"test","Cause":"Grün"}',
      },
    ])
    assert.deepEqual(outcomes(), [[c.clock.now(), undefined, undefined]])
    await c.pass(3600)
    assert.equal(listener.received.length, 1)
  })

  it('keeps what has a topic’s ARN to itself', async () => {
    tell({}, 'arn:aws:sns:us-east-1:123456789012:scaling')
    await c.settle()
    assert.deepEqual(outcomes(), [[undefined, undefined, undefined]])
    assert.equal(c.engine.hasJobs(), false)
  })

  it('keeps the order, and those of other addresses apart', async () => {
    const other = await Listener.open()
    try {
      for (const number of [1, 2, 3]) {
        tell({ number })
        tell({ number: number * 10 }, other.url)
      }
      await c.settle()
      assert.deepEqual(
        listener.received.map(({ body }) => body),
        ['{"number":1}', '{"number":2}', '{"number":3}'],
      )
      assert.equal(other.received.length, 3)
    } finally {
      await other.close()
    }
  })

  it('tries again after pauses that double, and gives up in the end', async () => {
    listener.answers = [500, 503, 429, 500, 500].map(code => status(code))
    const began = c.clock.now()
    tell()
    await c.settle()
    assert.equal(listener.received.length, 1)
    assert.deepEqual(outcomes(), [[undefined, 1, 'the answer has status 500']])
    await c.pass(9)
    assert.equal(listener.received.length, 1)
    await c.pass(1)
    assert.deepEqual(outcomes(), [[undefined, 2, 'the answer has status 503']])
    await c.pass(3600)
    assert.equal(listener.received.length, 5)
    assert.deepEqual(outcomes(), [[began + 150_000, 5, 'the answer has status 500']])
  })

  it('is done once it is taken, and goes on with the next', async () => {
    listener.answers = [status(500)]
    tell({ number: 1 })
    tell({ number: 2 })
    await c.settle()
    assert.equal(listener.received.length, 1)
    await c.pass(10)
    assert.deepEqual(
      listener.received.map(({ body }) => body),
      ['{"number":1}', '{"number":1}', '{"number":2}'],
    )
    assert.deepEqual(
      log().map(({ failures, failure }) => [failures, failure]),
      [
        [1, undefined],
        [undefined, undefined],
      ],
    )
  })

  it('does not try again what the server does not want, and follows no redirection', async () => {
    listener.answers = [status(404), status(302, { location: `${listener.url}/elsewhere` })]
    tell()
    tell()
    await c.settle()
    await c.pass(3600)
    assert.deepEqual(
      listener.received.map(({ url }) => url),
      ['/hook?key=1', '/hook?key=1'],
    )
    assert.deepEqual(
      log().map(({ failure }) => failure),
      ['the answer has status 404', 'the answer has status 302'],
    )
    assert.ok(log().every(({ postedAt }) => postedAt))
  })

  it('survives connections that break, and servers that are gone', async () => {
    listener.answers = [response => response.destroy()]
    tell()
    await c.settle()
    assert.match(log()[0]?.failure ?? '', /hang up|ECONNRESET/)
    await listener.close()
    await c.pass(3600)
    assert.match(log()[0]?.failure ?? '', /ECONNREFUSED/)
    assert.equal(log()[0]?.failures, 5)
    assert.equal(c.engine.hasJobs(), false)
  })

  /** The job as a process runs it. */
  const work = (patienceMilliseconds?: number, signal = new AbortController().signal): Promise<void> => {
    const context: JobContext = {
      clock: c.clock,
      home: c.home,
      blobs: c.engine.around.blobs,
      signal,
      attempt: 1,
      transact: run => c.engine.write(run),
      sleep: seconds => Promise.reject(new Error(`again in ${seconds} s`)),
    }
    const target = postingKey({ account: c.accountId, topic })
    return postNotifications(context, target, patienceMilliseconds)
  }

  it('does not wait for ever for an answer', async () => {
    listener.answers = [() => {}]
    tell()
    await assert.rejects(work(50), { message: 'again in 10 s' })
    assert.equal(log()[0]?.failure, 'no answer within 0.05 s')
  })

  it('reads nothing of an answer but its status', async () => {
    listener.answers = [response => response.writeHead(200).write('x'.repeat(100_000))]
    tell()
    await work()
    assert.ok(log()[0]?.postedAt)
  })

  it('is none of the server’s failures when its process ends', async () => {
    const ending = new AbortController()
    listener.answers = [() => ending.abort()]
    tell()
    await assert.rejects(work(undefined, ending.signal), { message: 'again in 0 s' })
    assert.deepEqual(outcomes(), [[undefined, undefined, undefined]])
    await c.settle()
    assert.equal(listener.received.length, 2)
    assert.ok(log()[0]?.postedAt)
  })

  it('asks nobody at addresses where another cloud tells its machines secrets', async () => {
    const addresses = [
      '169.254.169.254',
      '2852039166',
      '[fe80::1]',
      '[::ffff:169.254.169.254]',
      '[fd00:ec2::254]',
    ]
    for (const address of addresses) tell({}, `http://${address}/latest/api/token`)
    await c.settle()
    const failures = log().map(({ failure, postedAt }) => (postedAt ? failure : 'waits'))
    assert.deepEqual(failures, [
      ...Array(2).fill('nothing is posted to 169.254.169.254'),
      'nothing is posted to fe80::1',
      'nothing is posted to ::ffff:a9fe:a9fe',
      'nothing is posted to fd00:ec2::254',
    ])
  })

  it('finds servers by their names', async () => {
    tell({}, `http://localhost:${new URL(listener.url).port}/named`)
    await c.settle()
    assert.deepEqual(
      listener.received.map(({ url }) => url),
      ['/named'],
    )
  })

  it('tells the log which server took nothing, and not the secrets in its address', async () => {
    listener.answers = [status(404)]
    tell()
    await c.settle()
    const told = readFileSync(join(c.home, 'log', 'cloud-output.log'), 'utf8')
    assert.ok(told.includes(`Gave up a post to ${listener.url}: the answer has status 404`))
    assert.ok(!told.includes('key=1'))
  })

  it('sends nothing that is too large', async () => {
    tell('x'.repeat(256 * 1024))
    await c.settle()
    assert.equal(listener.received.length, 0)
    assert.equal(log()[0]?.failure, 'larger than 262144 bytes')
  })
})
