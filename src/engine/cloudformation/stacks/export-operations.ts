// SPDX-License-Identifier: BSD-2-Clause
// What stacks export, and which stacks take it in.
import {
  ListExports$,
  type ListExportsInput,
  type ListExportsOutput,
  ListImports$,
  type ListImportsInput,
  type ListImportsOutput,
} from '@aws-sdk/client-cloudformation'
import { type Operation, type OperationEntry, operation } from '../../operation'
import { stackArn } from '../arns'
import { mayStack } from '../permissions'
import { invalid } from '../refusals'
import { exportsOf } from './exports'
import { importersOf } from './imports'

/** By name. Lists are whole, as all of this service are. */
const listExports: Operation<ListExportsInput, ListExportsOutput> = tx => {
  const may = mayStack(tx)
  const found = exportsOf(tx, tx.caller.account).filter(({ stack }) => may(stack))
  return {
    Exports: [...found]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ stack, name, value }) => ({ ExportingStackId: stackArn(stack), Name: name, Value: value })),
  }
}

const listImports: Operation<ListImportsInput, ListImportsOutput> = (tx, { ExportName = '' }) => {
  const found = importersOf(tx, tx.caller.account, ExportName).filter(mayStack(tx))
  if (found.length === 0) invalid(`Export '${ExportName}' is not imported by any stack.`)
  return { Imports: found.map(({ name }) => name).sort() }
}

export const exportOperations: Readonly<Record<string, OperationEntry>> = {
  ListExports: operation(ListExports$, listExports, { access: 'list' }),
  ListImports: operation(ListImports$, listImports, { access: 'list' }),
}
