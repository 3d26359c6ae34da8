// SPDX-License-Identifier: BSD-2-Clause
// Outputs that stacks give to the others of their account, by names of their own, as on AWS.
import type { Tx } from '../../operation'
import type { Stack } from '../schema'
import { outputsOf } from './records'

export interface Export {
  readonly stack: Stack
  readonly name: string
  readonly value: string
}

/** What a stack exports. It is there with its outputs, and gone with the stack. */
const exportsIn = (stack: Stack): readonly Export[] => {
  // Most stacks export nothing, and whoever takes something in asks all of them.
  if (stack.status === 'DELETE_COMPLETE' || !stack.outputs.includes('"exportName"')) return []
  return outputsOf(stack).flatMap(({ exportName: name, value }) =>
    name === undefined ? [] : [{ stack, name, value }],
  )
}

export const exportsOf = (tx: Tx, account: string): readonly Export[] =>
  tx.stacks.in(account).list().flatMap(exportsIn)

/** The export of this name that another stack of the account has. */
export const exportOfAnother = (
  tx: Tx,
  { account, id }: Pick<Stack, 'account' | 'id'>,
  wanted: string,
): Export | undefined => exportsOf(tx, account).find(({ stack, name }) => stack.id !== id && name === wanted)

export const exportedValue = (
  tx: Tx,
  stack: Pick<Stack, 'account' | 'id'>,
  name: string,
): string | undefined => exportOfAnother(tx, stack, name)?.value
