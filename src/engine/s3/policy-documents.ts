// SPDX-License-Identifier: BSD-2-Clause
// Which documents may be a bucket's policy: what S3 asks of them beyond the policy language, in AWS' words.
import { refuse } from '../errors'
import { globOf, partsOf } from '../glob'
import { arnOf } from '../iam/arns'
import type { Tx } from '../operation'
import { policyProblem } from '../policy/document'
import { bucketActions, objectActions } from './rights'

const refusePolicy = (message: string): never => refuse('MalformedPolicy', message, 400)

// Limit of the S3 API.
const maximumBytes = 20 * 1024

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): Json => {
  if (!text.trimStart().startsWith('{')) {
    refusePolicy("Policies must be valid JSON and the first byte must be '{'")
  }
  if (Buffer.byteLength(text) > maximumBytes) {
    refusePolicy(`Normalized policy document exceeds the maximum allowed size of ${maximumBytes} bytes`)
  }
  try {
    return JSON.parse(text) as Json
  } catch {
    return refusePolicy('This policy contains invalid Json')
  }
}

const statementsOf = ({ Statement: given }: Json): readonly Json[] => {
  if (given === undefined) refusePolicy('Missing required field Statement')
  const statements = Array.isArray(given) ? given : [given]
  if (statements.length === 0) refusePolicy('Could not parse the policy: Statement is empty!')
  return statements.map(one => (isObject(one) ? one : refuseSyntax()))
}

const refuseSyntax = (): never => refusePolicy('Invalid policy syntax.')

const textsOf = (value: unknown): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map(one => (typeof one === 'string' ? one : refuseSyntax()))
}

/** The texts of an element or of its `Not…` form, of which a statement has one. */
const element = (statement: Json, name: string): readonly string[] => {
  const value = statement[name] ?? statement[`Not${name}`]
  if (value === undefined) refusePolicy(`Missing required field ${name}`)
  const texts = textsOf(value)
  if (texts.length === 0) refusePolicy(`Missing required field ${name} cannot be empty!`)
  return texts
}

/** What an action of a statement may be about. */
const subjectsOf = (action: string): { readonly buckets: boolean; readonly objects: boolean } => {
  if (action.length > 128) refusePolicy('Policy has invalid action')
  const matches = globOf(partsOf(action.toLowerCase()))
  const subjects = {
    buckets: bucketActions.some(name => matches(name)),
    objects: objectActions.some(name => matches(name)),
  }
  return subjects.buckets || subjects.objects ? subjects : refusePolicy('Policy has invalid action')
}

/** What a resource of a statement may be: the bucket, something in it, or with a wildcard both. */
const kindsOf = (
  bucket: string,
  resource: string,
): { readonly bucket: boolean; readonly objects: boolean } => {
  const name = resource.replace(/^arn:aws:s3:::/, '')
  if (name === resource || !name.startsWith(bucket)) refusePolicy('Policy has invalid resource')
  const rest = name.slice(bucket.length)
  if (rest !== '' && !/^[/*?]/.test(rest)) refusePolicy('Policy has invalid resource')
  return { bucket: rest === '' || rest === '*', objects: rest !== '' }
}

const checkSubjects = (bucket: string, statement: Json): void => {
  const actions = element(statement, 'Action').map(subjectsOf)
  const kinds = element(statement, 'Resource').map(resource => kindsOf(bucket, resource))
  if (statement.NotAction !== undefined || statement.NotResource !== undefined) return
  const hasBucket = kinds.some(kind => kind.bucket)
  const hasObjects = kinds.some(kind => kind.objects)
  for (const { buckets, objects } of actions) {
    if (!(buckets && hasBucket) && !(objects && hasObjects)) {
      refusePolicy('Action does not apply to any resource(s) in statement')
    }
  }
}

/** Whether there is whom a Principal's ARN names. */
const isKnownArn = (tx: Tx, arn: string): boolean => {
  const [, service = '', account = '', resource = ''] =
    /^arn:aws:(iam|sts)::(\d{12}):([^*?]+)$/.exec(arn) ?? []
  if (tx.accounts.get(account) === undefined) return false
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  if (service === 'sts') {
    const [kind, role = ''] = resource.split('/')
    return kind === 'federated-user' || (kind === 'assumed-role' && !!tx.roles.in(account).get(role))
  }
  if (resource === 'root') return true
  const kind = resource.startsWith('role/') ? 'role' : 'user'
  const holder = kind === 'role' ? tx.roles.in(account).get(name) : tx.users.in(account).get(name)
  return holder !== undefined && arnOf(kind, holder) === arn
}

const isKnownId = (tx: Tx, id: string): boolean =>
  /^A[A-Z0-9]{15,127}$/.test(id) &&
  tx.accounts.list().some(({ id: account }) => {
    const isSame = (holder: { readonly id: string }): boolean => holder.id === id
    return tx.users.in(account).list().some(isSame) || tx.roles.in(account).list().some(isSame)
  })

const isKnown: Readonly<Record<string, (tx: Tx, id: string) => boolean>> = {
  AWS: (tx, id) =>
    id === '*' ||
    (/^\d{12}$/.test(id) && tx.accounts.get(id) !== undefined) ||
    (id.startsWith('arn:') ? id.length <= 2048 && isKnownArn(tx, id) : isKnownId(tx, id)),
  CanonicalUser: (tx, id) => tx.accounts.list().some(({ canonicalId }) => canonicalId === id),
  Service: (_tx, id) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(id),
  Federated: (_tx, id) => /^(arn:aws:iam::\d{12}:(saml|oidc)-provider\/.+|[a-z0-9.-]+)$/.test(id),
}

const checkPrincipals = (tx: Tx, statement: Json): void => {
  const value = statement.Principal ?? statement.NotPrincipal
  if (value === undefined) refusePolicy('Missing required field Principal')
  if (value === '*') return
  if (!isObject(value)) return void refusePolicy('Invalid principal in policy')
  if (Object.keys(value).length === 0) refusePolicy('Missing required field Principal cannot be empty!')
  for (const [kind, given] of Object.entries(value)) {
    const known = Object.hasOwn(isKnown, kind) ? isKnown[kind] : undefined
    const ids = textsOf(given)
    if (ids.length === 0) refusePolicy('Missing required field Principal cannot be empty!')
    if (!known || !ids.every(id => known(tx, id))) refusePolicy('Invalid principal in policy')
  }
}

/** Refuse, with MalformedPolicy, what cannot be the policy of a bucket. */
export const checkBucketPolicy = (tx: Tx, bucket: string, text: string): void => {
  const document = parse(text)
  const { Version } = document
  if (Version !== undefined && Version !== '2008-10-17' && Version !== '2012-10-17') {
    refusePolicy('The policy must contain a valid version string')
  }
  for (const statement of statementsOf(document)) {
    const { Effect } = statement
    if (Effect === undefined) refusePolicy('Missing required field Effect')
    // Quotas are for policies of accounts and users.
    if (Effect !== 'Allow' && Effect !== 'Deny')
      refusePolicy(`Invalid effect: ${String(Effect).slice(0, 100)}`)
    checkPrincipals(tx, statement)
    checkSubjects(bucket, statement)
  }
  // What is wrong by the rules of the language itself, conditions above all.
  const problem = policyProblem(text, 'resource')
  if (problem !== undefined) refusePolicy(problem)
}

/** Keys by which a statement for everybody is after all for some: each with values that are no patterns. */
const narrowing = new Set([
  ...[
    'aws:sourceip',
    'aws:sourcearn',
    'aws:sourcevpc',
    'aws:sourcevpce',
    'aws:sourceowner',
    'aws:sourceaccount',
  ],
  ...['aws:userid', 'aws:principalarn', 'aws:principalaccount', 'aws:principalorgid'],
])

const isNarrow = ({ Condition }: Json): boolean =>
  isObject(Condition) &&
  Object.entries(Condition).some(
    ([operator, values]) =>
      /^(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/i.test(operator) &&
      isObject(values) &&
      Object.entries(values).some(
        ([key, value]) =>
          narrowing.has(key.toLowerCase()) &&
          textsOf(value).every(text => !/[*?]|\$\{|^0\.0\.0\.0\/0$|^::\/0$/.test(text)),
      ),
  )

const isForAll = ({ Principal, NotPrincipal }: Json): boolean =>
  NotPrincipal !== undefined ||
  Principal === '*' ||
  (isObject(Principal) && Principal.AWS !== undefined && textsOf(Principal.AWS).includes('*'))

/** What AWS calls public: a policy that was accepted, and allows something to everybody. */
export const isPublic = (text: string): boolean =>
  statementsOf(JSON.parse(text) as Json).some(
    statement => statement.Effect === 'Allow' && isForAll(statement) && !isNarrow(statement),
  )
