// SPDX-License-Identifier: BSD-2-Clause
// Which stacks hold on to what others export: as long as one does, the export stays as it is.
import type { Tx } from '../../operation'
import { invalid } from '../refusals'
import type { Stack } from '../schema'
import { importedNames } from '../template'
import { exportOfAnother } from './exports'
import { outputsFor } from './outputs'
import { outputsOf, previouslyOf, type StackOutput } from './records'
import { scopeFor, scopeOf, templateOf, templateTextOf } from './scope'

/** Stacks of which nothing is there. */
const isEmpty = ({ status }: Stack): boolean => status === 'DELETE_COMPLETE' || status === 'ROLLBACK_COMPLETE'

/** By its template, and while it is updated by the one that it may go back to. */
const isImporting = (tx: Tx, stack: Stack, name: string): boolean => {
  const holds = (template: number, names: () => ReadonlySet<string>): boolean =>
    templateTextOf(tx, { ...stack, template }).includes('ImportValue') && names().has(name)
  if (holds(stack.template, () => importedNames(scopeOf(tx, stack, [])))) return true
  const was = previouslyOf(stack)
  if (!was) return false
  const before = { ...stack, template: was.template }
  return holds(was.template, () =>
    importedNames(scopeFor(tx, before, templateOf(tx, before), was.parameters)),
  )
}

export const importersOf = (tx: Tx, account: string, name: string): readonly Stack[] =>
  tx.stacks
    .in(account)
    .list()
    .filter(stack => !isEmpty(stack) && isImporting(tx, stack, name))

const refuseUsed = (tx: Tx, { account }: Stack, name: string, change: 'deleted' | 'updated'): void => {
  const users = importersOf(tx, account, name).map(stack => stack.name)
  if (users.length > 0)
    invalid(`Export ${name} cannot be ${change} as it is in use by ${users.join(' and ')}`)
}

/** Refuse to let go of what others take in. */
export const checkUnused = (tx: Tx, stack: Stack): void => {
  for (const { exportName } of outputsOf(stack)) {
    if (exportName !== undefined) refuseUsed(tx, stack, exportName, 'deleted')
  }
}

const checkExports = (tx: Tx, stack: Stack, outputs: readonly StackOutput[]): void => {
  const exported = new Map<string, string>()
  for (const { exportName: name, value } of outputs) {
    if (name === undefined) continue
    const owner = exported.has(name) ? stack : exportOfAnother(tx, stack, name)?.stack
    if (owner) invalid(`Export with name ${name} is already exported by stack ${owner.name}`)
    exported.set(name, value)
  }
  for (const { exportName: name, value } of outputsOf(stack)) {
    if (name === undefined || exported.get(name) === value) continue
    refuseUsed(tx, stack, name, exported.has(name) ? 'updated' : 'deleted')
  }
}

/** The outputs that a stack ends its creation or its update with, as they are on record. */
export const settledOutputs = (tx: Tx, stack: Stack, scope: Parameters<typeof outputsFor>[0]): string => {
  const outputs = outputsFor(scope)
  checkExports(tx, stack, outputs)
  return JSON.stringify(outputs)
}
