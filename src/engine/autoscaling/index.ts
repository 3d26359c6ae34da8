// SPDX-License-Identifier: BSD-2-Clause
// Auto Scaling.
//
// Missing
// - Lifecycle hooks, warm pools, instance refreshes, standby, predictive and target tracking scaling.
//
// Different on purpose
// - …
import { forgetNotifications } from '../notifications/log'
import { postNotifications } from '../notifications/posting'
import type { Service } from '../operation'
import { activityExpired } from './activities'
import { activityOperations } from './activity-operations'
import { measureGroup } from './group-metrics'
import { groupOperations } from './group-operations'
import { memberChanged } from './groups'
import { instanceOperations } from './instance-operations'
import { launchConfigurationOperations } from './launch-configuration-operations'
import { metricCollectionOperations } from './metric-collection'
import { notificationOperations } from './notification-operations'
import { deniedByAutoScaling } from './permissions'
import { policyOperations } from './policy-operations'
import { processOperations } from './process-operations'
import { invalid } from './refusals'
import { scheduleOperations } from './schedule-operations'
import { runScheduled } from './scheduling'
import { tagOperations } from './tag-operations'
import { tendGroup } from './tending'
import { typeOperations } from './types'

export const autoscaling: Service = {
  name: 'autoscaling',
  denied: deniedByAutoScaling,
  missing: member => invalid(`${member} is required`),
  operations: {
    ...groupOperations,
    ...launchConfigurationOperations,
    ...tagOperations,
    ...typeOperations,
    ...instanceOperations,
    ...activityOperations,
    ...policyOperations,
    ...scheduleOperations,
    ...processOperations,
    ...metricCollectionOperations,
    ...notificationOperations,
  },
  tasks: {
    'activity.expired': activityExpired,
    'autoscaling.instance-changed': memberChanged,
    'notification.forgotten': forgetNotifications,
  },
  chores: {
    'autoscaling.tend': tendGroup,
    'autoscaling.schedule': runScheduled,
    'autoscaling.measure': measureGroup,
  },
  jobs: { 'notification.post': postNotifications },
}
