// SPDX-License-Identifier: BSD-2-Clause
import { accounts } from '../../cli/suites'
import { text } from '../../rows/cell'

export default accounts.command({
  summary: 'Show whether users come from a directory, and whether they are those of the directory',
  common: ['tabify', 'region', 'service-url', 'credentials'],
  options: {},
  call: iam => iam.getLdapSyncStatus(),
  rows: ({ SyncEnabled, InSync }) => [
    ['SyncEnabled', text(SyncEnabled)],
    ['InSync', text(InSync)],
  ],
})
