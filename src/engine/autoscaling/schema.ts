// SPDX-License-Identifier: BSD-2-Clause
import { activityTables } from './schema/activities'
import { groupTables } from './schema/groups'
import { policyTables } from './schema/policies'

export const autoscalingTables = { ...groupTables, ...activityTables, ...policyTables }
