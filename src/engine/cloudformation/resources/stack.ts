// SPDX-License-Identifier: BSD-2-Clause
// AWS::CloudFormation::Stack: a stack in a stack. What is at its URL is read when it is made and when its properties change; AWS and
// Eucalyptus look for another template there with every update of the stack around it. Taken back, such an update would find
// the new template there again.
import { Refusal } from '../../errors'
import type { Tx } from '../../operation'
import { stackNamed } from '../arns'
import type { Stack } from '../schema'
import { outputsOf } from '../stacks/records'
import { type Made, type Progress, ResourceFailure, type Work } from './contracts'
import { inPlace, integer, required, resourceType, tags, text, texts, type ValuesOf } from './kinds'
import { complete } from './removal'
import { services } from './services'

const properties = {
  NotificationARNs: inPlace(texts),
  Parameters: inPlace({ kind: 'map', item: text } as const),
  Tags: inPlace(tags),
  TemplateURL: required(inPlace(text)),
  TimeoutInMinutes: inPlace(integer),
} as const
type Values = ValuesOf<typeof properties>

/** Stacks around a stack, itself with them. A template that names itself would go on for ever. */
const deepest = 8
/** One that names itself several times would have more at each level than the one before. */
const mostWithin = 200
const longestName = 128

const around = (tx: Tx, stack: Stack | undefined): number =>
  stack === undefined ? 0 : 1 + (stack.parentId ? around(tx, stackNamed(tx, stack.parentId)) : 0)

const asked = (work: Work, values: Values) => ({
  TemplateURL: values.TemplateURL,
  Parameters: Object.entries(values.Parameters ?? {}).map(([ParameterKey, value]) => ({
    ...{ ParameterKey, ParameterValue: String(value) },
  })),
  Capabilities: [...work.stack.capabilities],
  NotificationARNs: values.NotificationARNs ? [...values.NotificationARNs] : [],
  Tags: [
    ...work.stack.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    ...(values.Tags ?? []),
  ].filter(({ Key }, index, all) => all.findLastIndex(tag => tag.Key === Key) === index),
})

const there = (work: Work, made: Made): Stack | undefined => stackNamed(work.tx, made.physicalId)

const withOutputs = (made: Made, stack: Stack): Made => ({
  ...made,
  attributes: Object.fromEntries(outputsOf(stack).map(({ key, value }) => [`Outputs.${key}`, value])),
})

/** Why it came to nothing: the last that it has said of itself. */
const reasonOf = (tx: Tx, stack: Stack): string => {
  const events = [...tx.stackEvents.in(stack.account).scan({ under: [stack.id] })]
  const failed = events.findLast(
    ({ logicalId, reason, status }) =>
      logicalId === stack.name && reason !== undefined && !/^(ROLLBACK|DELETE)_IN/.test(status),
  )
  return failed?.reason ?? stack.status
}

const isMoving = ({ status }: Stack): boolean => status.endsWith('_IN_PROGRESS')

const waiting: Progress = { is: 'waiting', hasOwnLimit: true }

/** How far a stack is that is to be in one of two states. */
const settled = (work: Work, made: Made, done: 'created' | 'updated'): Progress => {
  const stack = there(work, made)
  if (!stack) throw new ResourceFailure(`Embedded stack ${made.physicalId} was not successfully ${done}`)
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(stack.status)) {
    return { is: 'complete', made: withOutputs(made, stack) }
  }
  if (isMoving(stack)) return waiting
  const why = reasonOf(work.tx, stack)
  throw new ResourceFailure(`Embedded stack ${made.physicalId} was not successfully ${done}: ${why}`)
}

/** Whether the update of the stack around it is taken back. */
const isTakenBack = ({ tx, stack }: Work): boolean =>
  stackNamed(tx, stack.id)?.status === 'UPDATE_ROLLBACK_IN_PROGRESS'

/** How it goes back itself when the update around it does, by its state. Of others, it is updated to what it was. */
const waysBack: ReadonlyMap<string | undefined, string> = new Map([
  ['UPDATE_IN_PROGRESS', 'CancelUpdateStack'],
  // What it could not be given back is tried once more with each attempt around it.
  ['UPDATE_ROLLBACK_FAILED', 'ContinueUpdateRollback'],
])

/** Begin to update it, unless it is what it is to be. Whether it has begun. */
const update = (work: Work, made: Made, values: Values): boolean => {
  try {
    const input = { StackName: made.physicalId, ...asked(work, values) }
    work.call(services.cloudformation, 'UpdateStack', input)
    return true
  } catch (error) {
    const isSame = error instanceof Refusal && error.message === 'No updates are to be performed.'
    if (!isSame) throw error
    return false
  }
}

export const nestedStack = resourceType({
  name: 'AWS::CloudFormation::Stack',
  properties,
  attributes: ['Outputs.*'],
  needsCapability: true,
  takesTags: true,
  create: (work, values): Made => {
    const parent = stackNamed(work.tx, work.stack.id)
    if (around(work.tx, parent) >= deepest) {
      throw new ResourceFailure(`Stacks cannot be nested more than ${deepest} levels deep`)
    }
    const rootId = parent?.rootId ?? work.stack.id
    const within = work.tx.stacks
      .list()
      .filter(one => one.rootId === rootId && one.status !== 'DELETE_COMPLETE')
    if (within.length >= mostWithin) {
      throw new ResourceFailure(`A stack cannot have more than ${mostWithin} stacks within it`)
    }
    const { TimeoutInMinutes } = values
    const { StackId = '' } = work.call<{ StackId?: string }>(services.cloudformation, 'CreateStack', {
      StackName: work.newName(longestName),
      ...asked(work, values),
      ...(TimeoutInMinutes !== undefined && { TimeoutInMinutes }),
      DisableRollback: work.stack.disableRollback,
    })
    const stack = stackNamed(work.tx, StackId)
    if (stack) {
      work.tx.stacks.in(stack.account).put({ ...stack, parentId: work.stack.id, rootId })
    }
    return { physicalId: StackId, ref: StackId, attributes: {} }
  },
  created: (work, made) => settled(work, made, 'created'),
  update: (work, made, values): Made => {
    const { memory: _, ...rest } = made
    const status = there(work, made)?.status
    // The update around it is taken back while it is being updated itself: it goes back to what it was, too.
    const isBack = isTakenBack(work)
    const way = isBack ? waysBack.get(status) : undefined
    const isOnItsWay = isBack && status === 'UPDATE_ROLLBACK_IN_PROGRESS'
    if (!way && !isOnItsWay && update(work, made, values)) return rest
    if (way) work.call(services.cloudformation, way, { StackName: made.physicalId })
    return { ...rest, memory: { goesBack: true } }
  },
  updated: (work, made) => {
    const stack = there(work, made)
    if (!made.memory?.goesBack || stack?.status !== 'UPDATE_ROLLBACK_COMPLETE') {
      return settled(work, made, 'updated')
    }
    return { is: 'complete', made: withOutputs(made, stack) }
  },
  remove: (work, made) => {
    const stack = there(work, made)
    if (!stack || stack.status === 'DELETE_COMPLETE') return complete
    if (stack.status === 'DELETE_IN_PROGRESS') return waiting
    // Each time that it is tried to delete the stack around it, it is tried once to delete this one.
    const generation = stackNamed(work.tx, work.stack.id)?.generation ?? 0
    const token = `${stack.id}-${generation}`
    if (stack.token === token) {
      const why = reasonOf(work.tx, stack)
      throw new ResourceFailure(`Embedded stack ${made.physicalId} was not successfully deleted: ${why}`)
    }
    const input = { StackName: made.physicalId, ClientRequestToken: token }
    work.call(services.cloudformation, 'DeleteStack', input)
    return waiting
  },
})
