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
import { sessionForgotten } from './sessions'

const getCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = tx => ({
  UserId: tx.caller.userId,
  Account: tx.caller.account,
  Arn: tx.caller.arn,
})

export const sts: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: operation(GetCallerIdentity$, getCallerIdentity, { access: 'everyone' }) },
  tasks: { 'session.forgotten': sessionForgotten },
}
