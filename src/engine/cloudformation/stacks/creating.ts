// SPDX-License-Identifier: BSD-2-Clause
// A stack that is being created: every resource once those that it refers to are there, as many at once as can be.
import type { Tx } from '../../operation'
import type { OnFailure, Stack, StackResource } from '../schema'
import { settledOutputs } from './imports'
import { isGoing, make, questions } from './making'
import { parameterTask } from './parameter-task'
import { enter, mark, resourcesOf } from './records'
import { scopeOf } from './scope'
import { earliest, type Found, type Phase, reasonOf, type Task } from './tasks'

const isFailed = ({ status }: StackResource): boolean => status === 'CREATE_FAILED'
const isThere = ({ status }: StackResource): boolean => status === 'CREATE_COMPLETE'

/** When (ms) the stack's time is over. */
const endOf = ({ timeoutMinutes, orderedAt }: Stack): number | undefined =>
  timeoutMinutes === undefined ? undefined : orderedAt.getTime() + timeoutMinutes * 60_000

const isLate = (tx: Tx, stack: Stack): boolean =>
  (endOf(stack) ?? Number.POSITIVE_INFINITY) <= tx.now.getTime()

const find = (tx: Tx, stack: Stack): Found => {
  if (isLate(tx, stack)) return { tasks: [] }
  if (!stack.isChecked)
    return { tasks: [parameterTask(tx, stack, reason => failCreation(tx, stack, [], reason))] }
  const resources = resourcesOf(tx, stack)
  if (resources.some(isFailed)) return { tasks: [] }
  const scope = scopeOf(tx, stack, resources)
  const there = new Set(resources.filter(isThere).map(({ logicalId }) => logicalId))
  const going = resources.filter(isGoing)
  const ready = resources.filter(
    ({ status, dependsOn }) => status === 'NOT_STARTED' && dependsOn.every(id => there.has(id)),
  )
  const tasks: Task[] = [
    ...questions(tx, stack, going, () => scope),
    ...ready.map(resource => ({
      key: `make ${resource.logicalId}`,
      run: () => {
        make(tx, stack, scope, resource, { status: 'CREATE_IN_PROGRESS' })
      },
      fail: (reason: string) => {
        const marked = mark(tx, stack, resource, 'CREATE_IN_PROGRESS')
        mark(tx, stack, marked, 'CREATE_FAILED', reason)
      },
    })),
  ]
  const first = earliest(going)
  if (first === undefined) return { tasks }
  return { tasks, waitsUntil: Math.min(first, endOf(stack) ?? Number.POSITIVE_INFINITY) }
}

/** `Create stack failed.  Rollback requested by user.`, with two blanks, as Eucalyptus has it. */
const wishes: Readonly<Record<Exclude<OnFailure, 'DO_NOTHING'>, string>> = {
  ROLLBACK: 'Create stack failed.  Rollback requested by user.',
  DELETE: 'Create stack failed.  Delete requested by user.',
}

const failCreation = (tx: Tx, stack: Stack, resources: readonly StackResource[], reason: string): void => {
  for (const resource of resources.filter(isGoing)) {
    mark(tx, stack, resource, 'CREATE_FAILED', 'Resource creation cancelled')
  }
  const failed = enter(tx, stack, 'CREATE_FAILED', reason)
  const next = { ...failed, generation: stack.generation + 1 }
  if (stack.onFailure === 'ROLLBACK') enter(tx, next, 'ROLLBACK_IN_PROGRESS', wishes.ROLLBACK)
  if (stack.onFailure === 'DELETE') {
    enter(tx, { ...next, isUndone: true }, 'DELETE_IN_PROGRESS', wishes.DELETE)
  }
}

const conclude = (tx: Tx, stack: Stack): void => {
  const resources = resourcesOf(tx, stack)
  if (isLate(tx, stack) && !resources.every(isThere)) {
    failCreation(tx, stack, resources, 'Stack creation timed out.')
    return
  }
  const failed = resources.filter(resource => isFailed(resource) || isGoing(resource))
  if (failed.length > 0) {
    const ids = failed.map(({ logicalId }) => logicalId).join(', ')
    failCreation(tx, stack, resources, `The following resource(s) failed to create: [${ids}].`)
    return
  }
  try {
    const outputs = settledOutputs(tx, stack, scopeOf(tx, stack, resources))
    enter(tx, { ...stack, outputs }, 'CREATE_COMPLETE')
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    failCreation(tx, stack, resources, reason)
  }
}

export const creation: Phase = { find, conclude }
