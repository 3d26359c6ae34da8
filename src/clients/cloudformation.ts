// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import {
  CancelUpdateStack$,
  ContinueUpdateRollback$,
  CreateStack$,
  DeleteStack$,
  DescribeStackEvents$,
  DescribeStackResource$,
  DescribeStackResources$,
  DescribeStacks$,
  GetTemplate$,
  GetTemplateSummary$,
  ListStackResources$,
  ListStacks$,
  UpdateStack$,
  ValidateTemplate$,
} from '@aws-sdk/client-cloudformation'
import type { CloudFormationClient } from './balancing-operations'
import type { Connection } from './connection'
import { methodsOf, querySender } from './query-client'

export const open = (connection: Connection): CloudFormationClient =>
  methodsOf<CloudFormationClient>(
    querySender(connection, { dialect: 'query', version: '2010-05-15', bare: false }),
    {
      cancelUpdateStack: CancelUpdateStack$,
      continueUpdateRollback: ContinueUpdateRollback$,
      createStack: CreateStack$,
      deleteStack: DeleteStack$,
      describeStackEvents: DescribeStackEvents$,
      describeStackResource: DescribeStackResource$,
      describeStackResources: DescribeStackResources$,
      describeStacks: DescribeStacks$,
      getTemplate: GetTemplate$,
      getTemplateSummary: GetTemplateSummary$,
      listStackResources: ListStackResources$,
      listStacks: ListStacks$,
      updateStack: UpdateStack$,
      validateTemplate: ValidateTemplate$,
    },
  )
