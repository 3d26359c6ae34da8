// SPDX-License-Identifier: BSD-2-Clause
// People who try what they may not, and what became of it.

import { havePolicy, haveUser } from '../engine/sts/people'
import type { Cloud, Services, Signer } from '../support/cloud'

export { havePolicy, haveRole, trusting } from '../engine/sts/people'

const document =
  (Effect: 'Allow' | 'Deny') =>
  (Action: string | readonly string[], Resource: string | readonly string[] = '*') =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] })

export const allowing = document('Allow')
export const denying = document('Deny')

export interface Person extends Services {
  readonly arn: string
  readonly credentials: Signer
  /** His one policy from now on. */
  may(policy: string): void
}

/** A new user of an account, with a key and without any policy. */
export const person = (c: Cloud, account: string, name: string): Person => {
  const { AccessKeyId = '', SecretAccessKey = '', arn } = haveUser(c, account, name)
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  return {
    ...c.signedBy(credentials),
    ...{ arn, credentials },
    may: policy => havePolicy(c, account, `user/${name}`, policy),
  }
}

/** `answered`, or the code of the refusal. */
export const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'answered',
    (error: { Code?: string; name: string }) => error.Code ?? error.name,
  )
