// SPDX-License-Identifier: BSD-2-Clause
// Callers who are no users: the engine itself, and whoever did not sign.
import type { Caller } from './operation'

export const systemCaller: Caller = {
  kind: 'system',
  account: '000000000000',
  accountAlias: '(eucalyptus)',
  canonicalId: '0'.repeat(64),
  userName: 'system',
  userId: '',
  arn: 'arn:aws:iam::000000000000:user/system',
  principalArn: '',
  accessKeyId: '',
  isCloudAdmin: true,
  isAccountAdmin: true,
}

/** Who did not sign. */
export const anonymousCaller: Caller = {
  ...systemCaller,
  kind: 'anonymous',
  account: '',
  accountAlias: '',
  canonicalId: '',
  userName: '',
  arn: '',
  isCloudAdmin: false,
  isAccountAdmin: false,
}
