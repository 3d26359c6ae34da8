// SPDX-License-Identifier: BSD-2-Clause
// What a load balancer bears: reloads, many connections, ports and certificates that are not to be had, killed processes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ProcessName, processOf } from '../../../src/engine/processes'
import type { HaproxyProgram } from '../../../src/plane/balancers/haproxy-program'
import { endLeftovers } from '../../../src/plane/balancers/leftovers'
import { until } from '../../support/until'
import {
  answeredBy,
  ask,
  carrying,
  endAll,
  later,
  listener,
  needHaproxy,
  planOf,
  target,
  webInstance,
} from './scene'

const rounds = Number(process.env.MALLEE_ROUNDS ?? 1)

const processesIn = (folder: string): readonly ProcessName[] =>
  JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8'))

const take = async (address: string, port: number): Promise<Server> => {
  const server = createServer()
  await new Promise<void>(resolve => void server.listen(port, address, resolve))
  later(() => void server.close())
  return server
}

describe('A load balancer under load and faults', () => {
  let program: HaproxyProgram
  before(async function () {
    program = await needHaproxy(this)
  })
  afterEach(endAll)

  it('loses none of 200 connections in flight while it is reloaded', async () => {
    const slow = () =>
      webInstance(8888, {
        handler: (incoming, response) => void setTimeout(() => response.end(incoming.url), 30),
      })
    const plan = planOf({ targets: [target(await slow()), target(await slow())] })
    const { balancing, folder } = carrying(program)
    await balancing.apply(plan)
    const agent = new Agent({ keepAlive: true, maxSockets: 100 })
    later(() => agent.destroy())
    let isOver = false
    let answers = 0
    const client = async (number: number): Promise<void> => {
      for (let i = 0; !isOver; i++) {
        const path = `/${number}/${i}`
        // Half of them keep their connections, half open a new one each time.
        const answer = await ask(plan.address, { path, ...(number % 2 === 0 && { agent }) })
        assert.deepEqual([answer.status, answer.text], [200, path])
        answers++
      }
    }
    const clients = Promise.all(Array.from({ length: 200 }, (_, number) => client(number)))
    for (let round = 1; round <= 5 * rounds; round++) {
      await balancing.apply({ ...plan, idleSeconds: 60 + round })
      const before = answers
      await until(() => answers > before + 200)
    }
    isOver = true
    await clients
    agent.destroy()
    // Processes that have nothing left to do go.
    await until(async () => {
      await balancing.apply({ ...plan, idleSeconds: 60 + 5 * rounds })
      return readdirSync(folder).filter(name => name.endsWith('.sock')).length === 1
    })
    const counts = await balancing.counts()
    assert.equal(counts.requests, answers)
    assert.equal(counts.backend2xx, answers)
  })

  it('loses no TLS connection and no slow upload either', async () => {
    const read = async (incoming: IncomingMessage): Promise<number> => {
      let bytes = 0
      for await (const part of incoming) bytes += (part as Buffer).length
      return bytes
    }
    const handler = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
      const bytes = await read(incoming)
      response.end(String(bytes))
    }
    const instance = await webInstance(8888, { handler: (one, other) => void handler(one, other) })
    const secure = listener({ port: 443, protocol: 'HTTPS' })
    const plan = planOf({ listeners: [listener(), secure], targets: [target(instance)] })
    const { balancing } = carrying(program)
    await balancing.apply(plan)
    let parts = 0
    let isOver = false
    const upload = async (isTls: boolean): Promise<void> => {
      const options = { host: plan.address, port: isTls ? 443 : 80, method: 'PUT', agent: false as const }
      const asking = isTls ? secureRequest({ ...options, rejectUnauthorized: false }) : request(options)
      const answered = once(asking, 'response') as Promise<[IncomingMessage]>
      let sent = 0
      while (!isOver) {
        asking.write(Buffer.alloc(1000))
        sent += 1000
        parts++
        await pause(20)
      }
      asking.end()
      const [response] = await answered
      let text = ''
      for await (const part of response) text += part
      assert.deepEqual([response.statusCode, text], [200, String(sent)])
    }
    // New ones come all the time.
    let handshakes = 0
    const shake = async (): Promise<void> => {
      while (!isOver) {
        const asking = secureRequest({ host: plan.address, agent: false, rejectUnauthorized: false })
        const [response] = (await once(asking.end(), 'response')) as [IncomingMessage]
        assert.equal(response.statusCode, 200)
        await read(response)
        handshakes++
      }
    }
    const clients = Promise.all([
      ...Array.from({ length: 40 }, (_, number) => upload(number % 2 === 0)),
      ...Array.from({ length: 4 }, shake),
    ])
    for (let round = 1; round <= 3 * rounds; round++) {
      await balancing.apply({ ...plan, idleSeconds: 60 + round })
      const [beforeParts, beforeShakes] = [parts, handshakes]
      await until(() => parts > beforeParts + 80 && handshakes > beforeShakes + 8)
    }
    isOver = true
    await clients
  })

  it('serves others while 1,000 connections are idle and readers are slow', async () => {
    const big = Buffer.alloc(4 * 1024 * 1024, 'x')
    const instance = await webInstance(8888, {
      handler: (incoming, response) =>
        void response.end(incoming.url === '/big' ? big : JSON.stringify({ address: 'here' })),
    })
    const plan = planOf({ targets: [target(instance)] })
    await carrying(program).balancing.apply(plan)
    const sockets: Socket[] = []
    later(() => {
      for (const socket of sockets) socket.destroy()
    })
    const open = async (text: string): Promise<void> => {
      const socket = connect({ host: plan.address, port: 80 })
      sockets.push(socket.on('error', () => {}).pause())
      await new Promise(resolve => socket.once('connect', resolve))
      socket.write(text)
    }
    await Promise.all(Array.from({ length: 1000 }, () => open('GET / HTTP/1.1\r\n')))
    await Promise.all(Array.from({ length: 20 }, () => open('GET /big HTTP/1.1\r\nHost: a\r\n\r\n')))
    const started = performance.now()
    for (let i = 0; i < 50; i++) assert.equal(await answeredBy(plan.address), 'here')
    assert.ok(performance.now() - started < 5000)
  })

  it('takes another port where its own is taken, and keeps the others', async () => {
    const instance = await webInstance(8888)
    const plan = planOf({
      listeners: [80, 81, 82].map(port => listener({ port })),
      targets: [target(instance)],
    })
    const other = await take(plan.address, 80)
    await take(plan.address, 81)
    await take(plan.address, 10081)
    const { balancing } = carrying(program)
    const [first, second, third] = await balancing.apply(plan)
    assert.deepEqual(first, { port: 80, mapped: 10080, trouble: 'port 80 is taken by another process' })
    assert.ok(second?.mapped !== undefined && second.mapped !== 10081)
    assert.deepEqual(third, { port: 82 })
    for (const port of [10080, second.mapped, 82]) {
      const { text } = await ask(plan.address, { port })
      assert.equal(
        JSON.parse(text).headers['x-forwarded-port'],
        String(port === 82 ? 82 : port === 10080 ? 80 : 81),
      )
    }
    // It stays where it is while it runs.
    assert.equal((await balancing.apply({ ...plan, idleSeconds: 61 }))[0]?.mapped, 10080)
    // Its own is better, as soon as it is nobody's.
    other.close()
    await until(async () => (await balancing.apply(plan))[0]?.mapped === undefined)
    assert.deepEqual((await balancing.apply(plan))[0], { port: 80 })
    assert.equal((await ask(plan.address)).status, 200)
    assert.equal((await ask(plan.address, { port: second.mapped })).status, 200)
  })

  it('leaves out a listener whose certificate is gone or is none, and answers by the others', async () => {
    const instance = await webInstance(8888)
    const secure = listener({ port: 443, protocol: 'HTTPS' })
    const { certificate: _, ...gone } = secure
    const broken = { ...secure, port: 444, certificate: { body: 'no certificate', privateKey: 'no key' } }
    const odd = listener({ port: 82, stickiness: { kind: 'application', cookie: "a') b\n  bind :1" } })
    const plan = planOf({ listeners: [gone, broken, odd, listener()], targets: [target(instance)] })
    const { balancing, folder } = carrying(program)
    const places = await balancing.apply(plan)
    assert.deepEqual(places[0], { port: 443, trouble: 'its certificate is gone' })
    assert.match(places[1]?.trouble ?? '', /^HAProxy refuses it: .*certificate-[0-9a-f]{32}\.pem/)
    assert.match(places[2]?.trouble ?? '', /^the name of the application's cookie has characters/)
    assert.deepEqual(places[3], { port: 80 })
    assert.equal(await answeredBy(plan.address), instance)
    // When it comes back, so does the listener.
    assert.deepEqual(await balancing.apply({ ...plan, listeners: [secure] }), [{ port: 443 }])
    assert.deepEqual(readdirSync(folder).filter(name => name.endsWith('.pem')).length, 1)
  })

  it('starts HAProxy again when it was killed, and says so', async () => {
    const instance = await webInstance(8888)
    const plan = planOf({ targets: [target(instance)] })
    const { balancing, folder, told } = carrying(program)
    await balancing.apply(plan)
    process.kill(processesIn(folder)[0]?.pid ?? 0, 'SIGKILL')
    await until(() => told.length > 0)
    assert.equal(told[0], `HAProxy of load balancer ${plan.name} has ended (SIGKILL) and is started again`)
    assert.deepEqual(await balancing.apply(plan), [{ port: 80 }])
    assert.equal(await answeredBy(plan.address), instance)
    // One that dies all the time is given a rest.
    process.kill(processesIn(folder)[0]?.pid ?? 0, 'SIGKILL')
    await until(() => told.length > 1)
    assert.deepEqual(await balancing.apply(plan), [{ port: 80, trouble: 'HAProxy has ended (SIGKILL)' }])
    await until(async () => (await balancing.apply(plan))[0]?.trouble === undefined)
    assert.equal(await answeredBy(plan.address), instance)
  })

  it('ends what is left of a server that was killed, and nobody else', async () => {
    const { folder } = carrying(program)
    const home = join(folder, 'balancers')
    const [left, other] = [1, 2].map(() => spawn('sleep', ['100'], { stdio: 'ignore' }))
    later(() => {
      for (const child of [left, other]) child?.kill('SIGKILL')
    })
    const nameOf = (pid: number) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      return { pid, started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '' }
    }
    mkdirSync(join(home, 'one'), { recursive: true })
    const [mine, theirs] = [nameOf(left?.pid ?? 0), { ...nameOf(other?.pid ?? 0), started: '1' }]
    writeFileSync(join(home, 'one', 'processes.json'), JSON.stringify([mine, theirs]))
    await endLeftovers(home)
    assert.equal(processOf(mine.pid), undefined)
    assert.ok(processOf(theirs.pid))
    assert.equal(existsSync(join(home, 'one', 'processes.json')), false)
  })
  it('leaves no HAProxy behind when the server is killed', async () => {
    if (program.launcher.length === 0) return
    const { folder } = carrying(program)
    const plan = planOf({ listeners: [listener({ port: 8080 })] })
    const script = join(__dirname, 'killed-server.ts')
    const server = spawn(process.execPath, ['--import', 'tsx', script, folder, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    later(() => void server.kill('SIGKILL'))
    await new Promise(resolve => server.stdout.once('data', resolve))
    const [left] = processesIn(folder)
    assert.equal((await ask(plan.address, { port: 8080 })).status, 503)
    server.kill('SIGKILL')
    await until(() => !processOf(left?.pid ?? 0))
    // The next one finds the port free.
    const { balancing } = carrying(program)
    assert.deepEqual(await balancing.apply(plan), [{ port: 8080 }])
  })

  it('does without a HAProxy that does not answer any more', async () => {
    // It is waited for, for seconds.
    if (rounds === 1) return
    const plan = planOf({ targets: [target(await webInstance(8888))] })
    const { balancing, folder, told } = carrying(program)
    await balancing.apply(plan)
    process.kill(processesIn(folder)[0]?.pid ?? 0, 'SIGSTOP')
    const other = await webInstance(8888)
    const changed = { ...plan, targets: [target(other)] }
    await until(async () => {
      await balancing.apply(changed)
      return told.length > 0
    })
    await until(async () => (await balancing.apply(changed))[0]?.trouble === undefined)
    assert.equal(await answeredBy(plan.address), other)
  })
})
