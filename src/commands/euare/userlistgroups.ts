// SPDX-License-Identifier: BSD-2-Clause
import { user } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { euare } from '../../cli/suites'
import { arnLines } from '../../rows/plain'

export default euare.command({
  summary: 'List the groups a user is in',
  options: { ...user },
  call: (iam, { user }, context) =>
    everyPage(
      context,
      page => iam.listGroupsForUser({ UserName: user, ...page }),
      'Groups',
      ({ Groups }) => arnLines(Groups),
    ),
})
