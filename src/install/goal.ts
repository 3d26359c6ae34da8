// SPDX-License-Identifier: BSD-2-Clause
// --wait of the tools that start something in EC2: looking until all of it is in the state that it is to come to, or one has
// failed.
import type { Goal } from '../cli/command'
import type { Ec2Client } from '../clients'
import type { Look, Seen } from './resource-states'
import { until, WaitError } from './waiting'

export interface Destination {
  readonly look: Look
  /** What the look before anything has changed asks for: an ID that there is none of, or none where it has no filter. */
  readonly stranger?: string
  /** States in which it has come about, separated by blanks. */
  readonly reached: string
  /** States that last, and in which it has not. */
  readonly failed: string
  /** It has come about as well where there is none any more. */
  readonly orGone?: true
}

const idsOfOneRequest = 100

const look = async (ec2: Ec2Client, ask: Look, ids: readonly string[]): Promise<Map<string, Seen>> => {
  const seen = new Map<string, Seen>()
  for (let at = 0; at < ids.length; at += idsOfOneRequest) {
    for (const one of await ask(ec2, ids.slice(at, at + idsOfOneRequest))) seen.set(one.id ?? '', one)
  }
  return seen
}

const fewOfThem = 3

interface Open {
  readonly id: string
  readonly state: string
  readonly progress?: string | undefined
}

/** How far all of them are, in one line: each by its name while there are few. */
const howFar = (open: readonly Open[], total: number): string => {
  if (total <= fewOfThem)
    return open
      .map(({ id, state, progress }) => `${id}: ${state}${progress ? ` (${progress})` : ''}`)
      .join(', ')
  const counts = new Map<string, number>()
  for (const { state } of open) counts.set(state, (counts.get(state) ?? 0) + 1)
  const states = [...counts].map(([state, count]) => `${count} ${state}`)
  return `${total - open.length} of ${total} done, ${states.join(', ')}`
}

/** What the tools wait for; `reach` looks again and again until all are in one of the states, or one has failed. */
export const goal = ({ look: ask, stranger, reached, failed, orGone }: Destination): Goal => {
  const [good, bad] = [new Set(reached.split(' ')), new Set(failed.split(' '))]
  return {
    rehearse: async context => ask(await context.client('ec2'), stranger === undefined ? [] : [stranger]),
    reach: async (context, patience, ids) => {
      const ec2 = await context.client('ec2')
      const known = new Set<string>()
      /** What is still open of one; undefined when nothing is. */
      const openOf = (id: string, found: Seen | undefined): Open | undefined => {
        if (!found) {
          if (orGone) return undefined
          if (known.has(id)) throw new WaitError(`${id}: is gone`)
          // Some clouds do not list at once what they have just made.
          return { id, state: 'not listed yet' }
        }
        known.add(id)
        const { state = 'unknown', reason, progress } = found
        if (good.has(state)) return undefined
        if (bad.has(state)) throw new WaitError(`${id}: ended as ${state}${reason ? `: ${reason}` : ''}`)
        return { id, state, progress }
      }
      await until(context, patience, async () => {
        const seen = await look(ec2, ask, ids)
        const open = ids.map(id => openOf(id, seen.get(id))).filter(one => one !== undefined)
        return open.length === 0 ? undefined : howFar(open, ids.length)
      })
    },
  }
}
