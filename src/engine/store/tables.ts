// SPDX-License-Identifier: BSD-2-Clause
// Every table of the cloud, in one place, so that a transaction can name them.
import { autoscalingTables } from '../autoscaling/schema'
import { bytesTables } from '../bytes/schema'
import { cloudformationTables } from '../cloudformation/schema'
import { cloudwatchTables } from '../cloudwatch/schema'
import { ebsTables } from '../ebs/schema'
import { ec2Tables } from '../ec2/schema'
import { elbTables } from '../elb/schema'
import { iamTables } from '../iam/schema'
import { nodeTables } from '../node/schema'
import { notificationTables } from '../notifications/schema'
import { s3Tables } from '../s3/schema'
import type { TablesOf } from './table'
import { workTables } from './work'

export const tables = {
  ...workTables,
  ...bytesTables,
  ...iamTables,
  ...s3Tables,
  ...ec2Tables,
  ...ebsTables,
  ...nodeTables,
  ...autoscalingTables,
  ...cloudwatchTables,
  ...notificationTables,
  ...elbTables,
  ...cloudformationTables,
}

export type Tables = TablesOf<typeof tables>
