// SPDX-License-Identifier: BSD-2-Clause
// Alarms by their names and ARNs, which are as good as each other (engine-cloudformation-cloudwatch, part 2 §4), and what
// their operations ask of policies: the action on the alarm's ARN, whether there is one of the name or not.
import type { Demand } from '../access'
import type { Tx } from '../operation'
import { requestTags, resourceTags, type TagLike } from '../tag-conditions'
import type { Alarm } from './schema/alarms'

export const alarmArn = ({ account, name }: Pick<Alarm, 'account' | 'name'>): string =>
  `arn:aws:cloudwatch::${account}:alarm:${name}`

interface Named {
  readonly account: string
  readonly name: string
}

/** Which alarm is meant. An ARN is a possible name too, so that one of that name comes first. */
const meant = (tx: Tx, text: string): Named => {
  const own = { account: tx.caller.account, name: text }
  // AWS' ARNs have a region, which is none of an alarm's name here.
  const found = /^arn:aws:cloudwatch:[^:]*:(\d{12}):alarm:(.+)$/s.exec(text)
  if (!found || tx.alarms.get(text)) return own
  return { account: found[1] ?? '', name: found[2] ?? '' }
}

/** The alarm of a name or an ARN. Those of other accounts are there for the cloud's administrators alone. */
export const alarmNamed = (tx: Tx, text: string | undefined): Alarm | undefined => {
  if (!text) return undefined
  const { account, name } = meant(tx, text)
  if (account !== tx.caller.account && !tx.caller.isCloudAdmin) return undefined
  return tx.alarms.in(account).get(name)
}

/** Conditions may look at the tags of an alarm that there is. */
const alarmDemand = (tx: Tx, { account, name }: Named): Demand => ({
  resource: alarmArn({ account, name }),
  context: resourceTags(
    'cloudwatch',
    (tx.alarms.in(account).get(name)?.tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
  ),
})

const withContext = (demand: Demand, context: Demand['context']): Demand => ({
  ...demand,
  context: { ...demand.context, ...context },
})

/** `access: onAlarm('AlarmName')`: what a member names. What has no name yet is asked about as anything. */
export const onAlarm =
  <Member extends string>(member: Member) =>
  (tx: Tx, input: { readonly [M in Member]?: string | readonly string[] | undefined }): readonly Demand[] => {
    const value: string | readonly string[] | undefined = input[member]
    const names = typeof value === 'string' ? [value] : (value ?? [])
    if (names.length === 0) return [{ resource: '*' }]
    return names.map(name => alarmDemand(tx, meant(tx, name)))
  }

interface TagRequest {
  readonly ResourceARN: string | undefined
  readonly Tags?: readonly TagLike[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

/** The alarm whose tags are to be others. */
export const onTags = (tx: Tx, input: TagRequest): readonly Demand[] => {
  const { Tags = [], TagKeys = [] } = input
  const asked = requestTags([...Tags, ...TagKeys.map(Key => ({ Key }))])
  return onAlarm('ResourceARN')(tx, input).map(demand => withContext(demand, asked))
}

interface NewAlarm {
  readonly AlarmName: string | undefined
  readonly OKActions?: readonly string[] | undefined
  readonly AlarmActions?: readonly string[] | undefined
  readonly InsufficientDataActions?: readonly string[] | undefined
  readonly Tags?: readonly TagLike[] | undefined
}

/**
 * The alarm that is to be: here what looks like an ARN is a name. Conditions may look at what it will do, whatever state
 * that is for. Who gives it tags has to be allowed that as well.
 */
export const onNewAlarm = (tx: Tx, input: NewAlarm): readonly Demand[] => {
  const { AlarmName, OKActions = [], AlarmActions = [], InsufficientDataActions = [], Tags = [] } = input
  if (!AlarmName) return [{ resource: '*' }]
  const alarm = withContext(alarmDemand(tx, { account: tx.caller.account, name: AlarmName }), {
    'cloudwatch:AlarmActions': [...OKActions, ...AlarmActions, ...InsufficientDataActions],
  })
  if (Tags.length === 0) return [alarm]
  const tagged = withContext(alarm, requestTags(Tags))
  return [tagged, { ...tagged, action: 'cloudwatch:TagResource' }]
}

/** Whether the caller may see one of a list. Take it once for a list. */
export const mayAlarm = (tx: Tx): ((alarm: Named) => boolean) =>
  tx.permitsAll() ? () => true : alarm => tx.permits(alarmDemand(tx, alarm))
