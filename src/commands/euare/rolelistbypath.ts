// SPDX-License-Identifier: BSD-2-Clause
import { everyPage } from '../../cli/euare/pages'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { arnLines } from '../../rows/plain'

export default euare.command({
  summary: 'List roles, all of them or those below a path',
  options: {
    prefix: option('-p --path-prefix', {
      metavar: 'PREFIX',
      help: 'list only roles whose paths begin with this',
    }),
  },
  call: (iam, { prefix }, context) =>
    everyPage(
      context,
      page => iam.listRoles({ PathPrefix: prefix, ...page }),
      'Roles',
      ({ Roles }) => arnLines(Roles),
    ),
})
