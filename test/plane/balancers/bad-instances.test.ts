// SPDX-License-Identifier: BSD-2-Clause
// Instances that refuse, hang, answer garbage or half an answer: their clients are told so, and nobody else notices.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import type { BalancerPlan } from '../../../src/engine/elb/plan'
import type { Balancing } from '../../../src/plane/balancers/balancing'
import { BuiltInBalancing } from '../../../src/plane/balancers/built-in'
import {
  anAddress,
  answeredBy,
  ask,
  carrying,
  endAll,
  later,
  listener,
  needHaproxy,
  planOf,
  streamInstance,
  target,
  webInstance,
} from './scene'

const kinds: Readonly<Record<string, (suite: Mocha.Context) => Promise<() => Balancing>>> = {
  HAProxy: async suite => {
    const program = await needHaproxy(suite)
    return () => carrying(program).balancing
  },
  'the small proxy': async () => () => {
    const balancing = new BuiltInBalancing({ tell: () => {} })
    later(() => balancing.stop())
    return balancing
  },
}

/** What an instance does once it has been asked, each at a port of its own. */
const answers: Readonly<Record<string, (socket: Socket) => void>> = {
  garbage: socket => void socket.end('\0\u0001 no HTTP at all\r\n\r\n'),
  nothing: socket => void socket.end(),
  'half a head': socket => void socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  'a head that never ends': socket => {
    const more = setInterval(() => socket.write(`X-Header: ${'x'.repeat(60_000)}\r\n`), 1)
    socket.write('HTTP/1.1 200 OK\r\n')
    socket.on('close', () => clearInterval(more))
  },
  'half a body': socket => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
  'half a chunk': socket =>
    void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf'),
  'not at all': () => {},
  'a little and no more': socket => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
}

for (const [kind, have] of Object.entries(kinds)) {
  describe(`Instances that answer badly, behind ${kind}`, () => {
    let balancing: () => Balancing
    before(async function () {
      balancing = await have(this)
    })
    afterEach(endAll)

    it('give their own clients an error, and others an answer', async () => {
      const well = await webInstance(8888)
      const names = Object.keys(answers)
      const bad = await Promise.all(
        names.map(async (name, index) => {
          const port = 9000 + index
          const address = await streamInstance(port, socket => {
            socket.on('error', () => {}).once('data', () => answers[name]?.(socket))
          })
          return target(address, { ports: [port] })
        }),
      )
      const plan: BalancerPlan = planOf({
        idleSeconds: 3,
        listeners: [
          listener(),
          ...names.map((_, index) => listener({ port: 9000 + index, instancePort: 9000 + index })),
        ],
        targets: [target(well), ...bad],
      })
      await balancing().apply(plan)
      const told = await Promise.all(
        names.map(async (name, index) => {
          const answer = await ask(plan.address, { port: 9000 + index }).catch(error => error as Error)
          return [name, answer instanceof Error ? 'broken off' : answer.status]
        }),
      )
      assert.deepEqual(Object.fromEntries(told), {
        garbage: 502,
        nothing: 502,
        'half a head': 502,
        'a head that never ends': 502,
        'half a body': 'broken off',
        'half a chunk': 'broken off',
        'not at all': 504,
        'a little and no more': 'broken off',
      })
      assert.equal(await answeredBy(plan.address), well)
    })

    it('are passed over when they refuse', async () => {
      const well = await webInstance(8888)
      const plan = planOf({ targets: [target(anAddress()), target(well), target(anAddress())] })
      await balancing().apply(plan)
      for (let i = 0; i < 6; i++) assert.equal(await answeredBy(plan.address), well)
    })
  })
}
