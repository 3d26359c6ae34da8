// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  assignSlots,
  commandsToLeave,
  commandsToServe,
  hasObeyed,
  leftSlots,
} from '../../../src/plane/balancers/slots'
import { listener, target } from './scene'

describe('Places of instances in a configuration', () => {
  const [a, b, c] = [target('127.0.1.1'), target('127.0.1.2'), target('127.0.1.3')]
  const listeners = [listener()]
  const names = (slots: ReturnType<typeof assignSlots>) =>
    slots.map(slot => slot?.address.at(-1) ?? '-').join('')

  it('stay with those that have them, and go to others last where somebody has just left', () => {
    const first = assignSlots([], [a, b])
    assert.equal(names(first), '12------')
    const second = assignSlots(first, [b, c])
    assert.equal(names(second), '-23-----')
    assert.deepEqual(leftSlots(first, second), [0])
    assert.equal(names(assignSlots(second, [b, c, a])), '123-----')
    // One that has another address is another one.
    assert.equal(names(assignSlots(first, [{ ...a, address: '127.0.1.9' }, b])), '-29-----')
  })

  it('are doubled when they do not do', () => {
    const nine = Array.from({ length: 9 }, (_, index) => target(`127.0.2.${index + 1}`))
    const eight = assignSlots([], nine.slice(0, 8))
    assert.equal(eight.length, 8)
    assert.equal(names(assignSlots(eight, nine)), '123456789-------')
  })

  it('are told what is another than before, and nothing else', () => {
    const before = assignSlots([], [a, b])
    const told = (after: readonly (typeof a)[]) =>
      commandsToServe(listeners, before, assignSlots(before, after))
    assert.deepEqual(told([a, b]), [])
    assert.deepEqual(told([a, { ...b, zone: 'PARTI01' }]), [])
    const server = (slot: number) => `set server backend-http-80/s${slot}`
    assert.deepEqual(told([a, b, c]), [
      `${server(3)} addr 127.0.1.3 port 8888`,
      `${server(3)} weight 1`,
      `${server(3)} state ready`,
    ])
    assert.deepEqual(told([a, { ...b, state: 'drains' }]), [
      `${server(2)} weight 0`,
      `${server(2)} state ready`,
    ])
    assert.deepEqual(told([{ ...a, state: 'rests' }, b]), [
      `${server(1)} weight 1`,
      `${server(1)} state maint`,
    ])
    // Groups that do not let the balancer in are the same as checks that fail.
    assert.deepEqual(told([{ ...a, ports: [] }, b]), [`${server(1)} weight 1`, `${server(1)} state maint`])
    assert.deepEqual(told([{ ...a, weight: 50 }, b]), [`${server(1)} weight 50`, `${server(1)} state ready`])
  })

  it('are cut off from those who have left, and forget who came by a cookie', () => {
    const before = assignSlots([], [a, b])
    const cut = ['set server backend-http-80/s2 state maint', 'shutdown sessions server backend-http-80/s2']
    assert.deepEqual(commandsToLeave(listeners, before, [a]), cut)
    const sticky = [listener({ stickiness: { kind: 'application', cookie: 'session' } })]
    assert.deepEqual(commandsToLeave(sticky, before, [a]), [
      ...cut,
      'clear table backend-http-80 data.server_id eq 2',
    ])
  })

  it('are as they were told only where HAProxy says so', () => {
    const address = 'set server backend-http-80/s1 addr 127.0.1.1 port 8888'
    assert.ok(hasObeyed(address, "IP changed from '127.0.0.1' to '127.0.1.1' by 'stats socket command'"))
    assert.ok(hasObeyed(address, 'no need to change the addr, port'))
    assert.ok(!hasObeyed(address, 'No such server.'))
    assert.ok(hasObeyed('set server backend-http-80/s1 state ready', ''))
    assert.ok(!hasObeyed('set server backend-http-80/s1 state ready', 'No such server.'))
  })
})
