// SPDX-License-Identifier: BSD-2-Clause
// Auto Scaling.
//
// Missing
// - Lifecycle hooks, warm pools, instance refreshes, standby, predictive and target tracking scaling. Who asks what
//   hooks, pools, refreshes and traffic sources a group has is told that there are none.
// - Launch templates, mixed instances, spot instances, target groups and other traffic sources, placement groups;
//   maximum lifetimes, default warm-up, maintenance policies, deletion protection: requests that ask for one are refused.
//
// Different on purpose
// - Ten tags a group, as Eucalyptus; 500 groups and 200 launch configurations an account, as AWS. Eucalyptus had no limits but
//   those of policies, which hold as well.
// - The smallest size is compared with the largest also when one of them is 0; Eucalyptus' front end passed that over.
// - Without MaxRecords a list is whole, as in Eucalyptus; with it, pages are AWS'.
// - A spot price is kept and shown, and the instances are ordinary ones.
// - A launch is an activity until its instance is in service, as with AWS, or for five minutes; Eucalyptus' ended with EC2's
//   answer. A termination ends with EC2's answer, and the instance has left the group by then.
// - Instances go to those subnets of a zone that have fewest of the group. What is in a subnet that the group does not name any more
//   stays there, unless it has to leave the zone; AWS moves it.
// - A zone that has no room for the type is passed over at once; Eucalyptus tried it for five minutes.
// - Instances that cannot start count as launches that fail: the next ones wait longer and longer.
// - Termination protection of EC2 and the account's policies hold for users. What the group ends, ends.
// - Load balancers know an instance when it runs, whether its zone is enabled there or not; what they have not checked yet is no
//   reason to replace it. What the group ends leaves them without draining. Names of those that are gone are passed over.
// - A group that is deleted by force is gone at once, so that none is ever shown with the status of being deleted.
// - One who may not touch a thing is told that it is not there; whoever may not make it, or has no right to the action at
//   all, gets UnauthorizedOperation.
import { forgetNotifications } from '../notifications/log'
import { postNotifications } from '../notifications/posting'
import type { Service } from '../operation'
import { absentOperations } from './absent-operations'
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
    ...absentOperations,
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
