// SPDX-License-Identifier: BSD-2-Clause
// Who asks, whose a key is, and why something was refused.
import type {
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { decodeAuthorizationMessage } from '../authorization-messages'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { refusePassword } from './refusals'

export const getCallerIdentity: Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> = tx => ({
  UserId: tx.caller.userId,
  Account: tx.caller.account,
  Arn: tx.caller.arn,
})

export const getAccessKeyInfo: Operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = (
  tx,
  { AccessKeyId: id = '' },
) => {
  refusePassword(tx.caller)
  const key = tx.accessKeys.get(id) ?? tx.sessions.get(id)
  return key
    ? { Account: key.account }
    : refuse('ValidationError', `Access Key ID ${id} is not valid or does not exist.`)
}

export const decodeMessage: Operation<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
> = (tx, { EncodedMessage = '' }) => {
  refusePassword(tx.caller)
  const document = decodeAuthorizationMessage(tx, EncodedMessage)
  return document === undefined
    ? refuse(
        'InvalidAuthorizationMessageException',
        'The specified encoded authorization message is invalid.',
        400,
      )
    : { DecodedMessage: document }
}
