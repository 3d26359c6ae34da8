// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tool that registers instances, with a load balancer that says what each look is to see.
import assert from 'node:assert/strict'
import type { Context } from '../../src/cli/context'
import type { BalancingClient } from '../../src/clients'
import { serving } from '../../src/install/instance-health'

/** States by instance, one set for each look; the first is before anything is registered. */
const registering = async (...looks: readonly Readonly<Record<string, string>>[]) => {
  const told: string[] = []
  let look = 0
  let now = 0
  const elb = {
    describeInstanceHealth: async () => {
      const states = looks[Math.min(look++, looks.length - 1)] ?? {}
      return {
        InstanceStates: Object.entries(states).map(([InstanceId, State]) => ({
          InstanceId,
          State,
          Description: 'why',
        })),
      }
    },
  } as unknown as BalancingClient
  const context = {
    patience: 600,
    now: () => now,
    tell: async (text: string) => void told.push(text),
    pause: async (seconds: number) => {
      now += seconds * 1000
    },
  } as unknown as Context
  const instances = [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }]
  return { result: await serving(context, elb, 'lb', instances, async () => 'registered'), told }
}

describe('--wait of instances at a load balancer', () => {
  it('is over when all that were added are in service, whatever the others are', async () => {
    const { result, told } = await registering(
      { 'i-3': 'OutOfService' },
      { 'i-1': 'OutOfService', 'i-2': 'OutOfService' },
      { 'i-1': 'InService', 'i-2': 'OutOfService' },
      { 'i-1': 'InService', 'i-2': 'InService' },
    )
    assert.equal(result, 'registered')
    assert.deepEqual(told, [
      'lb: i-1 OutOfService (why), i-2 OutOfService (why)',
      'lb: i-2 OutOfService (why)',
    ])
  })

  it('fails for one that has been taken out meanwhile', async () => {
    await assert.rejects(registering({}, { 'i-1': 'InService' }), /lb: i-2 is not registered any more/)
  })

  it('gives up when the time is over', async () => {
    await assert.rejects(
      registering({}, { 'i-1': 'Unknown', 'i-2': 'InService' }),
      /gave up waiting after 600 seconds: lb: i-1 Unknown \(why\)/,
    )
  })
})
