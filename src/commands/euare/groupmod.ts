// SPDX-License-Identifier: BSD-2-Clause
import { group } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Rename a group, or change its path',
  options: {
    ...group,
    newGroupName: option('-n --new-group-name', { metavar: 'GROUP', help: 'new name' }),
    newPath: option('-p --new-path', { metavar: 'PATH', help: 'new path' }),
  },
  call: (iam, { group, newGroupName, newPath }) =>
    iam.updateGroup({ GroupName: group, NewGroupName: newGroupName, NewPath: newPath }),
})
