// SPDX-License-Identifier: BSD-2-Clause
import type { Context } from '../context'
import { UsageError } from '../errors'
import { option } from '../options'

export const password = {
  password: option('-p --password', {
    help: 'the password; on a terminal it is asked for when not given, and so is seen nowhere',
  }),
}

/** Without a terminal there is nobody to ask. */
export const passwordRule = (
  { password }: { readonly password?: string | undefined },
  { io: { stdin, stdout } }: Context,
): void => {
  if (password === undefined && !(stdin.isTTY && stdout.isTTY))
    throw new UsageError('argument -p/--password is required')
}
