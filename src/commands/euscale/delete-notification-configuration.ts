// SPDX-License-Identifier: BSD-2-Clause
import { ignoredForce, theGroup } from '../../cli/euscale/options'
import { option } from '../../cli/options'
import { scaling } from '../../cli/suites'

export default scaling.command({
  summary: "Delete an auto-scaling group's notification configuration",
  options: {
    ...theGroup('to notify of no more'),
    topic: option('-t --topic-arn', {
      metavar: 'TOPIC',
      required: true,
      help: 'ARN of the topic that was notified (required)',
    }),
    ...ignoredForce,
  },
  call: (scaling, { group, topic }) =>
    scaling.deleteNotificationConfiguration({ AutoScalingGroupName: group, TopicARN: topic }),
})
