// SPDX-License-Identifier: BSD-2-Clause
// May the caller do this? Asked once for every request, before its operation is run and in its transaction; operations
// only declare what they need.
import type { StaticOperationSchema } from '@smithy/types'
import { refuse } from './errors'
import type { Operation, Service, Tx } from './operation'
import type { Decision, NamedPolicy } from './policy/contracts'

/** What the request itself tells of its sender. */
export interface RequestFacts {
  /** Without it the condition key is absent: the tools, in their own process. */
  readonly sourceIp?: string | undefined
  /** Over TLS, or not over a network at all. */
  readonly isSecure: boolean
  readonly userAgent?: string | undefined
  readonly referer?: string | undefined
  /** What its sender calls this region: that of the scope of its signature, if it has one. */
  readonly region?: string | undefined
  /** Values of condition keys that its service alone sets, such as `s3:authtype`. */
  readonly context?: Demand['context']
}

/** One thing that must be allowed. */
export interface Demand {
  /** `ec2:RunInstances`. By default the operation's own. */
  readonly action?: string
  /** An ARN, or `*`. */
  readonly resource: string
  /** Account of the resource, where it may be another's and a policy of its own or a list may let the caller in. */
  readonly owner?: string | undefined
  /** Policy of the resource. */
  readonly policy?: NamedPolicy | undefined
  /** What else lets the caller in, such as an access control list. */
  readonly isGranted?: boolean | undefined
  /** Values of condition keys, such as `ec2:instancetype`; any case. `undefined` and an empty list are absent. */
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>
}

/**
 * What an operation asks of policies:
 * - a function: all of these. None at all: nothing but what it looks up is missing.
 * - `list`: it shows what `tx.permits` lets through, and may be asked by whoever could see a part of it.
 * - `everyone`: whoever is signed in, as with GetCallerIdentity.
 * - `inside`: the operation calls `tx.authorize` where it finds the resource (S3, whose lists of access are there).
 */
export type Access<Input = never> =
  | 'list'
  | 'everyone'
  | 'inside'
  | ((tx: Tx, input: Input) => readonly Demand[])

/** A service's words for what is not allowed. The demand says which action it was about, whoever made it. */
export type Denial = (tx: Tx, demand: Demand, decision: Decision) => never

export const deniedByDefault: Denial = () =>
  refuse('UnauthorizedOperation', 'You are not authorized to perform this operation.')

interface Entry {
  readonly schema: StaticOperationSchema
  readonly run: Operation<never, unknown>
  readonly reads: boolean
  readonly access?: Access | undefined
}

const everything: readonly Demand[] = [{ resource: '*' }]

/** Refuse unless the caller may do what the operation, or else its service, declares. */
export const authorize = (tx: Tx, { access, reads }: Entry, service: Service, input: unknown): void => {
  if (service.isClosedToFederated && tx.caller.session?.kind === 'federated') tx.refuseAccess()
  const asked = access ?? service.access ?? (reads ? 'list' : () => everything)
  if (asked === 'everyone' || asked === 'inside') return
  if (asked === 'list') tx.authorizeList()
  else tx.authorize(...asked(tx, input as never))
}
