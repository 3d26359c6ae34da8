// SPDX-License-Identifier: BSD-2-Clause
// Ids of stacks, which are ARNs with an empty region, as Eucalyptus' were unless `cloudformation.region` was set. Requests
// take an id or the name of a stack that is not deleted.
import type { Tx } from '../operation'
import { noStack } from './refusals'
import type { Stack } from './schema'

export const stackArn = ({ account, name, id }: Pick<Stack, 'account' | 'name' | 'id'>): string =>
  `arn:aws:cloudformation::${account}:stack/${name}/${id}`

const idOf = (text: string): Pick<Stack, 'account' | 'name' | 'id'> | undefined => {
  const [, account = '', name = '', id = ''] =
    /^arn:aws:cloudformation:[^:]*:(\d{12}):stack\/([^/]+)\/([^/]+)$/.exec(text) ?? []
  return id ? { account, name, id } : undefined
}

/** A stack by its name or id, also a deleted one by its id: the caller's own, or anybody's by id for a cloud administrator. */
export const stackNamed = (tx: Tx, text = ''): Stack | undefined => {
  const meant = idOf(text)
  if (!meant) {
    const named = tx.stackNames.get(text)
    return named && tx.stacks.get(named.id)
  }
  if (meant.account !== tx.caller.account && !tx.caller.isCloudAdmin) return undefined
  const stack = tx.stacks.in(meant.account).get(meant.id)
  return stack?.name === meant.name ? stack : undefined
}

/** As `stackNamed`; refused when there is none. */
export const mustStack = (tx: Tx, text: string | undefined): Stack =>
  stackNamed(tx, text) ?? noStack(text ?? '')

/** A stack that is not deleted; refused when there is none. */
export const mustLiveStack = (tx: Tx, text: string | undefined): Stack => {
  const stack = mustStack(tx, text)
  return stack.status === 'DELETE_COMPLETE' ? noStack(text ?? '') : stack
}
