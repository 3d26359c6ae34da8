// SPDX-License-Identifier: BSD-2-Clause
// Policies written into what somebody or something holds: what the tools of users, groups, roles and accounts have in
// common. How documents are printed is src/rows/policies.ts.
import type { Context } from '../context'
import { append, exclusive, flag, option } from '../options'
import type { Row } from '../row'
import { everyPage } from './pages'

export const policyName = {
  policyName: option('-p --policy-name', {
    metavar: 'POLICY',
    required: true,
    help: 'name of the policy (required)',
  }),
}

export const prettyPrint = {
  prettyPrint: flag('--pretty-print', { help: 'indent the policy document so that it is easier to read' }),
}

// ---- a policy made of options --------------------------------------------------------------------------------

/** Options that say what a policy's statements are: a choice, what it is about, and whether to show it. */
export const statementOptions = {
  ...policyName,
  effect: option('-e --effect', {
    choices: ['Allow', 'Deny'],
    required: true,
    help: 'whether the policy allows or denies (required)',
  }),
  action: append('-a --action', {
    required: true,
    help: 'action the policy is about; may be used more than once (required)',
  }),
  resource: append('-r --resource', {
    required: true,
    help: 'resource the policy is about; may be used more than once (required)',
  }),
  output: flag('-o --output', { help: 'also print the policy document that was made' }),
}

interface Stated {
  readonly effect: string
  readonly action: readonly string[]
  readonly resource: readonly string[]
}

/** `Stmt` and the time in microseconds. The clock has no such, so the last digits tell statements apart instead. */
const sidOf = (now: number, index: number): string =>
  `Stmt${new Date(now).toISOString().replace(/\D/g, '')}${String(index % 1000).padStart(3, '0')}`

/** A statement for each resource, about all of the actions. */
export const statedDocument = ({ effect, action, resource }: Stated, { now }: Context): string => {
  const time = now()
  const Statement = resource.map((Resource, index) => ({
    Sid: sidOf(time, index),
    Effect: effect,
    Action: action,
    Resource,
  }))
  return JSON.stringify({ Statement })
}

// ---- a policy that is given ------------------------------------------------------------------------------------

export const documentOptions = {
  document: exclusive(
    { required: true },
    {
      policyContent: option('-o --policy-content', { help: 'the policy document itself' }),
      policyDocument: option('-f --policy-document', {
        metavar: 'FILE',
        help: 'file that has the policy document; "-" is standard input',
      }),
    },
  ),
}

interface Given {
  readonly policyContent?: string | undefined
  readonly policyDocument?: string | undefined
}

/** The document, from the words themselves or from the file they name. */
export const givenDocument = async (
  { policyContent, policyDocument }: Given,
  context: Context,
): Promise<string> => {
  if (policyDocument === undefined) return policyContent ?? ''
  return (await context.read(policyDocument, { stdin: true })).toString('utf8')
}

// ---- lists of policies -----------------------------------------------------------------------------------------

export const listOptions = {
  policyName: option('-p --policy-name', { metavar: 'POLICY', help: 'only this policy' }),
  verbose: flag('-v --verbose', { help: 'show what the policies say as well' }),
  ...prettyPrint,
}

interface Listed {
  readonly policyName?: string | undefined
  readonly verbose: boolean
}

interface Names {
  readonly PolicyNames?: string[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

interface Source {
  readonly list: (page: { Marker?: string }) => Promise<Names>
  readonly read: (name: string) => Promise<{ PolicyDocument?: string | undefined }>
  /** How a document is printed. */
  readonly lines: (document: string | undefined) => Iterable<Row>
}

/**
 * Asks for the names of all policies, and with --verbose for each one's document, printing as they come: the name, which
 * one who asked for a single policy's text knows already, and the lines of the document.
 */
export const listedPolicies = async (
  { policyName, verbose }: Listed,
  context: Context,
  { list, read, lines }: Source,
): Promise<Names & { PolicyDocuments?: Record<string, string | undefined> }> => {
  const documents: Record<string, string | undefined> = {}
  const printing = async (page: { Marker?: string }): Promise<Names> => {
    const { PolicyNames = [], ...rest } = await list(page)
    const names = PolicyNames.filter(name => policyName === undefined || name === policyName)
    for (const name of names) {
      if (!verbose || policyName === undefined) await context.print(name)
      if (!verbose) continue
      const { PolicyDocument } = await read(name)
      documents[name] = PolicyDocument
      await context.print(...lines(PolicyDocument))
    }
    return { PolicyNames: names, ...rest }
  }
  const all = await everyPage(context, printing, 'PolicyNames', () => [])
  return { ...all, ...(verbose && { PolicyDocuments: documents }) }
}
