// SPDX-License-Identifier: BSD-2-Clause
// A stack that is being updated: every resource is compared with what the new template makes of it, once those that it refers
// to have been dealt with, and changed where it is, replaced, or made. What has been replaced or has no place any more
// is cleared away at the end.
import type { Tx } from '../../operation'
import type { Stack, StackResource } from '../schema'
import { forgetSignals } from '../signals'
import { differencesOf } from './differences'
import { settledOutputs } from './imports'
import { change, isGoing, make, questions, settledProperties } from './making'
import { parameterTask } from './parameter-task'
import {
  type Before,
  bodyOf,
  deleteLeftover,
  deleteResource,
  enter,
  leftoversOf,
  mark,
  previouslyOf,
  putRemains,
  resourcesOf,
} from './records'
import { leave, type Removable, removals, unremoved } from './removing'
import { failUpdate } from './restoring'
import { scopeOf } from './scope'
import { checkStackPolicy } from './stack-policies'
import { earliest, type Found, type Phase, reasonOf, type Task, typeOf } from './tasks'
import { workFor } from './work'

const isFailed = (stack: Stack, { status, generation }: StackResource): boolean =>
  generation === stack.generation && (status === 'CREATE_FAILED' || status === 'UPDATE_FAILED')

const isDone = (stack: Stack, resource: StackResource): boolean =>
  resource.generation === stack.generation && !isGoing(resource) && !isFailed(stack, resource)

const beforeText = (resource: StackResource): string => {
  const { dependsOn, deletionPolicy, position, physicalId, body, type } = resource
  const before: Before = {
    ...{ dependsOn, deletionPolicy, position, type },
    ...(physicalId !== undefined && { physicalId }),
    ...(body !== undefined && { body }),
  }
  return JSON.stringify(before)
}

/** The resource in the place that the new template gives it. */
const placed = (stack: Stack, { next, ...resource }: StackResource): StackResource => ({
  ...resource,
  ...next,
  generation: stack.generation,
})

/** Bring one resource to what the template says. */
const bring = (tx: Tx, stack: Stack, resources: readonly StackResource[], resource: StackResource): void => {
  const scope = scopeOf(tx, stack, resources)
  const body = bodyOf(resource)
  const before = beforeText(resource)
  const now = placed(stack, resource)
  if (!body) {
    make(tx, stack, scope, { ...now, change: 'made' }, { status: 'CREATE_IN_PROGRESS' })
    return
  }
  const properties = settledProperties(scope, resource)
  const work = workFor(tx, stack, { ...resource, name: body.name })
  const difference = differencesOf(stack, typeOf(resource), {
    work,
    made: body,
    properties,
    before: body.properties,
  })
  if (difference === 'none') {
    putRemains(tx, { ...now, change: 'kept', before })
    return
  }
  checkStackPolicy(stack, resource, difference === 'replacement' ? 'Update:Replace' : 'Update:Modify')
  if (difference === 'in place') {
    change(tx, stack, { ...now, change: 'updated', before }, properties)
    return
  }
  forgetSignals(tx, stack, resource.logicalId)
  const { body: _, ...without } = now
  make(
    tx,
    stack,
    scope,
    { ...without, change: 'replaced', before },
    {
      status: 'UPDATE_IN_PROGRESS',
      reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
    },
  )
}

const find = (tx: Tx, stack: Stack): Found => {
  const resources = resourcesOf(tx, stack)
  if (!stack.isChecked) {
    return { tasks: [parameterTask(tx, stack, reason => failUpdate(tx, stack, resources, reason))] }
  }
  if (resources.some(resource => isFailed(stack, resource))) return { tasks: [] }
  const done = new Set(resources.filter(one => isDone(stack, one)).map(({ logicalId }) => logicalId))
  const isPending = ({ generation }: StackResource): boolean => generation < stack.generation
  const going = resources.filter(resource => isGoing(resource) && !isPending(resource))
  const tasks: Task[] = resources.filter(isPending).flatMap(resource => {
    const failed = (reason: string): void => {
      const kept = { change: 'kept', before: beforeText(resource) } as const
      const [status, what] =
        resource.body === undefined ? (['CREATE', { change: 'made' }] as const) : (['UPDATE', kept] as const)
      const marked = mark(tx, stack, { ...placed(stack, resource), ...what }, `${status}_IN_PROGRESS`)
      mark(tx, stack, marked, `${status}_FAILED`, reason)
    }
    if (resource.isLeaving) {
      const run = (): void => {
        checkStackPolicy(stack, resource, 'Update:Delete')
        putRemains(tx, { ...resource, generation: stack.generation })
      }
      return [{ key: `let go ${resource.logicalId}`, run, fail: failed }]
    }
    if (!(resource.next ?? resource).dependsOn.every(id => done.has(id))) return []
    return [
      {
        key: `bring ${resource.logicalId}`,
        run: () => bring(tx, stack, resourcesOf(tx, stack), resource),
        fail: failed,
      },
    ]
  })
  const asked = questions(tx, stack, going, () => scopeOf(tx, stack, resources))
  return { tasks: [...asked, ...tasks], waitsUntil: earliest(going) }
}

/** Nothing has to be given back any more; what is not needed now is left to be cleared away. */
const settle = (tx: Tx, stack: Stack, resources: readonly StackResource[]): void => {
  let sequence = (leftoversOf(tx, stack).at(-1)?.sequence ?? 0) + 1
  for (const resource of resources) {
    const { change: kind, before, isLeaving, ...rest } = resource
    if (isLeaving) {
      if (resource.body !== undefined) leave(tx, stack, resource, sequence++)
      deleteResource(tx, resource)
      continue
    }
    if (kind === 'replaced' && before !== undefined) {
      const old = JSON.parse(before) as Before
      // The policy is about the resource, which is still there, and not about what was it before.
      leave(tx, stack, { ...old, logicalId: resource.logicalId, deletionPolicy: 'Delete' }, sequence++)
    }
    putRemains(tx, rest)
  }
}

const conclude = (tx: Tx, stack: Stack): void => {
  const resources = resourcesOf(tx, stack)
  if (resources.some(resource => isFailed(stack, resource))) {
    failUpdate(tx, stack, resources)
    return
  }
  try {
    const kept = resources.filter(({ isLeaving }) => !isLeaving)
    const outputs = settledOutputs(tx, stack, scopeOf(tx, stack, kept))
    const { previously: _, policyOfUpdate: __, ...rest } = stack
    settle(tx, stack, resources)
    const was = previouslyOf(stack)?.template
    if (was !== undefined) tx.stackTemplates.in(stack.account).delete(stack.id, was)
    enter(tx, { ...rest, outputs }, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    failUpdate(tx, stack, resources, reason)
  }
}

export const update: Phase = { find, conclude }

/** What is left of an update, or of one that was taken back, goes. */
export const cleanUp = (end: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE'): Phase => ({
  find: (tx, stack) => removals(tx, stack, leftoversOf(tx, stack)),
  conclude: (tx, stack) => {
    const leftovers: readonly Removable[] = leftoversOf(tx, stack)
    const failed = unremoved(leftovers)
    for (const one of leftoversOf(tx, stack)) if (one.status !== 'DELETE_FAILED') deleteLeftover(tx, one)
    // They are kept on record, and tried again with the next update and when the stack is deleted.
    enter(tx, stack, end, failed.length > 0 ? 'One or more resources could not be deleted.' : undefined)
  },
})
