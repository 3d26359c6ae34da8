// SPDX-License-Identifier: BSD-2-Clause
// Chore: go on with a stack until there is nothing more to do at this moment. A transaction does some tasks, of those that it
// finds in the records, so that it does not matter whether another process is at the same, or has died in the middle.
import type { ChoreContext, Tx } from '../../operation'
import type { StackStatus } from '../schema'
import { creation } from './creating'
import { deletion, rollback } from './deleting'
import { stackOfKey, wake } from './records'
import { restoration } from './restoring'
import { internalFailure, type Phase, reasonOf } from './tasks'
import { cleanUp, update } from './updating'

const phases: Readonly<Partial<Record<StackStatus, Phase>>> = {
  CREATE_IN_PROGRESS: creation,
  ROLLBACK_IN_PROGRESS: rollback,
  DELETE_IN_PROGRESS: deletion,
  UPDATE_IN_PROGRESS: update,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp('UPDATE_COMPLETE'),
  UPDATE_ROLLBACK_IN_PROGRESS: restoration,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp('UPDATE_ROLLBACK_COMPLETE'),
}

/** Tasks of one transaction: others wait for as long. */
const most = 10
/** Steps of one pass; a stack that needs more is looked after again at once. */
const maximumSteps = 10_000

/** A task threw, for which its transaction has to be undone. */
class TaskFailed extends Error {
  override readonly name = 'TaskFailed'
  constructor(
    override readonly cause: unknown,
    readonly key: string,
    /** How many others were done before it. */
    readonly before: number,
  ) {
    super(`${key}: ${cause}`)
  }
}

type Step = 'again' | 'done'

interface Rules {
  readonly most: number
  readonly isFirst: boolean
}

const step = (tx: Tx, key: string, { most, isFirst }: Rules): Step => {
  const stack = stackOfKey(tx, key)
  const phase = stack && phases[stack.status]
  if (!phase) return 'done'
  if (isFirst) {
    const planned = tx.stackWakes.get(stack.id)
    // The stack was looked after earlier than this was planned for.
    if (planned && planned.at > tx.now.getTime()) return 'done'
    if (planned) tx.stackWakes.delete(stack.id)
  }
  const { tasks, waitsUntil } = phase.find(tx, stack)
  if (tasks.length > 0) {
    for (const [index, task] of tasks.slice(0, most).entries()) {
      try {
        task.run()
      } catch (error) {
        throw new TaskFailed(error, task.key, index)
      }
    }
    return 'again'
  }
  if (waitsUntil === undefined) {
    phase.conclude(tx, stack)
    return 'again'
  }
  wake(tx, stack, Math.max(0, waitsUntil - tx.now.getTime()) / 1000)
  return 'done'
}

const tryStep = async (context: ChoreContext, key: string, rules: Rules): Promise<Step | TaskFailed> => {
  try {
    return await context.transact(tx => step(tx, key, rules))
  } catch (error) {
    if (!(error instanceof TaskFailed)) throw error
    return error
  }
}

/** Write down that a task failed, if it is still there to be done. */
const writeDown = (context: ChoreContext, key: string, { key: name, cause }: TaskFailed): Promise<void> => {
  const reason = reasonOf(cause)
  if (reason === undefined) context.onBug?.(cause)
  return context.transact(tx => {
    const stack = stackOfKey(tx, key)
    const phase = stack && phases[stack.status]
    const task = stack && phase?.find(tx, stack).tasks.find(one => one.key === name)
    task?.fail(reason ?? internalFailure)
  })
}

export const stepStack = async (context: ChoreContext, key: string): Promise<void> => {
  let rules: Rules = { most, isFirst: true }
  for (let steps = 0; steps < maximumSteps; steps++) {
    const result = await tryStep(context, key, rules)
    if (result === 'done') return
    if (result === 'again') rules = { most, isFirst: false }
    // Those before it are done without it, and then it is tried alone: nothing of it may be left when it fails.
    else if (result.before > 0) rules = { ...rules, most: result.before }
    else await writeDown(context, key, result)
  }
  await context.transact(tx => {
    const stack = stackOfKey(tx, key)
    if (stack) wake(tx, stack, 1)
  })
}
