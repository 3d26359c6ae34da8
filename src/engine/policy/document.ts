// SPDX-License-Identifier: BSD-2-Clause
// Reading policy documents.
import { refuse } from '../errors'
import type { Policy } from './contracts'
import type { PolicyKind, Statement } from './statement'

const malformed = (message: string): never =>
  refuse('MalformedPolicyDocument', `Error in uploaded policy: ${message}`, 400)

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  )

const statementOf = (value: Record<string, unknown>): Statement => {
  const actions = listOf(value.Action).map(text => pattern(text.toLowerCase()))
  const resources = listOf(value.Resource).map(pattern)
  const names = listOf((value.Principal as Record<string, unknown> | undefined)?.AWS ?? value.Principal)
  const effect = value.Effect
  if (effect !== 'Allow' && effect !== 'Deny' && effect !== 'Limit') return malformed('Invalid effect')
  return {
    sid: typeof value.Sid === 'string' ? value.Sid : undefined,
    effect,
    start: 0,
    end: 0,
    matchesAction: action => actions.some(one => one.test(action.toLowerCase())),
    matchesResource: ({ resource }) => resources.some(one => one.test(resource)),
    matchesPrincipal: principals => principals.some(({ id }) => names.includes(id) || names.includes('*')),
    matchesConditions: () => true,
    quotas: {},
  }
}

/** Compile a document. Refuses with MalformedPolicyDocument. */
export const compilePolicy = (text: string, kind: PolicyKind): Policy => {
  let document: { Statement?: unknown }
  try {
    document = JSON.parse(text)
  } catch {
    return malformed('Syntax error')
  }
  const { Statement: given } = document
  const statements = (Array.isArray(given) ? given : [given]).map(statementOf)
  return { kind, source: text, statements }
}
