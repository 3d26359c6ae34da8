// SPDX-License-Identifier: BSD-2-Clause
// An update that is taken back: what was changed where it is gets its former properties, what was replaced is there still, and
// what was made for the update is cleared away at the end.
import type { Tx } from '../../operation'
import type { Stack, StackResource } from '../schema'
import { change, isGoing, questions } from './making'
import {
  beforeOf,
  bodyOf,
  deleteResource,
  enter,
  leftoversOf,
  mark,
  previouslyOf,
  putRemains,
  resourcesOf,
} from './records'
import { leave } from './removing'
import { scopeOf } from './scope'
import { earliest, type Found, type Phase, type Task } from './tasks'

// ---- from an update to its being taken back ----------------------------------------------------------------------

/** End what goes on with an update, and begin to take it back. Without a reason it is told what could not be done. */
export const failUpdate = (
  tx: Tx,
  stack: Stack,
  resources: readonly StackResource[],
  reason?: string,
): void => {
  const ended = resources.map(resource => {
    if (resource.status === 'CREATE_IN_PROGRESS') {
      return mark(tx, stack, resource, 'CREATE_FAILED', 'Resource creation cancelled')
    }
    if (resource.status !== 'UPDATE_IN_PROGRESS') return resource
    return mark(tx, stack, resource, 'UPDATE_FAILED', 'Resource update cancelled')
  })
  const named = (status: string): readonly string[] =>
    ended
      .filter(one => one.status === status && one.generation === stack.generation)
      .map(({ logicalId }) => logicalId)
  const why = [
    { ids: named('CREATE_FAILED'), done: 'create' },
    { ids: named('UPDATE_FAILED'), done: 'update' },
  ]
    .filter(({ ids }) => ids.length > 0)
    .map(({ ids, done }) => `The following resource(s) failed to ${done}: [${ids.join(', ')}].`)
  beginRestoring(tx, stack, ended, reason ?? why.join(' '))
}

const beginRestoring = (tx: Tx, stack: Stack, resources: readonly StackResource[], reason: string): void => {
  const previously = previouslyOf(stack)
  if (!previously) throw new Error(`${stack.name} has nothing to go back to`)
  const { description: _, previously: __, policyOfUpdate: ___, ...rest } = stack
  const { parameters, outputs, ...form } = previously
  const back = enter(
    tx,
    {
      ...rest,
      ...form,
      ...{ parameters: JSON.stringify(parameters), outputs: JSON.stringify(outputs) },
      generation: stack.generation + 1,
    },
    'UPDATE_ROLLBACK_IN_PROGRESS',
    reason,
  )
  tx.stackTemplates.in(stack.account).delete(stack.id, stack.template)
  let sequence = (leftoversOf(tx, stack).at(-1)?.sequence ?? 0) + 1
  for (const resource of resources) {
    if (resource.change === 'made' || resource.body === undefined) {
      if (resource.body !== undefined) leave(tx, back, resource, sequence++)
      deleteResource(tx, resource)
    } else {
      if (resource.change === 'replaced') {
        leave(tx, back, { ...resource, deletionPolicy: 'Delete' }, sequence++)
      }
      giveBack(tx, back, resource)
    }
  }
}

/** What need not be changed is there again at once; the rest waits for its turn. */
const giveBack = (tx: Tx, stack: Stack, resource: StackResource): void => {
  const { next: _, isLeaving: __, change: kind, before: text, ...rest } = resource
  const before = beforeOf(resource)
  if (kind === 'updated' && before && text !== undefined) {
    const { dependsOn, deletionPolicy, position } = before
    putRemains(tx, { ...rest, dependsOn, deletionPolicy, position, change: kind, before: text })
    return
  }
  const { body, physicalId, ...others } = rest
  const was = before ?? {
    ...(body !== undefined && { body }),
    ...(physicalId !== undefined && { physicalId }),
  }
  const restored: StackResource = { ...others, ...was, generation: stack.generation }
  if (resource.status === 'UPDATE_FAILED' || kind === 'replaced') mark(tx, stack, restored, 'UPDATE_COMPLETE')
  else putRemains(tx, restored)
}

// ---- the phase ---------------------------------------------------------------------------------------------------

const isPending = (stack: Stack, { generation }: StackResource): boolean => generation < stack.generation

const isFailed = (stack: Stack, resource: StackResource): boolean =>
  !isPending(stack, resource) && resource.status === 'UPDATE_FAILED'

const restore = (tx: Tx, stack: Stack, resource: StackResource): void => {
  const before = beforeOf(resource)
  const properties = (before && bodyOf(before)?.properties) ?? {}
  change(tx, stack, { ...resource, generation: stack.generation }, properties)
}

const find = (tx: Tx, stack: Stack): Found => {
  const resources = resourcesOf(tx, stack)
  const isDone = (one: StackResource): boolean =>
    !isPending(stack, one) && !isGoing(one) && !isFailed(stack, one)
  const done = new Set(resources.filter(isDone).map(({ logicalId }) => logicalId))
  const going = resources.filter(one => isGoing(one) && !isPending(stack, one))
  const ready = resources.filter(one => isPending(stack, one) && one.dependsOn.every(id => done.has(id)))
  const tasks: Task[] = [
    ...questions(tx, stack, going, () => scopeOf(tx, stack, resources)),
    ...ready.map(one => ({
      key: `restore ${one.logicalId}`,
      run: () => restore(tx, stack, one),
      fail: (reason: string) => {
        const marked = mark(tx, stack, { ...one, generation: stack.generation }, 'UPDATE_IN_PROGRESS')
        mark(tx, stack, marked, 'UPDATE_FAILED', reason)
      },
    })),
  ]
  return { tasks, waitsUntil: earliest(going) }
}

const conclude = (tx: Tx, stack: Stack): void => {
  const resources = resourcesOf(tx, stack)
  const failed = resources.filter(one => isFailed(stack, one)).map(({ logicalId }) => logicalId)
  if (failed.length > 0) {
    const reason = `The following resource(s) failed to update: [${failed.join(', ')}].`
    enter(tx, stack, 'UPDATE_ROLLBACK_FAILED', reason)
    return
  }
  for (const { change: _, before: __, ...rest } of resources) putRemains(tx, rest)
  enter(tx, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')
}

export const restoration: Phase = { find, conclude }

/** Resources whose former state could not be given back to them are tried again, or passed over and taken as they are. */
export const tryAgain = (tx: Tx, stack: Stack, skipped: readonly string[]): void => {
  for (const one of resourcesOf(tx, stack).filter(one => isFailed(stack, one))) {
    const { change: _, before: __, ...rest } = one
    if (skipped.includes(one.logicalId)) mark(tx, stack, rest, 'UPDATE_COMPLETE')
    else putRemains(tx, { ...one, generation: stack.generation - 1 })
  }
}
