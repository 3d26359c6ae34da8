// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { namedRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: 'List what topics can be notified of',
  options: {},
  call: scaling => scaling.describeAutoScalingNotificationTypes(),
  rows: ({ AutoScalingNotificationTypes }) => namedRows('NOTIFICATION-TYPE', AutoScalingNotificationTypes),
})
