// SPDX-License-Identifier: BSD-2-Clause
import { everyPage } from '../../cli/euare/pages'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { arnLines } from '../../rows/plain'

export default euare.command({
  summary: 'List users, all of them or those below a path',
  options: {
    path: option('-p --path-prefix', { metavar: 'PREFIX', help: 'only users whose paths begin so' }),
  },
  call: (iam, { path }, context) =>
    everyPage(
      context,
      page => iam.listUsers({ PathPrefix: path, ...page }),
      'Users',
      ({ Users }) => arnLines(Users),
    ),
})
