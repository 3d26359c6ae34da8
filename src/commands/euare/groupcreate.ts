// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { flag, option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create a group',
  options: {
    ...group,
    path: option('-p --path', { help: 'path of the new group (default: "/")' }),
    verbose: flag('-v --verbose', { help: "show the new group's ARN and ID" }),
  },
  call: (iam, { group, path }) => iam.createGroup({ GroupName: group, Path: path }),
  rows: ({ Group }, { verbose }) => (verbose ? [plain(Group?.Arn), plain(Group?.GroupId)] : []),
})
