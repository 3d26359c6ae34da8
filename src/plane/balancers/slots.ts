// SPDX-License-Identifier: BSD-2-Clause
// Which instance has which numbered place in a configuration, and what must be told to change that while it runs.
import type { PlannedListener, PlannedTarget } from '../../engine/elb/plan'
import { backendOf, type Slots, serverAt, stateFor, weightOf } from './haproxy-config'

const fewest = 8

const isSame = (one: PlannedTarget | undefined, other: PlannedTarget | undefined): boolean =>
  one?.instanceId === other?.instanceId && one?.address === other?.address

/**
 * Places for targets: each keeps the one that it has, new ones get those that are free, those first that were free before,
 * too, so that nothing that is remembered of one falls to another. There are twice as many when they do not do.
 */
export const assignSlots = (before: Slots, targets: readonly PlannedTarget[]): Slots => {
  const kept = before.map(had => had && targets.find(target => isSame(had, target)))
  const newcomers = targets.filter(target => !kept.some(slot => isSame(slot, target)))
  let size = Math.max(fewest, before.length)
  while (size < targets.length) size *= 2
  const slots = Array.from({ length: size }, (_, index) => kept[index])
  const free = [...slots.keys()].filter(index => slots[index] === undefined)
  const order = [
    ...free.filter(index => before[index] === undefined),
    ...free.filter(index => before[index] !== undefined),
  ]
  for (const [number, target] of newcomers.entries()) slots[order[number] ?? 0] = target
  return slots
}

/** Places whose instance is not there any more. */
export const leftSlots = (before: Slots, after: Slots): readonly number[] =>
  [...before.keys()].filter(slot => before[slot] && !isSame(before[slot], after[slot]))

/** Commands that end what goes to those who have left. */
export const commandsToLeave = (
  listeners: readonly PlannedListener[],
  before: Slots,
  after: Slots,
): readonly string[] =>
  listeners.flatMap(listener =>
    leftSlots(before, after).flatMap(slot => {
      const server = `${backendOf(listener)}/${serverAt(slot)}`
      const forget = `clear table ${backendOf(listener)} data.server_id eq ${slot + 1}`
      return [
        `set server ${server} state maint`,
        `shutdown sessions server ${server}`,
        ...(listener.stickiness?.kind === 'application' ? [forget] : []),
      ]
    }),
  )

/** Commands that have everybody serve, drain or rest as he is to. */
export const commandsToServe = (
  listeners: readonly PlannedListener[],
  before: Slots,
  after: Slots,
): readonly string[] =>
  listeners.flatMap(listener =>
    [...after.entries()].flatMap(([slot, target]) => {
      if (!target) return []
      const server = `set server ${backendOf(listener)}/${serverAt(slot)}`
      const had = before[slot]
      const isNew = !had || !isSame(had, target)
      const state = stateFor(listener, target)
      const weight = weightOf(target, state)
      const hadState = isNew ? undefined : stateFor(listener, had)
      if (hadState === state && weightOf(had ?? target, hadState) === weight) return []
      return [
        ...(isNew ? [`${server} addr ${target.address} port ${listener.instancePort}`] : []),
        `${server} weight ${weight}`,
        `${server} state ${state === 'rests' ? 'maint' : 'ready'}`,
      ]
    }),
  )

/** Whether HAProxy has done what a command of these said: it says something then of addresses only. */
export const hasObeyed = (command: string, answer: string): boolean =>
  answer === '' || (command.includes(' addr ') && /changed|no need to change/i.test(answer))
