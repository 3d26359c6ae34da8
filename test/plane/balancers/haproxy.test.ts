// SPDX-License-Identifier: BSD-2-Clause
// Load balancers by a real HAProxy: what clients and instances see of them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectSecurely } from 'node:tls'
import { unwritable } from '../../../src/plane/balancers/haproxy-config'
import type { HaproxyProgram } from '../../../src/plane/balancers/haproxy-program'
import { until } from '../../support/until'
import { hearsThoseLetIn } from './let-in'
import {
  anAddress,
  answeredBy,
  ask,
  carrying,
  endAll,
  listener,
  needHaproxy,
  ofVersions,
  pair,
  planOf,
  read,
  streamInstance,
  target,
  versionsOf,
  webInstance,
} from './scene'

describe('HAProxy for a load balancer', () => {
  let program: HaproxyProgram
  before(async function () {
    program = await needHaproxy(this)
  })
  afterEach(endAll)

  it('hears nobody but those whom the groups of the balancer let in', () =>
    hearsThoseLetIn(carrying(program).balancing))

  it('takes turns, says whom it speaks for, and comes from the address of the balancer', async () => {
    const [one, other] = [await webInstance(8888), await webInstance(8888)]
    const plan = planOf({ targets: [target(one), target(other)] })
    const { balancing } = carrying(program)
    assert.deepEqual(await balancing.apply(plan), [{ port: 80 }])
    const seen = [1, 2, 3, 4].map(() => answeredBy(plan.address))
    assert.deepEqual((await Promise.all(seen)).sort(), [one, one, other, other].sort())
    const { text } = await ask(plan.address, { headers: { 'X-Forwarded-Proto': 'gopher' } })
    const { from, headers } = JSON.parse(text)
    assert.equal(from, plan.address)
    assert.equal(headers['x-forwarded-for'], '127.0.0.1')
    assert.equal(headers['x-forwarded-proto'], 'http')
    assert.equal(headers['x-forwarded-port'], '80')
  })

  it('ends TLS, by the versions and ciphers of the policy, and begins another to instances', async () => {
    const instance = await webInstance(8888, { isTls: true })
    const plan = planOf({
      listeners: [listener({ port: 443, protocol: 'HTTPS', instanceProtocol: 'HTTPS' })],
      targets: [target(instance)],
    })
    await carrying(program).balancing.apply(plan)
    const socket = connectSecurely({
      host: plan.address,
      port: 443,
      ca: pair.certificate,
      servername: 'balancer.test',
    })
    await new Promise(resolve => socket.once('secureConnect', resolve))
    assert.equal(socket.getProtocol(), 'TLSv1.2')
    assert.equal(socket.getCipher().standardName, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    assert.match(await read(socket), /"x-forwarded-proto":"https","x-forwarded-port":"443"/)
    const old = connectSecurely({
      host: plan.address,
      port: 443,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
    })
    await assert.rejects(read(old), /alert protocol version/)
  })

  it('speaks the versions of TLS that a policy names, old ones too', async () => {
    const instance = await streamInstance(7000, () => {})
    const plan = planOf({
      listeners: ofVersions.map(({ listener }) => listener),
      targets: [target(instance, { ports: [7000] })],
    })
    await carrying(program).balancing.apply(plan)
    for (const { listener, spoken } of ofVersions)
      assert.deepEqual(await versionsOf(plan.address, listener.port), spoken)
  })

  it('passes streams on, with and without TLS on either side', async () => {
    const echo = (socket: Socket) => void socket.pipe(socket)
    const [plain, secure] = [
      await streamInstance(7000, echo),
      await streamInstance(7001, echo, { isTls: true }),
    ]
    const plan = planOf({
      listeners: [
        listener({ port: 1000, protocol: 'TCP', instanceProtocol: 'TCP', instancePort: 7000 }),
        listener({ port: 1001, protocol: 'TCP', instanceProtocol: 'SSL', instancePort: 7001 }),
        listener({ port: 1002, protocol: 'SSL', instanceProtocol: 'TCP', instancePort: 7000 }),
        listener({ port: 1003, protocol: 'SSL', instanceProtocol: 'SSL', instancePort: 7001 }),
      ],
      targets: [target(plain, { ports: [7000] }), target(secure, { ports: [7001] })],
    })
    await carrying(program).balancing.apply(plan)
    for (const port of [1000, 1001]) {
      const socket = connect({ host: plan.address, port })
      socket.end('hello')
      assert.equal(await read(socket), 'hello')
    }
    for (const port of [1002, 1003]) {
      const ALPNProtocols = ['h2', 'http/1.1']
      const socket = connectSecurely({ host: plan.address, port, ALPNProtocols, rejectUnauthorized: false })
      socket.end('hello')
      assert.equal(await read(socket), 'hello')
      // Nobody has said that it is HTTP.
      assert.equal(socket.alpnProtocol, false)
    }
  })

  it('keeps clients with their instance by a cookie of its own that says nothing of it', async () => {
    const instances = [await webInstance(8888), await webInstance(8888)]
    const plan = planOf({
      listeners: [listener({ stickiness: { kind: 'balancer', seconds: 60 } })],
      targets: instances.map(address => target(address)),
    })
    const { balancing } = carrying(program)
    await balancing.apply(plan)
    const first = await ask(plan.address)
    const set = first.headers['set-cookie']?.[0] ?? ''
    assert.match(set, /^AWSELB=[0-9a-f]{16}\|/)
    assert.equal(first.headers['cache-control'], 'no-cache="set-cookie"')
    const headers = { Cookie: set.split(';')[0] ?? '' }
    // Where no cookie is set, nobody needs to be told.
    assert.equal((await ask(plan.address, { headers })).headers['cache-control'], undefined)
    const { address } = JSON.parse(first.text)
    const again = await Promise.all([1, 2, 3].map(() => answeredBy(plan.address, { headers })))
    assert.deepEqual(again, [address, address, address])
    // Of one that drains, its own clients stay; of one that rests, nobody.
    const changed = (state: 'drains' | 'rests') => ({
      ...plan,
      targets: plan.targets.map(one => (one.address === address ? { ...one, state } : one)),
    })
    await balancing.apply(changed('drains'))
    assert.equal(await answeredBy(plan.address, { headers }), address)
    for (let i = 0; i < 3; i++) assert.notEqual(await answeredBy(plan.address), address)
    await balancing.apply(changed('rests'))
    assert.notEqual(await answeredBy(plan.address, { headers }), address)
    await balancing.apply(plan)
    assert.equal(await answeredBy(plan.address, { headers }), address)
  })

  it("keeps clients with their instance by the application's cookie, also after a reload", async () => {
    let sessions = 0
    const instance = () =>
      webInstance(8888, {
        handler: (incoming, response) => {
          // Names of any length, in which anything may stand.
          const name = `${'~|"x'.repeat(700)}${++sessions}`
          if (!incoming.headers.cookie) response.setHeader('set-cookie', `JSESSIONID=${name}`)
          response.end(JSON.stringify({ address: incoming.socket.localAddress }))
        },
      })
    const plan = planOf({
      listeners: [listener({ stickiness: { kind: 'application', cookie: 'JSESSIONID' } })],
      targets: [target(await instance()), target(await instance()), target(await instance())],
    })
    const { balancing } = carrying(program)
    await balancing.apply(plan)
    const clients = await Promise.all([1, 2, 3].map(() => ask(plan.address)))
    const check = async (): Promise<void> => {
      for (const client of clients) {
        const headers = { Cookie: client.headers['set-cookie']?.[0] ?? '' }
        for (let i = 0; i < 2; i++) {
          assert.equal((await ask(plan.address, { headers })).text, client.text)
        }
      }
    }
    await check()
    await balancing.apply({ ...plan, idleSeconds: 61 })
    await check()
  })

  it('tells instances whose connection it is where they want that', async () => {
    const instance = await streamInstance(7000, socket => {
      socket.once('data', part => socket.end(part))
    })
    const plan = planOf({
      listeners: [listener({ port: 1000, protocol: 'TCP', instanceProtocol: 'TCP', instancePort: 7000 })],
      backends: [{ instancePort: 7000, proxyProtocol: true, publicKeys: [] }],
      targets: [target(instance, { ports: [7000] })],
    })
    await carrying(program).balancing.apply(plan)
    const socket = connect({ host: plan.address, port: 1000 })
    socket.write('hello')
    const line = `PROXY TCP4 127.0.0.1 ${plan.address} \\d+ 1000\r\n`
    assert.match(await read(socket), new RegExp(`^${line}`))
  })

  it('answers 503 without a body where nobody serves, or the groups let it reach nobody', async () => {
    const instance = await webInstance(8888)
    const plan = planOf({ targets: [target(instance, { ports: [] }), target(anAddress())] })
    const { balancing } = carrying(program)
    await balancing.apply({ ...plan, targets: plan.targets.slice(0, 1) })
    const { status, text, headers } = await ask(plan.address)
    assert.deepEqual([status, text, headers.connection], [503, '', 'close'])
    // One that refuses connections is as good as none.
    await balancing.apply(plan)
    assert.equal((await ask(plan.address)).status, 503)
    await balancing.apply({ ...plan, targets: [...plan.targets, target(instance)] })
    for (let i = 0; i < 4; i++) assert.equal(await answeredBy(plan.address), instance)
  })

  it('closes connections on which nothing happens', async () => {
    const instance = await streamInstance(7000, () => {})
    const plan = planOf({
      idleSeconds: 1,
      listeners: [listener({ port: 1000, protocol: 'TCP', instanceProtocol: 'TCP', instancePort: 7000 })],
      targets: [target(instance, { ports: [7000] })],
    })
    await carrying(program).balancing.apply(plan)
    const started = performance.now()
    assert.equal(await read(connect({ host: plan.address, port: 1000 })), '')
    const seconds = (performance.now() - started) / 1000
    assert.ok(seconds > 0.9 && seconds < 5, `${seconds} s`)
  })

  it('cuts what goes to an instance that is no longer there, and nothing else', async () => {
    const hold = (socket: Socket) => void socket.write('held')
    const [leaves, stays] = [await streamInstance(7000, hold), await streamInstance(7000, hold)]
    const plan = planOf({
      listeners: [listener({ port: 1000, protocol: 'TCP', instanceProtocol: 'TCP', instancePort: 7000 })],
      targets: [target(leaves, { ports: [7000] }), target(stays, { ports: [7000] })],
    })
    const { balancing } = carrying(program)
    await balancing.apply(plan)
    const open = async () => {
      const socket = connect({ host: plan.address, port: 1000 })
      await new Promise(resolve => socket.once('data', resolve))
      return socket
    }
    // Some of them are with a process that a reload leaves behind.
    const sockets = [await open(), await open()]
    await balancing.apply({ ...plan, idleSeconds: 61 })
    sockets.push(await open(), await open())
    const [drained, rest] = [{ ...plan.targets[0]!, state: 'drains' as const }, plan.targets.slice(1)]
    await balancing.apply({ ...plan, idleSeconds: 61, targets: [drained, ...rest] })
    const cut = Promise.all(
      sockets.map(
        socket =>
          new Promise<void>(resolve =>
            socket
              .resume()
              .on('error', () => {})
              .on('close', resolve),
          ),
      ),
    )
    await balancing.apply({ ...plan, idleSeconds: 61, targets: rest })
    await until(() => sockets.filter(socket => socket.destroyed).length === 2)
    for (const socket of sockets) socket.destroy()
    await cut
  })

  it('goes on in another file when its log is large', async () => {
    const plan = planOf({ accessLogs: { enabled: true, bucket: 'logs', interval: 5 } })
    const { balancing, folder } = carrying(program)
    await balancing.apply(plan)
    await ask(plan.address, { path: '/one' })
    balancing.freshLog()
    await balancing.apply(plan)
    await ask(plan.address, { path: '/two' })
    const log = (number: number): string => readFileSync(join(folder, `access-${number}.log`), 'latin1')
    await until(() => log(1).includes('/one') && log(2).includes('/two'))
    await until(async () => {
      await balancing.apply(plan)
      return !balancing.isWriting('access-1.log')
    })
    assert.equal(balancing.isWriting('access-2.log'), true)
  })

  it('has no words of users in its configuration but those that can be no others', async () => {
    const tls = { protocols: ['TLSv1.2'], ciphers: ['AES128-SHA'], isServersOrder: true }
    const cookies = ['a b', 'a\nb', 'a)', "a'", 'a"', 'a\\', 'a#', '${HOME}', 'a,b', '', 'ü', 'a\0']
    const hostile = [
      ...cookies.map(cookie => listener({ stickiness: { kind: 'application', cookie } })),
      ...cookies.map(name => listener({ protocol: 'HTTPS', tls: { ...tls, ciphers: [name] } })),
      listener({ protocol: 'HTTPS', tls: { ...tls, protocols: ['no-tlsv10 crt /etc/passwd'] } }),
      listener({ protocol: 'HTTPS', tls: { ...tls, protocols: ['SSLv3'] } }),
      listener({ instancePort: Number.NaN }),
    ]
    for (const one of hostile) assert.notEqual(unwritable(one), undefined, JSON.stringify(one))
    const [place] = await carrying(program).balancing.apply(
      planOf({ address: '127.0.0.1 ssl crt /etc/passwd' }),
    )
    assert.notEqual(place?.trouble, undefined)
  })
})
