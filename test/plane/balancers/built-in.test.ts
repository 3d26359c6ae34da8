// SPDX-License-Identifier: BSD-2-Clause
// Load balancers without HAProxy: what the small proxy does, and what it says that it does not.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { BuiltInBalancing } from '../../../src/plane/balancers/built-in'
import { until } from '../../support/until'
import { hearsThoseLetIn } from './let-in'
import {
  anAddress,
  answeredBy,
  ask,
  endAll,
  later,
  listener,
  ofVersions,
  planOf,
  read,
  streamInstance,
  target,
  versionsOf,
  webInstance,
} from './scene'

describe('The built-in proxy for a load balancer', () => {
  afterEach(endAll)

  const carrying = () => {
    const told: string[] = []
    const balancing = new BuiltInBalancing({ tell: (_, text) => void told.push(text) })
    later(() => balancing.stop())
    return { balancing, told }
  }

  it('hears nobody but those whom the groups of the balancer let in', () =>
    hearsThoseLetIn(carrying().balancing))

  it('takes turns over HTTP and HTTPS, and says whom it speaks for', async () => {
    const [one, other] = [await webInstance(8888), await webInstance(8888)]
    const secure = await webInstance(8889, { isTls: true })
    const plan = planOf({
      listeners: [
        listener(),
        listener({ port: 443, protocol: 'HTTPS', instancePort: 8889, instanceProtocol: 'HTTPS' }),
      ],
      targets: [target(one), target(other), target(secure, { ports: [8889] })],
    })
    const { balancing } = carrying()
    assert.deepEqual(await balancing.apply(plan), [{ port: 80 }, { port: 443 }])
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    later(() => agent.destroy())
    const seen: string[] = []
    for (let i = 0; i < 4; i++) seen.push(await answeredBy(plan.address, { agent }))
    assert.deepEqual(seen.sort(), [one, one, other, other].sort())
    const headers = { 'X-Forwarded-For': '10.0.0.1', Cookie: 'AWSELB=x; a=b' }
    const told = JSON.parse((await ask(plan.address, { headers })).text)
    assert.equal(told.from, plan.address)
    assert.equal(told.headers['x-forwarded-for'], '10.0.0.1, 127.0.0.1')
    assert.equal(told.headers.cookie, 'a=b')
    const socket = connectSecurely({ host: plan.address, port: 443, rejectUnauthorized: false })
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    assert.match(await read(socket), /"x-forwarded-proto":"https","x-forwarded-port":"443"/)
    const counts = await balancing.counts()
    assert.deepEqual([counts.requests, counts.backend2xx], [6, 6])
  })

  it('speaks the versions of TLS that a policy names, old ones too', async () => {
    const instance = await streamInstance(7000, () => {})
    const plan = planOf({
      listeners: ofVersions.map(({ listener }) => listener),
      targets: [target(instance, { ports: [7000] })],
    })
    await carrying().balancing.apply(plan)
    for (const { listener, spoken } of ofVersions)
      assert.deepEqual(await versionsOf(plan.address, listener.port), spoken)
  })

  it('passes streams on, past those who refuse, and cuts them when their instance has left', async () => {
    const echo = (socket: Socket) => void socket.pipe(socket)
    const plain = await streamInstance(7000, echo)
    const plan = planOf({
      listeners: [
        listener({ port: 1000, protocol: 'TCP', instanceProtocol: 'TCP', instancePort: 7000 }),
        listener({ port: 1001, protocol: 'SSL', instanceProtocol: 'TCP', instancePort: 7000 }),
      ],
      targets: [target(anAddress(), { ports: [7000] }), target(plain, { ports: [7000] })],
    })
    const { balancing } = carrying()
    await balancing.apply(plan)
    for (const socket of [
      connect({ host: plan.address, port: 1000 }),
      connectSecurely({ host: plan.address, port: 1001, rejectUnauthorized: false }),
    ]) {
      socket.end('hello')
      assert.equal(await read(socket), 'hello')
    }
    const held = connect({ host: plan.address, port: 1000 })
    held.write('x')
    await new Promise(resolve => held.once('data', resolve))
    const cut = read(held).catch(() => '')
    await balancing.apply({ ...plan, targets: [] })
    await cut
  })

  it('keeps clients with their instance by its cookie', async () => {
    const plan = planOf({
      listeners: [listener({ stickiness: { kind: 'balancer' } })],
      targets: [target(await webInstance(8888)), target(await webInstance(8888))],
    })
    const { balancing } = carrying()
    await balancing.apply(plan)
    const first = await ask(plan.address)
    const { address } = JSON.parse(first.text)
    const set = first.headers['set-cookie']?.[0] ?? ''
    assert.match(set, /^AWSELB=[0-9a-f]{32};PATH=\/$/)
    assert.equal(first.headers['cache-control'], 'no-cache="set-cookie"')
    const headers = { Cookie: set.split(';')[0] ?? '' }
    for (let i = 0; i < 3; i++) assert.equal(await answeredBy(plan.address, { headers }), address)
    const rests = plan.targets.map(one =>
      one.address === address ? { ...one, state: 'rests' as const } : one,
    )
    await balancing.apply({ ...plan, targets: rests })
    assert.notEqual(await answeredBy(plan.address, { headers }), address)
  })

  it('answers 503 where nobody serves, and 504 where nobody answers in time', async () => {
    const hangs = await streamInstance(8888, () => {})
    const plan = planOf({ idleSeconds: 1 })
    const { balancing } = carrying()
    await balancing.apply(plan)
    const { status, text } = await ask(plan.address)
    assert.deepEqual([status, text], [503, ''])
    await balancing.apply({ ...plan, targets: [target(hangs)] })
    assert.equal((await ask(plan.address)).status, 504)
    const idle = connect({ host: plan.address, port: 80 })
    await until(() => idle.resume().destroyed)
  })

  it('does not answer listeners that need more than it has, and says so', async () => {
    const plan = planOf({
      accessLogs: { enabled: true, bucket: 'logs', interval: 5 },
      listeners: [
        listener({ stickiness: { kind: 'application', cookie: 'SESSION' } }),
        listener({ port: 81, instancePort: 9 }),
        listener({
          port: 443,
          protocol: 'HTTPS',
          certificate: { body: 'no certificate', privateKey: 'no key' },
        }),
        listener({ port: 82 }),
      ],
      backends: [{ instancePort: 9, proxyProtocol: true, publicKeys: [] }],
    })
    const { balancing, told } = carrying()
    const places = await balancing.apply(plan)
    assert.deepEqual(
      places.map(({ trouble }) => trouble?.slice(0, 40)),
      [
        'cookies of applications need HAProxy',
        'the proxy protocol needs HAProxy',
        places[2]?.trouble?.slice(0, 40),
        undefined,
      ],
    )
    assert.match(places[2]?.trouble ?? '', /PEM/)
    assert.deepEqual(told, [`access logs of load balancer ${plan.name} are not written: they need HAProxy`])
    // And goes on when it is asked for less.
    assert.deepEqual(await balancing.apply({ ...plan, listeners: [listener()] }), [{ port: 80 }])
    assert.equal((await ask(plan.address)).status, 503)
  })
})
