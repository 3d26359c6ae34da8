// SPDX-License-Identifier: BSD-2-Clause
import { accounts } from '../../cli/suites'
import { accountRow } from '../../rows/accounts'

export default accounts.command({
  summary: '[Eucalyptus only] List accounts',
  common: ['tabify', 'region', 'service-url', 'credentials'],
  options: {},
  call: iam => iam.listAccounts(),
  rows: ({ Accounts }) => (Accounts ?? []).map(accountRow),
})
