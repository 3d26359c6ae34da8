// SPDX-License-Identifier: BSD-2-Clause
import { everyPage } from '../../cli/euare/pages'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { indentedArns } from '../../rows/plain'

export default euare.command({
  summary: 'List groups, all of them or those below a path',
  options: {
    path: option('-p --path-prefix', { metavar: 'PATH', help: 'only groups whose paths begin so' }),
  },
  call: (iam, { path }, context) =>
    everyPage(
      context,
      page => iam.listGroups({ PathPrefix: path, ...page }),
      'Groups',
      ({ Groups }, isFirst) => [...(isFirst ? ['groups'] : []), ...indentedArns(Groups)],
    ),
})
