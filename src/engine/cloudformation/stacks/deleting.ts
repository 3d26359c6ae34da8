// SPDX-License-Identifier: BSD-2-Clause
// A stack that goes, or whose creation is taken back.
import type { Tx } from '../../operation'
import type { Stack } from '../schema'
import { forgetSignals } from '../signals'
import { deleteLeftover, enter, leftoversOf, parametersOf, resourcesOf, stackKey } from './records'
import { type Removable, removals, unremoved } from './removing'
import type { Phase } from './tasks'

/** All that is to go: of what was made at the same time, what was left by updates first. */
const removables = (tx: Tx, stack: Stack): readonly Removable[] => [
  ...resourcesOf(tx, stack),
  ...leftoversOf(tx, stack),
]

const find: Phase['find'] = (tx, stack) => removals(tx, stack, removables(tx, stack))

const failure = (ids: readonly string[]): string =>
  `The following resource(s) failed to delete: [${ids.join(', ')}].`

/** Deleted stacks can be looked up by their ids for as long as AWS has them. */
const rememberedDays = 90

/** The stack is gone: nothing that was secret is kept. */
const bury = (tx: Tx, stack: Stack): void => {
  for (const { body: _, ...resource } of resourcesOf(tx, stack)) {
    tx.stackResources.in(stack.account).put(resource)
  }
  for (const leftover of leftoversOf(tx, stack)) deleteLeftover(tx, leftover)
  forgetSignals(tx, stack)
  tx.stackNames.in(stack.account).delete(stack.name)
  tx.after(rememberedDays * 24 * 3600, 'cloudformation.forgotten', stackKey(stack))
}

const concludeDeletion: Phase['conclude'] = (tx, stack) => {
  const failed = unremoved(removables(tx, stack))
  if (failed.length > 0) {
    enter(tx, stack, 'DELETE_FAILED', failure(failed))
    return
  }
  bury(tx, stack)
  const parameters = parametersOf(stack).map(one => (one.noEcho ? { ...one, value: '' } : one))
  const told = { ...stack, parameters: JSON.stringify(parameters), deletedAt: tx.now }
  enter(tx, told, 'DELETE_COMPLETE')
}

const concludeRollback: Phase['conclude'] = (tx, stack) => {
  const failed = unremoved(removables(tx, stack))
  if (failed.length > 0) enter(tx, stack, 'ROLLBACK_FAILED', failure(failed))
  else enter(tx, stack, 'ROLLBACK_COMPLETE')
}

export const deletion: Phase = { find, conclude: concludeDeletion }
export const rollback: Phase = { find, conclude: concludeRollback }

/** Task: nobody can look the stack up any more. */
export const forgetStack = (tx: Tx, key: string): void => {
  const [account = '', id = ''] = key.split('/')
  for (const one of [...tx.stackResources.in(account).scan({ under: [id] })]) {
    tx.stackResources.in(account).delete(id, one.logicalId)
  }
  for (const one of [...tx.stackEvents.in(account).scan({ under: [id] })]) {
    tx.stackEvents.in(account).delete(id, one.sequence)
  }
  for (const one of [...tx.stackTemplates.in(account).scan({ under: [id] })]) {
    tx.stackTemplates.in(account).delete(id, one.number)
  }
  tx.stackWakes.delete(id)
  tx.stacks.in(account).delete(id)
}
