// SPDX-License-Identifier: BSD-2-Clause
// AWS::IAM::Policy, which puts one document to many users, groups and roles, and AWS::IAM::ManagedPolicy, which they are
// attached to.
import type { CreatePolicyResponse, CreatePolicyVersionResponse } from '@aws-sdk/client-iam'
import type { Work } from './contracts'
import {
  attachPolicy,
  detachPolicy,
  type Holder,
  iamCall,
  iamTake,
  putPolicy,
  takePolicy,
} from './identity-policies'
import { documentText, inPlace, json, required, resourceType, text, texts, type ValuesOf } from './kinds'
import { complete, removed } from './removal'

const holders = { Groups: inPlace(texts), Roles: inPlace(texts), Users: inPlace(texts) } as const

/** `Group/name` of each that is named. */
const heldBy = ({ Groups = [], Roles = [], Users = [] }: ValuesOf<typeof holders>): ReadonlySet<string> =>
  new Set([
    ...Groups.map(name => `Group/${name}`),
    ...Roles.map(name => `Role/${name}`),
    ...Users.map(name => `User/${name}`),
  ])

const parts = (held: string): readonly [Holder, string] => {
  const slash = held.indexOf('/')
  // As `heldBy` writes it.
  return [held.slice(0, slash) as Holder, held.slice(slash + 1)]
}

const putAll = (work: Work, held: ReadonlySet<string>, name: string, document: string): void => {
  for (const one of held) putPolicy(work, parts(one), name, document)
}

export const policy = resourceType({
  name: 'AWS::IAM::Policy',
  properties: {
    ...holders,
    PolicyDocument: required(inPlace(json)),
    PolicyName: required(inPlace(text)),
  },
  attributes: [],
  needsCapability: true,
  create: (work, values) => {
    putAll(work, heldBy(values), values.PolicyName, documentText(values.PolicyDocument))
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  update: (work, made, values, before) => {
    const held = heldBy(values)
    for (const one of heldBy(before)) {
      const stays = held.has(one) && values.PolicyName === before.PolicyName
      if (!stays) takePolicy(work, parts(one), before.PolicyName)
    }
    putAll(work, held, values.PolicyName, documentText(values.PolicyDocument))
    return made
  },
  remove: (work, _, values) => {
    for (const one of heldBy(values)) takePolicy(work, parts(one), values.PolicyName)
    return complete
  },
})

export const managedPolicy = resourceType({
  name: 'AWS::IAM::ManagedPolicy',
  properties: {
    ...holders,
    Description: text,
    ManagedPolicyName: text,
    Path: text,
    PolicyDocument: required(inPlace(json)),
  },
  attributes: ['PolicyArn', 'PolicyId'],
  needsCapability: true,
  create: (work, values) => {
    const { Policy } = iamCall<CreatePolicyResponse>(work, 'CreatePolicy', {
      PolicyName: values.ManagedPolicyName ?? work.newName(128),
      Path: values.Path,
      Description: values.Description,
      PolicyDocument: documentText(values.PolicyDocument),
    })
    const { Arn = '', PolicyId = '', DefaultVersionId = 'v1' } = Policy ?? {}
    for (const one of heldBy(values)) attachPolicy(work, parts(one), Arn)
    const attributes = { PolicyArn: Arn, PolicyId }
    return { physicalId: Arn, ref: Arn, attributes, memory: { version: DefaultVersionId } }
  },
  update: (work, made, values, before) => {
    const { physicalId: PolicyArn } = made
    const [are, were] = [heldBy(values), heldBy(before)]
    for (const one of were) if (!are.has(one)) detachPolicy(work, parts(one), PolicyArn)
    for (const one of are) if (!were.has(one)) attachPolicy(work, parts(one), PolicyArn)
    const PolicyDocument = documentText(values.PolicyDocument)
    if (PolicyDocument === documentText(before.PolicyDocument)) return made
    // Only five versions are kept: the one that is no longer the default goes.
    const request = { PolicyArn, PolicyDocument, SetAsDefault: true }
    const { PolicyVersion } = iamCall<CreatePolicyVersionResponse>(work, 'CreatePolicyVersion', request)
    iamTake(work, 'DeletePolicyVersion', { PolicyArn, VersionId: String(made.memory?.version) })
    return { ...made, memory: { version: PolicyVersion?.VersionId ?? '' } }
  },
  remove: (work, { physicalId: PolicyArn }, values) => {
    for (const one of heldBy(values)) detachPolicy(work, parts(one), PolicyArn)
    return removed(() => iamCall(work, 'DeletePolicy', { PolicyArn }), 'NoSuchEntity')
  },
})
