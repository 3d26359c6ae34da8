// SPDX-License-Identifier: BSD-2-Clause
import type { ContextEntry, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam'
import { append, exclusive, option } from '../cli/options'
import { euare } from '../cli/suites'
import type { IamClient } from '../clients'
import type { ExplainedResult } from '../clients/operations'
import { decisionRows, isAllowed } from '../rows/decisions'

const condition = (text: string): ContextEntry => {
  const at = text.indexOf('=')
  if (at < 1) throw new TypeError(`'${text}' must have form KEY=VALUE`)
  return { ContextKeyName: text.slice(0, at), ContextKeyValues: [text.slice(at + 1)] }
}

/** A key that is given several times has several values. */
const merged = (entries: readonly ContextEntry[]): ContextEntry[] => {
  const byName = new Map<string, ContextEntry>()
  for (const { ContextKeyName = '', ContextKeyValues = [] } of entries) {
    const slot = ContextKeyName.toLowerCase()
    const before = byName.get(slot)?.ContextKeyValues ?? []
    byName.set(slot, {
      ContextKeyName,
      ContextKeyValues: [...before, ...ContextKeyValues],
      ContextKeyType: 'stringList',
    })
  }
  return [...byName.values()]
}

interface Who {
  readonly user?: string | undefined
  readonly group?: string | undefined
  readonly role?: string | undefined
}

const arnOf = async (iam: IamClient, { user, group, role }: Who): Promise<string | undefined> => {
  if (user !== undefined) return (await iam.getUser({ UserName: user })).User?.Arn
  if (group !== undefined) return (await iam.getGroup({ GroupName: group })).Group?.Arn
  return (await iam.getRole({ RoleName: role })).Role?.Arn
}

const everyResult = async (
  iam: IamClient,
  request: SimulatePrincipalPolicyRequest,
): Promise<ExplainedResult[]> => {
  const results: ExplainedResult[] = []
  let marker: string | undefined
  do {
    const page = await iam.simulatePrincipalPolicy({
      ...request,
      UseResourcePolicies: true,
      ...(marker !== undefined && { Marker: marker }),
    })
    results.push(...(page.EvaluationResults ?? []))
    marker = page.Marker
  } while (marker !== undefined)
  return results
}

export default euare.command({
  summary: 'Show whether policies let somebody do something, and which statement decides',
  description:
    'The exit status is 0 when all that was asked is allowed, and 1 when any of it is denied. The lists of access of ' +
    'buckets and objects, and what roles say of who may assume them, are not asked, and quotas are not counted.',
  options: {
    who: exclusive(
      { required: true },
      {
        user: option('-u --user', { metavar: 'USER', help: 'the user who would do it' }),
        group: option('-g --group', { metavar: 'GROUP', help: 'a group, whose members would' }),
        role: option('--role', { metavar: 'ROLE', help: 'a role, somebody in which would' }),
      },
    ),
    action: append('-a --action', {
      metavar: 'ACTION',
      required: true,
      help: 'what would be done, such as ec2:RunInstances (required; may be repeated)',
    }),
    resource: append('-r --resource', {
      metavar: 'ARN',
      help: 'to what, such as arn:aws:s3:::BUCKET/KEY (may be repeated; default: *)',
    }),
    context: append('--context', {
      metavar: 'KEY=VALUE',
      type: condition,
      help: 'what else would be known of the request, such as aws:SourceIp=10.0.0.1 (may be repeated)',
    }),
  },
  call: async (iam, { action, resource, context, ...who }) =>
    everyResult(iam, {
      PolicySourceArn: await arnOf(iam, who),
      ActionNames: [...action],
      ...(resource.length > 0 && { ResourceArns: [...resource] }),
      ...(context.length > 0 && { ContextEntries: merged(context) }),
    }),
  rows: decisionRows,
  status: results => (results.every(isAllowed) ? 0 : 1),
})
