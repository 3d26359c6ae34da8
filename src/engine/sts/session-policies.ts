// SPDX-License-Identifier: BSD-2-Clause
// Policies that a session is given, beside those of whom it stands for: all that it may do must be allowed by both.
import { refuse } from '../errors'
import { managedDocument } from '../iam/managed-documents'
import type { Tx } from '../operation'
import { compiled } from '../policy/compiled'

const longestPolicy = 2048
const mostArns = 10

export interface PolicyWish {
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
}

const inlineOf = (text: string): string => {
  if (text.length > longestPolicy) {
    refuse(
      'ValidationError',
      "1 validation error detected: Value at 'policy' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${longestPolicy}`,
    )
  }
  compiled(text, 'identity')
  return text
}

/** A managed policy of the account that the session is in, or one of the cloud's own. */
const documentNamed = (tx: Tx, account: string, arn: string | undefined): string => {
  const isItsOwn = [account, 'aws'].includes((arn ?? '').split(':')[4] ?? '')
  const document = isItsOwn && arn ? managedDocument(tx, arn) : undefined
  return document ?? refuse('ValidationError', `Invalid policy ARN: ${arn ?? ''}`)
}

/** The documents that a request gives a session; undefined when it gives none. */
export const sessionPolicies = (
  tx: Tx,
  account: string,
  { Policy, PolicyArns = [] }: PolicyWish,
): readonly string[] | undefined => {
  if (PolicyArns.length > mostArns) {
    refuse('ValidationError', `The number of policy ARNs must be less than or equal to ${mostArns}`)
  }
  const documents = [
    ...(Policy === undefined || Policy === '' ? [] : [inlineOf(Policy)]),
    ...PolicyArns.map(({ arn }) => documentNamed(tx, account, arn)),
  ]
  return documents.length > 0 ? documents : undefined
}

/** How much of what there is room for they take, as a percentage. */
export const packedSize = ({ Policy = '', PolicyArns = [] }: PolicyWish): number | undefined => {
  const characters = Policy.length + PolicyArns.reduce((sum, { arn = '' }) => sum + arn.length, 0)
  return characters === 0 ? undefined : Math.min(100, Math.ceil((characters * 100) / longestPolicy))
}
