// SPDX-License-Identifier: BSD-2-Clause
// What policies would say: of somebody's own, or of documents that are given. It asks what every request asks
// (policy/decide.ts), so that the answer is the answer.
import type {
  ContextEntry,
  EvaluationResult,
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
  PolicyEvaluationDecisionType,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
  Statement as StatementView,
} from '@aws-sdk/client-iam'
import type { ResultAdditions, SimulationAdditions, StatementAdditions } from '../../schemas/simulation'
import { contextOf } from '../authority'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { compiled } from '../policy/compiled'
import type {
  Context,
  Decision,
  Match,
  NamedPolicy,
  Principal,
  ResourceSide,
  Standing,
} from '../policy/contracts'
import { decide } from '../policy/decide'
import { policyProblem } from '../policy/document'
import { placeOf } from '../policy/json'
import { judge } from '../policy/judge'
import type { PolicyKind } from '../policy/statement'
import { type MarkerRequest, markedPage } from './marked-pages'
import { type Simulated, simulatedBy } from './simulated-callers'

// What AWS' service takes at once.
const mostPolicies = 100
const mostQuestions = 10_000

const invalidInput = (message: string): never => refuse('InvalidInput', message, 400)

const givenPolicy = (
  text: string,
  name: string,
  type: NamedPolicy['type'],
  kind: PolicyKind,
): NamedPolicy => {
  const problem = policyProblem(text, kind)
  if (problem !== undefined) invalidInput(`Invalid Input ${name}: ${problem}`)
  return { name, type, policy: compiled(text, kind) }
}

/** Documents of a request, called as AWS calls them: `PolicyInputList.1`. */
const givenPolicies = (
  texts: readonly string[] | undefined,
  list: string,
  type: NamedPolicy['type'] = 'user',
): NamedPolicy[] => {
  if ((texts?.length ?? 0) > mostPolicies) invalidInput(`Too many policies in ${list}`)
  return (texts ?? []).map((text, index) => givenPolicy(text, `${list}.${index + 1}`, type, 'identity'))
}

const givenContext = (entries: readonly ContextEntry[] | undefined): Context =>
  contextOf(
    Object.fromEntries(
      (entries ?? []).flatMap(({ ContextKeyName: name, ContextKeyValues: values }) =>
        name ? [[name, values ?? []]] : [],
      ),
    ),
  )

/** `arn:aws:iam::123456789012:root`, or the number alone. */
const accountGiven = (owner: string | undefined): string | undefined => {
  if (owner === undefined) return undefined
  const [, account] = /^(?:arn:aws:iam::)?(\d{12})(?::.*)?$/.exec(owner) ?? []
  return account ?? invalidInput(`Invalid resource owner ${owner}`)
}

const callerGiven = (arn: string | undefined): Principal[] | undefined => {
  if (arn === undefined) return undefined
  const [, account] = /^arn:aws:(?:iam|sts)::(\d{12}):\S+$/.exec(arn) ?? []
  if (account === undefined) return invalidInput(`Invalid caller ARN ${arn}`)
  return [arn, `arn:aws:iam::${account}:root`].map(id => ({ type: 'AWS', id }))
}

interface Ask extends MarkerRequest {
  readonly ActionNames?: readonly string[] | undefined
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly ContextEntries?: readonly ContextEntry[] | undefined
}

const checkQuestions = ({ ActionNames, ResourceArns }: Ask): readonly (readonly [string, string])[] => {
  const actions = ActionNames ?? []
  const resources = ResourceArns?.length ? ResourceArns : ['*']
  if (actions.length === 0) invalidInput('No action names')
  for (const action of actions) {
    if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action)) invalidInput(`'${action}' is not a valid action`)
  }
  for (const resource of resources) {
    if (resource !== '*' && !/^arn:([^:]*:){4}./s.test(resource))
      invalidInput(`'${resource}' is not a valid ARN`)
  }
  if (actions.length * resources.length > mostQuestions) invalidInput('Too many actions and resources')
  return actions.flatMap(action => resources.map(resource => [action, resource] as const))
}

const typeNames: Readonly<Partial<Record<NamedPolicy['type'], StatementView['SourcePolicyType']>>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  managed: 'user-managed',
  boundary: 'user-managed',
  resource: 'resource',
}

const statementView = ({ from, statement }: Match): StatementView & StatementAdditions => {
  const { source } = from.policy
  const place = (offset: number) => {
    const { line, column } = placeOf(source, offset)
    return { Line: line, Column: column }
  }
  return {
    SourcePolicyId: from.name,
    SourcePolicyType: from.name.startsWith('arn:aws:iam::aws:')
      ? 'aws-managed'
      : (typeNames[from.type] ?? 'none'),
    StartPosition: place(statement.start),
    EndPosition: place(statement.end),
    ...(statement.sid !== undefined && { Sid: statement.sid }),
    Text: source.slice(statement.start, statement.end),
  }
}

const verdictName = ({ allowed, reason }: Decision): PolicyEvaluationDecisionType => {
  if (allowed) return 'allowed'
  return reason === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny'
}

const policiesOf = ({ identityPolicies, accountPolicies, boundary = [], sessionPolicies = [] }: Standing) => [
  ...identityPolicies,
  ...accountPolicies,
  ...boundary,
  ...sessionPolicies,
]

/** Keys that policies look at: all, or those of the statements that speak of an action. */
const keysOf = (policies: readonly NamedPolicy[], action?: string): string[] => {
  const keys = new Map<string, string>()
  for (const { policy } of policies) {
    for (const statement of policy.statements) {
      if (action !== undefined && !statement.matchesAction(action)) continue
      for (const key of statement.keys) {
        if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key)
      }
    }
  }
  return [...keys.values()]
}

const missingFor = (policies: readonly NamedPolicy[], action: string, context: Context): string[] =>
  keysOf(policies, action).filter(key => !Object.hasOwn(context, key.toLowerCase()))

const simulated = (
  input: Ask,
  { standing, facts }: Simulated,
  sideOf: (resource: string) => ResourceSide,
): SimulatePolicyResponse => {
  const context = { ...facts, ...givenContext(input.ContextEntries) }
  const questions = checkQuestions(input).map((question, index) => ({ question, index }))
  // Only what is shown is worked out.
  const { items, ...rest } = markedPage(
    questions,
    { ...input, MaxItems: input.MaxItems ?? 100 },
    ({ index }) => String(index).padStart(6, '0'),
  )
  const results = items.map(({ question: [action, resource] }): EvaluationResult & ResultAdditions => {
    const side = sideOf(resource)
    const decision = decide(standing, { action, resource, context }, side)
    const policies = [...policiesOf(standing), ...(side.policy ? [side.policy] : [])]
    return {
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: verdictName(decision),
      MatchedStatements: decision.by.map(statementView),
      MissingContextValues: missingFor(policies, action, context),
      ...(standing.boundary && {
        PermissionsBoundaryDecisionDetail: {
          AllowedByPermissionsBoundary:
            judge(standing.boundary, { action, resource, context }).effect === 'allow',
        },
      }),
      EvalDecisionReason: decision.reason,
    }
  })
  return { EvaluationResults: results, ...rest }
}

const givenSide = ({ ResourcePolicy, ResourceOwner }: Ask): ResourceSide => ({
  owner: accountGiven(ResourceOwner),
  policy:
    ResourcePolicy === undefined
      ? undefined
      : givenPolicy(ResourcePolicy, 'ResourcePolicy', 'resource', 'resource'),
})

/** Whose a resource is, and what its policy says: of buckets of whoever asks, or all where it is the cloud's administrator. */
const knownSide = (tx: Tx, resource: string): ResourceSide => {
  const [, , service, , account = '', ...rest] = resource.split(':')
  if (service !== 's3') return { owner: /^\d{12}$/.test(account) ? account : undefined }
  const bucket = tx.buckets.get(rest.join(':').split('/')[0] ?? '')
  if (!bucket || (!tx.caller.isCloudAdmin && bucket.owner.account !== tx.caller.account)) return {}
  return {
    owner: bucket.owner.account,
    policy:
      bucket.policy === undefined
        ? undefined
        : {
            name: `arn:aws:s3:::${bucket.name}`,
            type: 'resource',
            policy: compiled(bucket.policy, 'resource'),
          },
  }
}

export const simulatePrincipalPolicy: Operation<
  SimulatePrincipalPolicyRequest & SimulationAdditions,
  SimulatePolicyResponse
> = (tx, input) => {
  const { standing, facts } = simulatedBy(tx, input.PolicySourceArn ?? '')
  const boundary = input.PermissionsBoundaryPolicyInputList
  const principals = callerGiven(input.CallerArn)
  const whole: Standing = {
    ...standing,
    ...(principals && { principals }),
    identityPolicies: [
      ...standing.identityPolicies,
      ...givenPolicies(input.PolicyInputList, 'PolicyInputList'),
    ],
    ...(boundary?.length && {
      boundary: givenPolicies(boundary, 'PermissionsBoundaryPolicyInputList', 'boundary'),
    }),
  }
  const given = givenSide(input)
  return simulated(input, { standing: whole, facts }, resource =>
    input.UseResourcePolicies ? { ...knownSide(tx, resource), ...definedOf(given) } : given,
  )
}

const definedOf = ({ owner, policy }: ResourceSide): ResourceSide => ({
  ...(owner !== undefined && { owner }),
  ...(policy && { policy }),
})

export const simulateCustomPolicy: Operation<SimulateCustomPolicyRequest, SimulatePolicyResponse> = (
  tx,
  input,
) => {
  const { account } = tx.caller
  const boundary = input.PermissionsBoundaryPolicyInputList
  const standing: Standing = {
    isUnbound: false,
    isAccountAdmin: false,
    account,
    principals: callerGiven(input.CallerArn) ?? [],
    accountPolicies: [],
    identityPolicies: givenPolicies(input.PolicyInputList, 'PolicyInputList'),
    ...(boundary?.length && {
      boundary: givenPolicies(boundary, 'PermissionsBoundaryPolicyInputList', 'boundary'),
    }),
  }
  return simulated(input, { standing, facts: {} }, () => givenSide(input))
}

const contextKeys = (policies: readonly NamedPolicy[]): GetContextKeysForPolicyResponse => ({
  ContextKeyNames: keysOf(policies),
})

export const getContextKeysForPrincipalPolicy: Operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
> = (tx, input) =>
  contextKeys([
    ...policiesOf(simulatedBy(tx, input.PolicySourceArn ?? '').standing),
    ...givenPolicies(input.PolicyInputList, 'PolicyInputList'),
  ])

export const getContextKeysForCustomPolicy: Operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
> = (_, { PolicyInputList }) => contextKeys(givenPolicies(PolicyInputList, 'PolicyInputList'))
