// SPDX-License-Identifier: BSD-2-Clause
// Requests that are spoiled by chance. Nothing may break: no bug is met, no answer is a 500, nothing is done that nobody
// signed. `npm run fuzz` tries more of them; a seed that fails is told.
import assert from 'node:assert/strict'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import type { HttpRequest, HttpResponse } from '../../src/engine/http'
import { type RunningServer, startServer } from '../../src/engine/server'
import { type Cloud, cloud } from '../support/cloud'
import { asBytes, type Key, plain, sign } from './gateway-requests'
import { chanceOf, pick, spoiled } from './spoiling'

const seeds = Number(process.env.MALLEE_SEEDS ?? 2)
const requestsEach = 400
/** Somebody who waits for the rest of a body is left waiting after this. */
const quietMilliseconds = 400

/** What there is, apart from what a request leaves behind that only asked. */
const stateOf = (c: Cloud): string =>
  c.engine.read(tx =>
    JSON.stringify([
      tx.accounts.list(),
      tx.users.in(c.accountId).list(),
      tx.heldPolicies.in(c.accountId).list(),
      tx.accessKeys.list(),
      tx.sessions.list(),
      tx.securityGroups.list(),
      tx.keyPairs.in(c.accountId).list(),
      tx.instances.list(),
      tx.volumes.list(),
      tx.snapshots.list(),
      tx.buckets.list(),
      tx.objects.list(),
      ...[tx.launchConfigurations, tx.scalingGroups, tx.scalingPolicies, tx.scheduledActions].map(table =>
        table.in(c.accountId).list(),
      ),
      ...[tx.metrics, tx.alarms, tx.alarmHistory].map(table => table.in(c.accountId).list()),
    ]),
  )

const told = ({ method, path, query, headers, body }: HttpRequest): string =>
  JSON.stringify({ method, path, query, headers, body: Buffer.isBuffer(body) ? body.toString('latin1') : '' })

/** An answer that a server can send, and that is no failure of the cloud's. */
const checkAnswer = (response: HttpResponse, request: HttpRequest, seed: number): void => {
  const what = `seed ${seed}: ${response.status} to ${told(request)}`
  assert.ok(Number.isInteger(response.status) && response.status >= 200 && response.status < 600, what)
  assert.notEqual(response.status, 500, what)
  for (const [name, value] of Object.entries(response.headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
}

const streamed = (request: HttpRequest): HttpRequest =>
  Buffer.isBuffer(request.body) ? { ...request, body: Readable.from([request.body]) } : request

describe('the gateway', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
  })
  afterEach(() => c.close())

  const everySeed = async (work: (seed: number, chance: ReturnType<typeof chanceOf>) => Promise<void>) => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const chance = chanceOf(seed)
      for (let turn = 0; turn < requestsEach; turn += 1) await work(seed, chance)
      const [bug] = c.bugs
      if (bug) throw bug
    }
  }

  it('answers nothing that was not signed with the right secret, however it is spoiled', async () => {
    const keys: Key[] = [
      { id: c.key.id, secret: `${c.key.secret}x` },
      { id: c.key.id, secret: '' },
      { id: 'AKIUNKNOWN', secret: c.key.secret },
    ]
    const before = stateOf(c)
    await everySeed(async (seed, chance) => {
      const signed = sign(pick(chance, plain), pick(chance, keys), c.clock.now(), chance)
      const request = spoiled(chance, { remoteAddress: '10.0.0.1', ...signed })
      const response = await c.engine.handle(chance(2) === 0 ? request : streamed(request))
      checkAnswer(response, request, seed)
      assert.ok(response.status >= 300, `seed ${seed}: ${response.status} to ${told(request)}`)
    })
    assert.equal(stateOf(c), before)
  })

  it('does nothing but what was signed, whatever is changed afterwards', async () => {
    const deeds = plain.filter(({ request }) =>
      /CreateSecurityGroup|CreateUser|PutUserPolicy/.test(String(request.body ?? '')),
    )
    const things = () =>
      c.engine.read(tx => [
        ...tx.securityGroups.list().map(({ name, description }) => `group ${name} ${description}`),
        ...tx.users
          .in(c.accountId)
          .list()
          .map(({ name, path }) => `user ${name} ${path}`),
        ...tx.heldPolicies
          .in(c.accountId)
          .list()
          .map(({ holder, inline }) => `${holder} ${inline.map(one => one.name)}`),
      ])
    const allowed = new Set([...things(), 'group fuzz d', 'user fuzz /a/', 'user/admin fuzz'])
    await everySeed(async (seed, chance) => {
      const signed = sign(pick(chance, deeds), c.key, c.clock.now(), chance)
      const request = spoiled(chance, signed)
      checkAnswer(await c.engine.handle(request), request, seed)
      for (const thing of things())
        assert.ok(allowed.has(thing), `seed ${seed}: ${thing} by ${told(request)}`)
    })
  })

  it('answers with reason what was spoiled first and signed then', async () => {
    await everySeed(async (seed, chance) => {
      const { service, request } = pick(chance, plain)
      const signed = sign({ service, request: spoiled(chance, request) }, c.key, c.clock.now(), chance)
      checkAnswer(await c.engine.handle(chance(2) === 0 ? signed : streamed(signed)), signed, seed)
    })
  })
})

describe('the port', () => {
  let c: Cloud
  let server: RunningServer
  const bugs: unknown[] = []
  before(async () => {
    c = await cloud()
    server = await startServer(request => c.engine.handle(request), {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
      headerMilliseconds: 500,
      onBug: bug => bugs.push(bug),
    })
  })
  after(async () => {
    await server.close()
    await c.close()
  })

  /** What is answered, until the server hangs up or, if that is to be noticed, has nothing more to say. */
  const talk = (bytes: Buffer, quiet = quietMilliseconds): Promise<string> =>
    new Promise(resolve => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
      const chunks: Buffer[] = []
      socket.setTimeout(quiet, () => socket.destroy())
      socket.on('data', chunk => chunks.push(chunk))
      socket.on('error', () => {})
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    })

  it('outlives any bytes, and still answers who comes next', async () => {
    const wrong = { id: c.key.id, secret: 'another' }
    const before = stateOf(c)
    for (let seed = 1; seed <= seeds; seed += 1) {
      const chance = chanceOf(1000 + seed)
      for (let turn = 0; turn < 5; turn += 1) {
        const all = Array.from({ length: 40 }, () => {
          const bytes = asBytes(spoiled(chance, sign(pick(chance, plain), wrong, c.clock.now(), chance)))
          for (let times = chance(4); times > 0; times -= 1) bytes[chance(bytes.length)] = chance(256)
          return chance(5) === 0 ? bytes.subarray(0, chance(bytes.length)) : bytes
        })
        for (const [index, answer] of (await Promise.all(all.map(bytes => talk(bytes)))).entries()) {
          const what = `seed ${seed}: ${answer.slice(0, 200)} to ${all[index]?.toString('latin1')}`
          for (const [, status = ''] of answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)) {
            assert.ok((Number(status) >= 300 && status !== '500') || status === '100', what)
          }
        }
      }
      const right = sign(plain[0] as (typeof plain)[0], c.key, c.clock.now(), () => 0)
      assert.match(await talk(asBytes(right), 0), /^HTTP\/1\.1 200 /)
    }
    assert.deepEqual(bugs, [])
    assert.equal(stateOf(c), before)
  })
})
