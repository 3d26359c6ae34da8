// SPDX-License-Identifier: BSD-2-Clause
// Who reaches a load balancer is the same whatever balances.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import type { BalancerPlan } from '../../../src/engine/elb/plan'
import {
  anAddress,
  answeredBy,
  ask,
  listener,
  planOf,
  read,
  streamInstance,
  target,
  webInstance,
} from './scene'

interface Balancing {
  apply(plan: BalancerPlan): Promise<unknown>
}

/** That a balancer's listeners, of HTTP and of TCP, answer those alone whom its plan lets in. */
export const hearsThoseLetIn = async (balancing: Balancing): Promise<void> => {
  const address = await webInstance(8888)
  const stream = await streamInstance(8890, socket => socket.end('instance'))
  const plan = (clients?: readonly string[]) =>
    planOf({
      ...{ key: '123456789012/guarded', id: 'f'.repeat(32), address: guarded },
      listeners: [
        listener({ ...(clients && { clients }) }),
        listener({
          ...{ port: 81, protocol: 'TCP', instancePort: 8890, instanceProtocol: 'TCP' },
          ...(clients && { clients }),
        }),
      ],
      targets: [target(address), target(stream, { ports: [8890] })],
    })
  const guarded = anAddress()
  const many = Array.from({ length: 70 }, (_, index) => `198.51.100.${index + 1}/32`)
  for (const clients of [many, []]) {
    await balancing.apply(plan(clients))
    await assert.rejects(ask(guarded))
    assert.equal(await read(connect({ host: guarded, port: 81 })).catch(() => ''), '')
  }
  for (const clients of [[...many, '127.0.0.1/32'], ['127.0.0.0/8'], undefined]) {
    await balancing.apply(plan(clients))
    assert.equal(await answeredBy(guarded), address)
    assert.equal(await read(connect({ host: guarded, port: 81 })), 'instance')
  }
}
