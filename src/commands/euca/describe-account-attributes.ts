// SPDX-License-Identifier: BSD-2-Clause
import type { AccountAttributeName } from '@aws-sdk/client-ec2'
import { someOf } from '../../cli/ec2/given'
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { accountAttributeRows } from '../../rows/account-attributes'

export default ec2.command({
  summary: 'Show attributes of your account',
  options: {
    attribute: positional('ATTRIBUTE', { nargs: '*', help: 'limit results to specific account attributes' }),
  },
  call: (ec2, { attribute }) =>
    // Clouds have names of their own beside those of the SDK's list.
    ec2.describeAccountAttributes({
      AttributeNames: someOf(attribute) as AccountAttributeName[] | undefined,
    }),
  rows: ({ AccountAttributes }) => accountAttributeRows(AccountAttributes),
})
