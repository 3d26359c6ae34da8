// SPDX-License-Identifier: BSD-2-Clause
// What types of resources work with: the transaction as whoever ordered the stack, and operations of other services, which are
// run as his requests would be.
import { authorize } from '../../access'
import { Refusal, refuse } from '../../errors'
import { administratorName, orderingCaller, userCaller } from '../../iam/callers'
import type { Service, Tx } from '../../operation'
import { stackArn } from '../arns'
import type { Work } from '../resources/contracts'
import type { Order, Stack } from '../schema'

/** Refuse what somebody ordered who is not there any more, or is not to do anything now. */
const checkOrderer = (tx: Tx, { account, userName, userId, orderer }: Order): void => {
  if (orderer) return
  const user = tx.users.in(account).get(userName)
  const isHe = user !== undefined && (userId === undefined || user.id === userId)
  if (!isHe || user.enabled === false) refuse('NoSuchEntity', `Can not find ${userName}`, 404)
}

/** As whom something is done for a stack. Whoever ordered it may be gone: what he made is cleared away by the administrator then. */
export const callerFor = (tx: Tx, stack: Stack, isClearing: boolean) => {
  const order = stack.order
  try {
    checkOrderer(tx, order)
    return orderingCaller(tx, order)
  } catch (error) {
    if (!isClearing || !(error instanceof Refusal)) throw error
    return userCaller(tx, stack.account, administratorName)
  }
}

const suffixLength = 13
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

const suffix = (tx: Tx): string =>
  [...tx.random(suffixLength)].map(byte => letters[byte % letters.length]).join('')

/** `<stack>-<logical id>-<suffix>`. Where that is too long, both are cut, the longer one first. */
export const nameFor = (stack: string, logicalId: string, end: string, longest: number): string => {
  const room = longest - end.length - 2
  const half = Math.floor(room / 2)
  const ofId = Math.min(logicalId.length, Math.max(half, room - stack.length))
  const ofStack = Math.min(stack.length, room - ofId)
  return `${stack.slice(0, ofStack)}-${logicalId.slice(0, ofId)}-${end}`
}

const longestName = 255

/** Work on a resource, and the name that was drawn for it, if one was. */
export interface NamedWork extends Work {
  readonly drawn: string | undefined
}

interface Worked {
  readonly logicalId: string
  /** The end of its name, where one was drawn before. */
  readonly name?: string | undefined
}

interface Manner {
  readonly isClearing?: boolean
  readonly waitsForSignals?: boolean
}

export const workFor = (
  tx: Tx,
  stack: Stack,
  { logicalId, name }: Worked,
  { isClearing = false, waitsForSignals = false }: Manner = {},
): NamedWork => {
  const caller = callerFor(tx, stack, isClearing)
  const { endpoint } = stack
  const stackId = stackArn(stack)
  let drawn = name
  return {
    tx: tx.as(caller, { endpoint }),
    stack: {
      ...{ account: stack.account, id: stackId, name: stack.name, tags: stack.tags },
      ...{ notificationArns: stack.notificationArns, capabilities: stack.capabilities },
      disableRollback: stack.onFailure === 'DO_NOTHING',
    },
    logicalId,
    waitsForSignals,
    get drawn() {
      return drawn
    },
    newName(longest = longestName) {
      drawn ??= suffix(tx)
      return nameFor(stack.name, logicalId, drawn, longest)
    },
    tags: (own = []) => [
      { Key: 'aws:cloudformation:logical-id', Value: logicalId },
      { Key: 'aws:cloudformation:stack-id', Value: stackId },
      { Key: 'aws:cloudformation:stack-name', Value: stack.name },
      ...merged(stack, own),
    ],
    call<Output>(service: Service, operation: string, input: object): Output {
      const entry = service.operations[operation]
      if (!entry) throw new Error(`${service.name} has no operation ${operation}`)
      const as = tx.as(caller, { service, operation, endpoint })
      authorize(as, entry, service, input)
      return entry.run(as, input as never) as Output
    },
  }
}

/** The stack's tags, and those of the template, which win. */
const merged = (
  { tags }: Stack,
  own: readonly { readonly Key: string; readonly Value: string }[],
): { Key: string; Value: string }[] => [
  ...tags
    .filter(({ key }) => !own.some(({ Key }) => Key === key))
    .map(({ key, value }) => ({ Key: key, Value: value })),
  ...own.map(({ Key, Value }) => ({ Key, Value })),
]
