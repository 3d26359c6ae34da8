// SPDX-License-Identifier: BSD-2-Clause
import { list } from '../../cli/argument-types'
import { theGroup } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: 'Notify a topic of what happens to an auto-scaling group',
  options: {
    ...theGroup('to notify of'),
    types: option('-n --notification-types', {
      metavar: 'TYPE1,TYPE2,...',
      type: list,
      required: true,
      help: 'what to notify of (required)',
    }),
    topic: option('-t --topic-arn', {
      metavar: 'TOPIC',
      required: true,
      help: 'ARN of the topic to notify, or the HTTP URL to post to (required)',
    }),
  },
  call: (scaling, { group, types, topic }) =>
    scaling.putNotificationConfiguration({
      AutoScalingGroupName: group,
      NotificationTypes: types,
      TopicARN: topic,
    }),
})
