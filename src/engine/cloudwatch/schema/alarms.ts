// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'
import type { Dimension } from './metrics'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

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
}
