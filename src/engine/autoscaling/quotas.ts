// SPDX-License-Identifier: BSD-2-Clause
// How much of Auto Scaling an account may have: AWS' limits, and those of policies, `Limit` statements on
// `autoscaling:quota-…` (engine-iam-elb, part 1 §5). A policy of the account limits what is the account's, one of a user
// what he made. Cloud administrators have AWS' limits only.
import { creatorOf } from '../ec2/quotas'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { configurationArn, groupArn, policyArn } from './arns'

interface Counted {
  readonly createdBy?: string
}

interface Quota {
  /** Eucalyptus' name of the kind: `autoscaling:quota-<type>number`. */
  readonly type: string
  readonly action: string
  /** AWS' limit. */
  readonly most: number
  readonly any: (account: string) => string
  readonly records: (tx: Tx) => readonly Counted[]
}

const any = { id: '*', name: '*' }

const quotas = {
  groups: {
    ...{ type: 'autoscalinggroup', action: 'autoscaling:CreateAutoScalingGroup', most: 500 },
    any: account => groupArn({ account, ...any }),
    records: tx => tx.scalingGroups.list(),
  },
  launchConfigurations: {
    ...{ type: 'launchconfiguration', action: 'autoscaling:CreateLaunchConfiguration', most: 200 },
    any: account => configurationArn({ account, ...any }),
    records: tx => tx.launchConfigurations.list(),
  },
  policies: {
    ...{ type: 'scalingpolicy', action: 'autoscaling:PutScalingPolicy', most: Number.POSITIVE_INFINITY },
    any: account => policyArn({ account, groupName: '*', ...any }),
    records: tx => tx.scalingPolicies.list(),
  },
} as const satisfies Readonly<Record<string, Quota>>

export type QuotaName = keyof typeof quotas

/** How many the caller's account may have of these, and how many it has. */
export const limitsOf = (
  tx: Tx,
  name: QuotaName,
): { readonly most: number; readonly count: number; readonly isReached: boolean } => {
  const { type, action, most, any, records }: Quota = quotas[name]
  const all = records(tx)
  const limits = tx
    .limits(`autoscaling:quota-${type}number`, { resource: any(tx.caller.account), action })
    .filter(({ scope }) => scope !== 'group')
  const own = all.filter(({ createdBy }) => createdBy === creatorOf(tx.caller))
  return {
    most: Math.min(most, ...limits.filter(({ scope }) => scope === 'account').map(limit => limit.most)),
    count: all.length,
    isReached:
      all.length >= most || limits.some(limit => (limit.scope === 'user' ? own : all).length >= limit.most),
  }
}

/** Refuse one more. */
export const checkQuota = (tx: Tx, name: QuotaName): void => {
  if (limitsOf(tx, name).isReached) {
    refuse('LimitExceeded', `Request would exceed quota for type: ${quotas[name].type}`, 400)
  }
}
