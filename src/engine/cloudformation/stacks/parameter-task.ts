// SPDX-License-Identifier: BSD-2-Clause
// Values of parameters that name things of the account are compared with what it has when the work on a stack begins, so that
// the stack fails and not the request (engine-cloudformation-cloudwatch, part 1 §4).
import type { Tx } from '../../operation'
import type { Stack } from '../schema'
import { checkTypedParameters } from '../template'
import { parametersOf, putStack } from './records'
import { templateOf } from './scope'
import type { Task } from './tasks'
import { callerFor } from './work'

/** Comes before all other tasks of a creation or an update, once. */
export const parameterTask = (tx: Tx, stack: Stack, fail: Task['fail']): Task => ({
  key: 'parameters',
  run: () => {
    checkTypedParameters(tx.as(callerFor(tx, stack, false)), templateOf(tx, stack), parametersOf(stack))
    putStack(tx, { ...stack, isChecked: true })
  },
  fail,
})
