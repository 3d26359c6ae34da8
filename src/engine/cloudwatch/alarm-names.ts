// SPDX-License-Identifier: BSD-2-Clause
// Alarms by their names and ARNs, which are as good as each other (engine-cloudformation-cloudwatch, part 2 §4), and what
// their operations ask of policies: the action on the alarm's ARN, whether there is one of the name or not.
import type { Demand } from '../access'
import type { Tx } from '../operation'
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

export const alarmDemand = (alarm: Named): Demand => ({ resource: alarmArn(alarm) })

/** `access: onAlarm('AlarmName')`: what a member names. What has no name yet is asked about as anything. */
export const onAlarm =
  <Member extends string>(member: Member) =>
  (tx: Tx, input: { readonly [M in Member]?: string | readonly string[] | undefined }): readonly Demand[] => {
    const value: string | readonly string[] | undefined = input[member]
    const names = typeof value === 'string' ? [value] : (value ?? [])
    if (names.length === 0) return [{ resource: '*' }]
    return names.map(name => alarmDemand(meant(tx, name)))
  }

/** The alarm that is to be: here what looks like an ARN is a name. */
export const onNewAlarm = (
  tx: Tx,
  { AlarmName }: { readonly AlarmName: string | undefined },
): readonly Demand[] => [
  AlarmName ? alarmDemand({ account: tx.caller.account, name: AlarmName }) : { resource: '*' },
]

/** Whether the caller may see one of a list. Take it once for a list. */
export const mayAlarm = (tx: Tx): ((alarm: Named) => boolean) =>
  tx.permitsAll() ? () => true : alarm => tx.permits(alarmDemand(alarm))
