// SPDX-License-Identifier: BSD-2-Clause
// The engine's decisions and those of the plain model of model.ts, compared over policies and requests by chance.
// `MALLEE_DECISIONS` compares more, `MALLEE_SEED` others.
import assert from 'node:assert/strict'
import type { NamedPolicy, Policy, Principal, Standing } from '../../../src/engine/policy/contracts'
import { decide, mayEverywhere } from '../../../src/engine/policy/decide'
import { compilePolicy } from '../../../src/engine/policy/document'
import { Generator } from './generator'
import { modelDecision, type PlainPolicy, type PlainStanding } from './model'

const decisions = Number(process.env.MALLEE_DECISIONS ?? 100_000)
const seed = Number(process.env.MALLEE_SEED ?? 4)

const compiled = new Map<PlainPolicy, Policy>()

const named = (plain: PlainPolicy, type: NamedPolicy['type']): NamedPolicy => {
  const policy =
    compiled.get(plain) ?? compilePolicy(JSON.stringify(plain), type === 'resource' ? 'resource' : 'identity')
  compiled.set(plain, policy)
  return { name: 'p', type, policy }
}

const standingOf = (plain: PlainStanding): Standing => ({
  isUnbound: false,
  isAccountAdmin: plain.isAccountAdmin,
  account: plain.account,
  principals: plain.names.map(name => {
    const [type = '', id = ''] = name.split(/ (.*)/s)
    return { type: type as Principal['type'], id }
  }),
  accountPolicies: plain.accountPolicies.map(policy => named(policy, 'account')),
  identityPolicies: plain.identity.map(policy => named(policy, 'user')),
  ...(plain.boundary && { boundary: plain.boundary.map(policy => named(policy, 'boundary')) }),
  ...(plain.session && { sessionPolicies: plain.session.map(policy => named(policy, 'session')) }),
})

describe('Decisions by chance', () => {
  it(`are those of a plain model, ${decisions} of them`, function () {
    this.timeout(Math.max(60_000, decisions))
    const generator = new Generator(seed)
    const reasons = new Map<string, number>()
    for (let count = 0; count < decisions; count += 1) {
      const [standing, request, side] = [generator.standing(), generator.request(), generator.side()]
      const { policy, ...rest } = side
      const { reason, allowed } = decide(standingOf(standing), request, {
        ...rest,
        policy: policy && named(policy, 'resource'),
      })
      const expected = modelDecision(standing, request, side)
      if (reason !== expected) {
        const story = JSON.stringify({ number: count, standing, request, side }, undefined, 1)
        assert.equal(reason, expected, `seed ${seed}: ${story}`)
      }
      assert.equal(allowed, ['allowed', 'account-administrator', 'resource'].includes(reason))
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    // Every way to decide was met often enough to mean something.
    for (const reason of [
      'allowed',
      'account-administrator',
      'resource',
      'explicit-deny',
      'implicit-deny',
      'account-gate',
      'boundary',
      'session',
      'other-account',
    ]) {
      assert.ok((reasons.get(reason) ?? 0) > decisions / 200, `${reason}: ${reasons.get(reason)}`)
    }
  })

  it('refuse nothing of a list that need not be asked about one by one', () => {
    const generator = new Generator(seed)
    let count = 0
    for (let tries = 0; tries < 50_000; tries += 1) {
      const [plain, request] = [generator.standing(), generator.request()]
      const standing = standingOf(plain)
      if (!mayEverywhere(standing, { ...request, resource: '*' })) continue
      count += 1
      const story = JSON.stringify({ plain, request }, undefined, 1)
      assert.ok(decide(standing, request).allowed, `seed ${seed}: ${story}`)
    }
    assert.ok(count > 200, `${count}`)
  })
})
