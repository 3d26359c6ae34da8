// SPDX-License-Identifier: BSD-2-Clause
import { userOrSelf } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { euare } from '../../cli/suites'
import { keyRows } from '../../rows/access-keys'

export default euare.command({
  summary: "List a user's access keys and their states",
  options: { ...userOrSelf },
  call: (iam, { user }, context) =>
    everyPage(
      context,
      page => iam.listAccessKeys({ UserName: user, ...page }),
      'AccessKeyMetadata',
      ({ AccessKeyMetadata }) => keyRows(AccessKeyMetadata),
    ),
})
