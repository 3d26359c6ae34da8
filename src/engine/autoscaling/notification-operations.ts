// SPDX-License-Identifier: BSD-2-Clause
// Who is told of what becomes of a group's instances. A topic is the ARN of one of SNS, which is kept in the log only, as
// there is no such service here; or the address of a web server, to which notifications are posted as well.
import {
  DeleteNotificationConfiguration$,
  type DeleteNotificationConfigurationType,
  DescribeNotificationConfigurations$,
  type DescribeNotificationConfigurationsAnswer,
  type DescribeNotificationConfigurationsType,
  PutNotificationConfiguration$,
  type PutNotificationConfigurationType,
} from '@aws-sdk/client-auto-scaling'
import { refuse } from '../errors'
import { isAddress } from '../notifications/log'
import { type Operation, type OperationEntry, operation } from '../operation'
import { groupNamed, mustGroup } from './arns'
import { listed, placeOf } from './group-lists'
import { putGroup } from './groups'
import { noticeTypes, tellTest } from './notices'
import { mayGroup, onGroup } from './permissions'
import { invalid } from './refusals'
import { checkFields, recordsPage, rules } from './validation'

const mostTopics = 10
const longestTopic = 255

const topicArn = /^arn:aws[a-z-]*:sns:[a-z0-9-]*:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/

const isPlainAddress = (text: string): boolean => {
  if (!isAddress(text) || /[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return false
  const { hostname, username, password } = new URL(text)
  // What is in an address is shown to everybody who may describe the group.
  return hostname !== '' && `${username}${password}` === ''
}

const checkTopic = (topic: string): void => {
  const isGood = topic.length <= longestTopic && (topicArn.test(topic) || isPlainAddress(topic))
  if (!isGood) invalid('Invalid parameter: TopicArn')
}

/** What was configured for the same topic is replaced. */
const putNotificationConfiguration: Operation<PutNotificationConfigurationType, {}> = (tx, input) => {
  const { AutoScalingGroupName, TopicARN: topic = '', NotificationTypes = [] } = input
  checkFields([['AutoScalingGroupName', AutoScalingGroupName, rules.nameOrArn]])
  const wrong = NotificationTypes.find(type => !(noticeTypes as readonly string[]).includes(type))
  if (wrong !== undefined) invalid(`"${wrong}" is not a valid Notification Type`)
  if (NotificationTypes.length === 0) invalid('NotificationTypes is required')
  checkTopic(topic)
  const group = mustGroup(tx, AutoScalingGroupName)
  const others = group.notifications.filter(one => one.topic !== topic)
  if (others.length >= mostTopics) refuse('LimitExceeded', `can't have more than ${mostTopics} topics`, 400)
  const types = noticeTypes.filter(type => NotificationTypes.includes(type))
  tellTest(tx, putGroup(tx, { ...group, notifications: [...others, { topic, types }] }), topic)
  return {}
}

/** One that is not there is no error. */
const deleteNotificationConfiguration: Operation<DeleteNotificationConfigurationType, {}> = (tx, input) => {
  const group = mustGroup(tx, input.AutoScalingGroupName)
  const notifications = group.notifications.filter(({ topic }) => topic !== input.TopicARN)
  if (notifications.length < group.notifications.length) putGroup(tx, { ...group, notifications })
  return {}
}

const describeNotificationConfigurations: Operation<
  DescribeNotificationConfigurationsType,
  DescribeNotificationConfigurationsAnswer
> = (tx, input) => {
  const { AutoScalingGroupNames: names = [] } = input
  const rows = listed(tx, names, tx.scalingGroups, groupNamed, mayGroup(tx)).flatMap(group =>
    group.notifications.flatMap(({ topic, types }) => types.map(type => ({ group, topic, type }))),
  )
  const { items, nextToken } = recordsPage(rows, input, ({ group, topic, type }) =>
    JSON.stringify([placeOf(group), topic, type]),
  )
  return {
    NotificationConfigurations: items.map(({ group, topic, type }) => ({
      AutoScalingGroupName: group.name,
      TopicARN: topic,
      NotificationType: type,
    })),
    ...(nextToken && { NextToken: nextToken }),
  }
}

const access = onGroup('AutoScalingGroupName')

export const notificationOperations: Readonly<Record<string, OperationEntry>> = {
  PutNotificationConfiguration: operation(PutNotificationConfiguration$, putNotificationConfiguration, {
    access,
  }),
  DeleteNotificationConfiguration: operation(
    DeleteNotificationConfiguration$,
    deleteNotificationConfiguration,
    { access },
  ),
  DescribeNotificationConfigurations: operation(
    DescribeNotificationConfigurations$,
    describeNotificationConfigurations,
  ),
}
