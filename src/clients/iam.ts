// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import { GetUser$, ListAccountAliases$ } from '@aws-sdk/client-iam'
import type { Connection } from './connection'
import type { IamClient } from './operations'
import { methodsOf, querySender } from './query-client'

export const open = (connection: Connection): IamClient =>
  methodsOf<IamClient>(querySender(connection, { dialect: 'query', version: '2010-05-08', bare: false }), {
    getUser: GetUser$,
    listAccountAliases: ListAccountAliases$,
  })
