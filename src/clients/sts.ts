// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import { AssumeRole$, GetCallerIdentity$ } from '@aws-sdk/client-sts'
import type { Connection } from './connection'
import type { StsClient } from './operations'
import { methodsOf, querySender } from './query-client'

export const open = (connection: Connection): StsClient =>
  methodsOf<StsClient>(querySender(connection, { dialect: 'query', version: '2011-06-15', bare: false }), {
    assumeRole: AssumeRole$,
    getCallerIdentity: GetCallerIdentity$,
  })
