// SPDX-License-Identifier: BSD-2-Clause
// The token service.
//
// Missing: sessions, roles, federation; there are no temporary keys yet.
// Different on purpose: nothing.
import {
  GetCallerIdentity$,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { type Operation, operation, type Service } from '../operation'

const getCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = tx => ({
  UserId: tx.users.must(tx.caller.userName).id,
  Account: tx.caller.account,
  Arn: tx.caller.arn,
})

export const sts: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: operation(GetCallerIdentity$, getCallerIdentity) },
}
