// SPDX-License-Identifier: BSD-2-Clause
// Whom a bucket's or a role's policy speaks of.
import type { Principal } from './contracts'
import { problem } from './problem'

export type PrincipalType = Principal['type']

const types: readonly PrincipalType[] = ['AWS', 'Service', 'Federated', 'CanonicalUser']

export const isPrincipalType = (text: string): text is PrincipalType =>
  (types as readonly string[]).includes(text)

export const principalTypes = types.join(' or ')

const shapes: Readonly<Record<PrincipalType, RegExp>> = {
  // An account, an ARN of what can sign in, or the id that a name was turned into.
  AWS: /^(\*|\d{12}|arn:aws:(iam|sts|euare)::\d{12}:(root|(user|role|assumed-role|federated-user)\/[^\s*?]+)|A[A-Z0-9]{15,})$/,
  Service: /^[a-z0-9.-]+$/i,
  Federated: /^[^\s*?]+$/,
  CanonicalUser: /^[0-9a-f]{64}$/i,
}

const canonical = (type: PrincipalType, id: string): string => {
  if (type !== 'AWS') return type === 'Federated' ? id : id.toLowerCase()
  return /^\d{12}$/.test(id) ? `arn:aws:iam::${id}:root` : id.replace(/^arn:aws:euare:/, 'arn:aws:iam:')
}

const slot = (type: PrincipalType, id: string): string => `${type} ${canonical(type, id)}`

/** Read the names under each type. Throws `PolicyProblem`. */
export const principalsTest = (
  named: readonly { readonly type: PrincipalType; readonly ids: readonly string[] }[],
): ((principals: readonly Principal[]) => boolean) => {
  const wanted = new Set<string>()
  for (const { type, ids } of named) {
    for (const id of ids) {
      // As AWS says it of a principal that cannot be.
      if (!shapes[type].test(id)) problem(`Invalid principal in policy: "${type}":"${id}"`)
      wanted.add(slot(type, id))
    }
  }
  const isForAll = wanted.has('AWS *')
  return principals =>
    principals.some(({ type, id }) => (isForAll && type === 'AWS') || wanted.has(slot(type, id)))
}
