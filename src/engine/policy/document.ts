// SPDX-License-Identifier: BSD-2-Clause
// Reading policy documents: strictly, as `authentication.strict_policy_validation` has it. Whatever is wrong is said when
// a document is uploaded; nothing is found wrong with it later.
import { refuse } from '../errors'
import type { Policy } from './contracts'
import { JsonProblem, readJson } from './json'
import { PolicyProblem, problem } from './problem'
import type { PolicyKind } from './statement'
import { statementOf } from './statements'

/** Most characters: `authentication.max_policy_size`, and for buckets what AWS has. */
const longest: Readonly<Record<PolicyKind, number>> = { identity: 16_384, trust: 16_384, resource: 20_480 }

// Eucalyptus' own examples are of 2011-04-01, and its reader accepts whatever is there.
const versions = ['2008-10-17', '2011-04-01', '2012-10-17']
const withVariables = '2012-10-17'

/** Read a document. Throws `PolicyProblem`. */
const read = (text: string, kind: PolicyKind): Policy => {
  if (text.trim() === '') problem('Empty input policy text')
  if (text.length > longest[kind]) problem('Policy size is too large')
  const document = readJson(text)
  if (document.kind !== 'object') return problem('Policy has syntax error')
  const { members } = document
  for (const name of members.keys()) {
    if (!['Version', 'Id', 'Statement'].includes(name)) problem(`Unknown element ${name}`)
  }
  const given = members.get('Version')
  const version = given === undefined ? versions[0] : given.kind === 'scalar' ? given.value : undefined
  if (typeof version !== 'string' || !versions.includes(version)) problem('Invalid policy version')
  const id = members.get('Id')
  if (id && (id.kind !== 'scalar' || typeof id.value !== 'string')) problem('Id element can only be String')
  const body = members.get('Statement')
  const statements = body?.kind === 'array' ? body.items : body ? [body] : []
  if (statements.length === 0) problem('Expecting required element Statement')
  const rules = { kind, hasVariables: version === withVariables, source: text }
  return { kind, source: text, statements: statements.map(statement => statementOf(statement, rules)) }
}

const attempt = (text: string, kind: PolicyKind): Policy | PolicyProblem => {
  try {
    return read(text, kind)
  } catch (error) {
    if (error instanceof PolicyProblem) return error
    if (error instanceof JsonProblem) return new PolicyProblem(error.message)
    throw error
  }
}

/** What is wrong with a document, for services with words of their own; undefined where nothing is. */
export const policyProblem = (text: string, kind: PolicyKind): string | undefined => {
  const policy = attempt(text, kind)
  return policy instanceof PolicyProblem ? policy.message : undefined
}

/** Compile a document. Refuses with MalformedPolicyDocument. */
export const compilePolicy = (text: string, kind: PolicyKind): Policy => {
  const policy = attempt(text, kind)
  return policy instanceof PolicyProblem
    ? refuse('MalformedPolicyDocument', `Error in uploaded policy: ${policy.message}`, 400)
    : policy
}
