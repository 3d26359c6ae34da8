// SPDX-License-Identifier: BSD-2-Clause
// A role by as much of its ARN as was typed, and the variables that make one's shell act in it.
import type { Context } from '../context'
import { UsageError } from '../errors'
import { type Shell, setVariable } from './shell-code'

const front = ['arn', 'aws', 'iam', '']

/** `NAME`, `role/NAME`, `/PATH/NAME`, `ACCOUNT:NAME`, `iam::ACCOUNT:role/NAME`, … → the whole ARN. */
export const roleArn = (typed: string, account: () => string): string => {
  if (typed.startsWith('arn:')) return typed
  const parts = typed.split(':')
  const last = (parts.pop() ?? '').replace(/^\//, '')
  const resource = last.startsWith('role/') ? last : `role/${last}`
  const owner = parts.pop() || account()
  return [...front.slice(0, Math.max(0, front.length - parts.length)), ...parts, owner, resource].join(':')
}

const noAccount =
  'failed to determine account ID; set account-id for the user in configuration or EC2_USER_ID in the environment'

/** The account that a role is looked for in when the command line names none. */
export const ownAccount = async (context: Context): Promise<string | undefined> => {
  const settings = await context.settings()
  return settings.userOption('account-id') || context.io.env.EC2_USER_ID || settings.accountId()
}

/** The ARN of a role by what was typed. Throws UsageError when its account is not known. */
export const findRoleArn = async (typed: string, context: Context): Promise<string> => {
  const account = await ownAccount(context)
  return roleArn(typed, () => {
    if (!account) throw new UsageError(noAccount)
    return account
  })
}

interface Session {
  readonly keyId?: string | undefined
  readonly secret?: string | undefined
  readonly token?: string | undefined
  readonly expiration?: string | undefined
  readonly account?: string | undefined
  /** The session is the embedded cloud's, which the tools are told by a variable that the originals do not have. */
  readonly isEmbedded?: boolean
}

/**
 * Sets every variable that any release reads credentials from, so that none of the former ones remains beside the new
 * ones; without a session, unsets them all.
 */
export const sessionVariables = (
  shell: Shell,
  { keyId, secret, token, expiration, account, isEmbedded = false }: Session = {},
): string[] => {
  const variables = {
    AWS_ACCESS_KEY_ID: keyId,
    AWS_ACCESS_KEY: keyId,
    EC2_ACCESS_KEY: keyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SECRET_KEY: secret,
    EC2_SECRET_KEY: secret,
    AWS_SESSION_TOKEN: token,
    AWS_SECURITY_TOKEN: token,
    AWS_CREDENTIAL_EXPIRATION: expiration,
    EC2_USER_ID: account,
    AWS_CREDENTIAL_FILE: undefined,
    ...(isEmbedded && { MALLEE_SESSION: keyId }),
  }
  return Object.entries(variables).map(([name, value]) => setVariable(shell, name, value))
}
