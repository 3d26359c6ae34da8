// SPDX-License-Identifier: BSD-2-Clause
// What requests for stacks give, checked (engine-cloudformation-cloudwatch, part 1 §3).
import { answerOnce } from '../../client-tokens'
import { refuse } from '../../errors'
import { administratorName, ordererOf } from '../../iam/callers'
import type { TokenRules, Tx } from '../../operation'
import { invalid, lackingCapabilities } from '../refusals'
import type { NextPlace, OnFailure, Order, Stack, StackTag } from '../schema'
import { capabilitiesOf, checkProperties, dependenciesOf, orderOf, unknownPropertiesText } from '../template'
import type { Scope, Template } from '../template/contracts'

const longestName = 255

export const checkedName = (name: string): string => {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) {
    invalid(
      `Stack name ${name} must contain only letters, numbers, dashes and start with an alpha character.`,
    )
  }
  if (name.length > longestName) {
    invalid(`Stack name ${name} must be no longer than ${longestName} characters.`)
  }
  return name
}

interface TagGiven {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** AWS' number. */
const mostTags = 50

export const checkedTags = (tags: readonly TagGiven[]): readonly StackTag[] => {
  for (const { Key, Value } of tags) {
    if (!Key || !Value) invalid('Tags can not be null or empty')
    for (const prefix of ['aws:', 'euca:']) {
      if (Key?.startsWith(prefix)) invalid(`Invalid tag key.  "${prefix}" is a reserved prefix.`)
    }
  }
  if (tags.length > mostTags) invalid(`A stack can have no more than ${mostTags} tags.`)
  const values = new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  if (values.size < tags.length) invalid('Duplicate tag keys are not allowed.')
  return [...values].map(([key, value]) => ({ key, value }))
}

const wishes: readonly OnFailure[] = ['ROLLBACK', 'DELETE', 'DO_NOTHING']

export const checkedOnFailure = ({
  OnFailure: wish,
  DisableRollback,
}: {
  readonly OnFailure?: string | undefined
  readonly DisableRollback?: boolean | undefined
}): OnFailure => {
  if (!wish) return DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'
  if (DisableRollback !== undefined) {
    invalid('Either DisableRollback or OnFailure can be specified, not both.')
  }
  return (
    wishes.find(one => one === wish) ??
    invalid(
      `Value '${wish}' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [${wishes.join(', ')}]`,
    )
  )
}

/** Refuse what this cloud does not have, rather than passing it over. */
export const refuseAbsent = (input: object, absent: readonly string[]): void => {
  const asked: Readonly<Record<string, unknown>> = { ...input }
  const name = absent.find(member => {
    const value = asked[member]
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  })
  if (name !== undefined) invalid(`${name} is not supported.`)
}

const knownCapabilities = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND']

/** CAPABILITY_IAM where the template needs it; CAPABILITY_NAMED_IAM says the same and more. */
export const checkCapabilities = (template: Template, given: readonly string[]): void => {
  const unknown = given.find(one => !knownCapabilities.includes(one))
  if (unknown !== undefined) {
    invalid(
      `Capability ${unknown} is not a valid capability.  Valid values are [${knownCapabilities.join(', ')}]`,
    )
  }
  const { capabilities } = capabilitiesOf(template)
  const lacking = capabilities.filter(
    one => !given.includes(one) && !(one === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')),
  )
  if (lacking.length > 0) lackingCapabilities(lacking)
}

const strictSetting = 'CLOUDFORMATION_ENFORCE_STRICT_RESOURCE_PROPERTIES'

/** Refuse properties that types do not have; where the operator is lenient, tell which are passed over. */
export const checkUnknown = (tx: Tx, template: Template): string | undefined => {
  const unknown = checkProperties(template)
  if (unknown.length === 0) return undefined
  const text = unknownPropertiesText(unknown)
  return tx.setting(strictSetting) === 0 ? text : invalid(text)
}

export interface Planned extends NextPlace {
  readonly logicalId: string
  readonly type: string
}

/** The resources that are to be there, in the order of creation. Refuses circles. */
export const planOf = (scope: Scope): readonly Planned[] =>
  orderOf(scope).map((logicalId, position) => {
    const declared = scope.template.resources.get(logicalId)
    if (!declared) throw new Error(`${logicalId} is in no template`)
    const { type, deletionPolicy } = declared
    return { logicalId, type, position, deletionPolicy, dependsOn: [...dependenciesOf(scope, logicalId)] }
  })

/**
 * Whoever orders something for a stack. For other accounts' cloud administrators have it done by the account's own, unless
 * they are in a session with fewer rights than an administrator has.
 */
export const orderOfCaller = (tx: Tx, account: string): Order => {
  const { caller } = tx
  if (caller.account !== account) {
    const isWhole = caller.session?.kind !== 'role' && caller.session?.kind !== 'federated'
    return isWhole ? { account, userName: administratorName } : tx.refuseAccess()
  }
  const orderer = ordererOf(caller)
  return { account, userName: caller.userName, ...(orderer ? { orderer } : { userId: caller.userId }) }
}

const tokens: TokenRules = {
  longest: 128,
  tooLong: length => invalid(`ClientRequestToken has ${length} characters, more than 128.`),
  reused: () => refuse('TokenAlreadyExistsException', 'A client request token already exists.'),
}

/** A request with a token may be sent again, and is answered as the first time. */
export const once = <Output>(
  tx: Tx,
  operation: string,
  input: { readonly ClientRequestToken?: string | undefined },
  run: () => Output,
): Output => {
  const { ClientRequestToken: token } = input
  if (!token) return run()
  return answerOnce(tx, `cloudformation:${operation}`, token, { ...input }, run, tokens) as Output
}

/** What goes on with a stack begins: by whom, when, and under which token. */
export const ordered = (
  tx: Tx,
  stack: Stack,
  { ClientRequestToken }: { readonly ClientRequestToken?: string | undefined },
): Stack => {
  const { token: _, retained: __, isUndone: ___, ...rest } = stack
  return {
    ...rest,
    order: orderOfCaller(tx, stack.account),
    endpoint: tx.endpoint,
    orderedAt: tx.now,
    generation: stack.generation + 1,
    ...(ClientRequestToken && { token: ClientRequestToken }),
  }
}
