// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import type { Orderer } from '../../iam/callers'
import { table } from '../../store/table'
import type { Dimension } from './metrics'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** What periods without data stand for. Without a word about it alarms are judged in another way (alarm-states.ts). */
export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing'

/** Who asked for something that is done later. */
export interface OrderedBy {
  /** '' in the session of a role. */
  readonly userName: string
  readonly orderer?: Orderer
}

export interface Alarm {
  readonly account: string
  readonly name: string
  readonly description?: string
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: readonly Dimension[]
  readonly statistic: 'Average' | 'Sum' | 'SampleCount' | 'Maximum' | 'Minimum'
  readonly unit?: string
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  /** Of the evaluation periods; all of them if not said otherwise. */
  readonly datapointsToAlarm?: number
  readonly treatMissing?: MissingData
  readonly comparison: string
  readonly threshold: number
  readonly actionsEnabled: boolean
  readonly okActions: readonly string[]
  readonly alarmActions: readonly string[]
  readonly insufficientDataActions: readonly string[]
  readonly state: AlarmState
  readonly stateReason: string
  /** JSON. */
  readonly stateReasonData?: string
  readonly stateUpdatedAt: Date
  readonly configurationUpdatedAt: Date
  readonly createdAt: Date
  /** When the actions of the state were last run: those of scaling are run again each period. */
  readonly actedAt?: Date
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
  /** Who said last what the alarm is to be. */
  readonly orderedBy?: OrderedBy
}

export interface AlarmHistoryItem {
  readonly account: string
  readonly alarmName: string
  readonly at: Date
  /** Orders those of one moment. */
  readonly sequence: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  readonly summary: string
  /** JSON. */
  readonly data: string
}

/** An action that an alarm has called for and that has not been carried out yet. */
export interface CalledAction {
  readonly account: string
  readonly alarmName: string
  readonly sequence: number
  readonly arn: string
  /** What the alarm saw, for policies with steps; nothing when somebody set its state. */
  readonly value?: number
  readonly threshold: number
  /** Of the alarm's metric. */
  readonly instanceId?: string
  readonly stateUpdatedAt: Date
  readonly orderedBy?: OrderedBy
}

/** When the alarms of an account are looked at next. */
export interface AlarmPlan {
  readonly account: string
  /** ms */
  readonly at: number
  /** The alarm whose turn it is to repeat its actions, if the last look had enough of them. */
  readonly repeatsFrom?: string
}

export const alarmTables = {
  alarms: table<Alarm>({
    scope: 'account',
    key: ({ name }) => name,
    missing: name => refuse('ResourceNotFound', `Could not find alarm with name '${name}'`, 404),
  }),
  // Newest first.
  alarmHistory: table<AlarmHistoryItem>({
    scope: 'account',
    key: ({ at, sequence }) => [-at.getTime(), -sequence],
    large: true,
  }),
  // Oldest first.
  calledActions: table<CalledAction>({ scope: 'account', key: ({ sequence }) => sequence, large: true }),
  alarmPlans: table<AlarmPlan>({ scope: 'cloud', key: ({ account }) => account }),
}
