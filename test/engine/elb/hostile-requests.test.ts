// SPDX-License-Identifier: BSD-2-Clause
// Requests that nobody means well by: every operation with what its members should not hold. Whatever comes of it, it is an
// answer or a refusal.
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-elastic-load-balancing'
import { elb as service } from '../../../src/engine/elb'
import { balancerPlans } from '../../../src/engine/elb/plan'
import { inputOf } from '../../../src/schemas/shapes'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { anything, dice } from '../../support/random-input'
import { haveThings } from './permission-cases'

interface Sent {
  send(command: never): Promise<unknown>
}

describe('hostile requests to load balancing', () => {
  let c: Cloud
  let alice: Clients
  let words: readonly string[]

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    const { certificate, instances } = await haveThings(c, alice)
    words = [
      ...['web', 'web', 'web', 'spare', 'PARTI00', 'PARTI01', 'HTTP', 'https', 'TCP', 'SSL', 'internal'],
      ...['HTTP:8888/', 'TCP:25', 'ELBSecurityPolicy-2016-08', 'CookieName', 'session', 'sticky', 'proxy'],
      ...['LBCookieStickinessPolicyType', 'PublicKeyPolicyType', 'elb.http.desyncmitigationmode'],
      ...[certificate, ...instances, `web-${alice.accountId}.lb.eucalyptus.internal`],
      ...['', ' ', 'a', 'a/b', 'a:b', 'verbose', '*', '..', '\u00e9', '\u{1F418}'.repeat(255)],
      ...['x'.repeat(3000), '__proto__', 'constructor', 'a\nb', 'a\tb', '<&>"', '0', '-1', 'true', 'aws:x'],
    ]
  })
  after(() => c.close())

  it('are answered or refused, and leave what can be planned and shown', async () => {
    const commands = sdk as unknown as Record<string, new (input: never) => unknown>
    const codes = new Set<string>()
    for (const [operation, { schema }] of Object.entries(service.operations)) {
      const roll = dice(operation)
      const Command = commands[`${operation}Command`]
      assert.ok(Command, operation)
      for (let round = 0; round < 12; round++) {
        const input = anything(inputOf(schema), roll, words)
        try {
          await (alice.elb() as unknown as Sent).send(new Command(input as never) as never)
        } catch (error) {
          const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
          const status = $metadata?.httpStatusCode ?? 0
          const isRestricted = name === 'InternalFailure' && message.includes('are restricted for use')
          assert.ok(
            isRestricted || (status >= 400 && status < 500),
            `${operation} ${JSON.stringify(input)}: ${status} ${(error as Error).stack}`,
          )
          codes.add(name)
        }
      }
    }
    await c.pass(60)
    c.engine.read(tx => balancerPlans(tx))
    await alice.elb().send(new sdk.DescribeLoadBalancersCommand({}))
    assert.deepEqual(c.bugs, [])
    for (const code of ['ValidationError', 'AccessPointNotFound', 'InvalidConfigurationRequestException'])
      assert.ok(codes.has(code), code)
  })
})
