// SPDX-License-Identifier: BSD-2-Clause
// Policies of users, groups and roles: inline ones and attached ones.
import type { Work } from './contracts'
import { documentText, inPlace, json, listOf, objectOf, required, text, texts, type ValuesOf } from './kinds'
import { removed } from './removal'
import { services } from './services'

export type Holder = 'User' | 'Group' | 'Role'

/** Of the three types that can have them. */
export const policyProperties = {
  ManagedPolicyArns: inPlace(texts),
  Policies: inPlace(listOf(objectOf({ PolicyDocument: required(json), PolicyName: required(text) }))),
} as const
export type HeldPolicies = ValuesOf<typeof policyProperties>

const absent = 'NoSuchEntity'

export const iamCall = <Output = object>(work: Work, operation: string, input: object): Output =>
  work.call<Output>(services.iam, operation, input)

/** Passed over when what it is about is gone. */
export const iamTake = (work: Work, operation: string, input: object): void => {
  removed(() => iamCall(work, operation, input), absent)
}

export const putPolicy = (
  work: Work,
  [holder, name]: readonly [Holder, string],
  PolicyName: string,
  document: Parameters<typeof documentText>[0],
): void => {
  const PolicyDocument = documentText(document)
  iamCall(work, `Put${holder}Policy`, { [`${holder}Name`]: name, PolicyName, PolicyDocument })
}

export const takePolicy = (work: Work, [holder, name]: readonly [Holder, string], PolicyName: string): void =>
  iamTake(work, `Delete${holder}Policy`, { [`${holder}Name`]: name, PolicyName })

export const attachPolicy = (
  work: Work,
  [holder, name]: readonly [Holder, string],
  PolicyArn: string,
): void => {
  iamCall(work, `Attach${holder}Policy`, { [`${holder}Name`]: name, PolicyArn })
}

export const detachPolicy = (
  work: Work,
  [holder, name]: readonly [Holder, string],
  PolicyArn: string,
): void => iamTake(work, `Detach${holder}Policy`, { [`${holder}Name`]: name, PolicyArn })

/** Those that are in the first list and not in the second. */
export const missingFrom = <T>(some: readonly T[] = [], others: readonly T[] = []): readonly T[] =>
  some.filter(one => !others.includes(one))

/** From the policies that somebody had to those that he is to have. */
export const changePolicies = (
  work: Work,
  who: readonly [Holder, string],
  are: HeldPolicies,
  were: HeldPolicies = {},
): void => {
  const names = (are.Policies ?? []).map(({ PolicyName }) => PolicyName)
  for (const { PolicyName } of were.Policies ?? []) {
    if (!names.includes(PolicyName)) takePolicy(work, who, PolicyName)
  }
  for (const { PolicyName, PolicyDocument } of are.Policies ?? []) {
    putPolicy(work, who, PolicyName, PolicyDocument)
  }
  for (const arn of missingFrom(were.ManagedPolicyArns, are.ManagedPolicyArns)) detachPolicy(work, who, arn)
  for (const arn of missingFrom(are.ManagedPolicyArns, were.ManagedPolicyArns)) attachPolicy(work, who, arn)
}
