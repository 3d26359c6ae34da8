// SPDX-License-Identifier: BSD-2-Clause

import {
  configurationOptions,
  createAccessKey,
  type MadeKey,
  newAccessKey,
  writeConfig,
} from '../../cli/euare/access-keys'
import { accountHabit } from '../../cli/euare/names'
import { positional } from '../../cli/options'
import { accounts } from '../../cli/suites'
import { madeKeyRows } from '../../rows/access-keys'
import { accountRow } from '../../rows/accounts'
import { required } from '../../rows/plain'
import type { CreateAccountResponse } from '../../schemas/euare'

type Created = CreateAccountResponse & MadeKey

export default accounts.command({
  summary: '[Eucalyptus only] Create an account, with a user "admin" who administers it',
  common: ['tabify', 'region', 'service-url', 'credentials'],
  options: {
    account: positional('ACCOUNT', {
      nargs: '?',
      help: "name of the new account (default: the account's number)",
    }),
    accountHabit,
    ...createAccessKey,
    ...writeConfig,
    ...configurationOptions,
  },
  call: async (iam, args, context): Promise<Created> => {
    const created = await iam.createAccount({ AccountName: args.account })
    if (!args.createAccessKey && !args.writeConfig) return created
    // Without a number it would be one's own administrator who got a key.
    const administrator = iam.as(required(created.Account?.AccountId, 'AccountId'))
    return { ...created, ...(await newAccessKey(administrator, 'admin', args, context)) }
  },
  rows: (made, { createAccessKey, writeConfig }) => [
    ...(writeConfig ? [] : [accountRow(made.Account)]),
    ...(createAccessKey || writeConfig ? madeKeyRows(made) : []),
  ],
})
