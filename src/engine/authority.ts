// SPDX-License-Identifier: BSD-2-Clause
// One caller's permissions, within one transaction: his policies are found once, when they are first asked.
import type { Demand, RequestFacts } from './access'
import { standingOf } from './iam/standing'
import { identityTags, principalTags } from './iam/tags'
import type { Tx } from './operation'
import type { Context, Decision, Limit, Question, Standing } from './policy/contracts'
import { decide, mayEverywhere, mayPerhaps } from './policy/decide'
import { limitsOf } from './policy/quotas'

/** What every request's conditions may look at. Absent is what the caller does not have. */
export const factsOf = (
  { caller, now, region }: Pick<Tx, 'caller' | 'now' | 'region'>,
  request: RequestFacts,
): Record<string, string | undefined> => {
  const { session } = caller
  return {
    'aws:currenttime': now.toISOString(),
    'aws:epochtime': String(Math.floor(now.getTime() / 1000)),
    'aws:sourceip': request.sourceIp,
    'aws:securetransport': String(request.isSecure),
    'aws:useragent': request.userAgent,
    'aws:referer': request.referer,
    'aws:requestedregion': region,
    'aws:username': caller.userName || undefined,
    'aws:userid': caller.userId || undefined,
    'aws:principaltype': principalType(caller.kind, session?.kind),
    'aws:principalarn': caller.principalArn || undefined,
    'aws:principalaccount': caller.account || undefined,
    'aws:tokenissuetime': session?.issuedAt.toISOString(),
    // AWS sets it for temporary keys alone.
    'aws:multifactorauthpresent': session ? String(session.mfaSerial !== undefined) : undefined,
    'aws:multifactorauthage': session?.mfaSerial
      ? String(Math.floor((now.getTime() - session.issuedAt.getTime()) / 1000))
      : undefined,
    ...principalTags(caller),
    ...session?.context,
  }
}

const principalType = (kind: Tx['caller']['kind'], session: string | undefined): string => {
  if (kind === 'anonymous') return 'Anonymous'
  if (session === 'role') return 'AssumedRole'
  return session === 'federated' ? 'FederatedUser' : 'User'
}

export const contextOf = (values: Demand['context'] & {}): Context => {
  const context: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value.length === 0) continue
    const key = name.toLowerCase()
    const list = typeof value === 'string' ? [value] : value
    // Tags may have keys that differ in case alone: none hides another.
    const others = key.includes('tag/') && Object.hasOwn(context, key) ? (context[key] ?? []) : []
    context[key] = others.length > 0 ? [...others, ...list] : list
  }
  return context
}

/** An account's administrator whom no policy bears on: in his account nothing is left to ask. */
const isFree = (standing: Standing): boolean =>
  standing.isAccountAdmin &&
  standing.identityPolicies.length === 0 &&
  standing.accountPolicies.length === 0 &&
  standing.boundary === undefined &&
  standing.sessionPolicies === undefined

export class Authority {
  readonly #tx: Tx
  readonly #request: RequestFacts
  /** What a demand asks for that names none. */
  readonly action: string
  #standing: Standing | undefined
  #facts: Context | undefined

  constructor(tx: Tx, request: RequestFacts, action: string) {
    this.#tx = tx
    this.#request = request
    this.action = action
  }

  get standing(): Standing {
    this.#standing ??= standingOf(this.#tx, this.#tx.caller)
    return this.#standing
  }

  questionOf({ action = this.action, resource, context = {}, owner }: Demand): Question {
    this.#facts ??= contextOf(factsOf(this.#tx, this.#request))
    const account = owner ?? this.#tx.caller.account
    return {
      action,
      resource,
      context: {
        ...this.#facts,
        ...contextOf({
          'aws:resourceaccount': account || undefined,
          ...identityTags(this.#tx, resource),
          ...context,
        }),
      },
    }
  }

  decide(demand: Demand): Decision {
    const { standing } = this
    const { owner, policy, isGranted } = demand
    // The quick way for administrators, who are most of the callers of a cloud on one machine.
    if (standing.isUnbound) return { allowed: true, reason: 'administrator', by: [] }
    if (policy === undefined && (owner === undefined || owner === standing.account) && isFree(standing)) {
      return { allowed: true, reason: 'account-administrator', by: [] }
    }
    return decide(standing, this.questionOf(demand), { owner, policy, isGranted })
  }

  limits(key: string, demand: Demand): readonly Limit[] {
    const { standing } = this
    return standing.isUnbound || isFree(standing) ? [] : limitsOf(standing, this.questionOf(demand), key)
  }

  /** Whether nothing of a list needs to be asked about one by one. */
  everywhere(action = this.action): boolean {
    return this.standing.isUnbound || mayEverywhere(this.standing, this.questionOf({ action, resource: '*' }))
  }

  /** Whether a list may be asked for. */
  perhaps(action = this.action): boolean {
    return this.standing.isUnbound || mayPerhaps(this.standing, this.questionOf({ action, resource: '*' }))
  }
}
