// SPDX-License-Identifier: BSD-2-Clause
import { alarmTables } from './schema/alarms'
import { metricTables } from './schema/metrics'

export const cloudwatchTables = { ...metricTables, ...alarmTables }
