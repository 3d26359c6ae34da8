// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { euare } from '../../cli/suites'
import { indentedArns, plain } from '../../rows/plain'

export default euare.command({
  summary: "List a group's users",
  options: { ...group },
  call: (iam, { group }, context) =>
    everyPage(
      context,
      page => iam.getGroup({ GroupName: group, ...page }),
      'Users',
      ({ Group, Users }, isFirst) => [
        ...(isFirst ? [plain(Group?.Arn), '   users'] : []),
        ...indentedArns(Users),
      ],
    ),
})
