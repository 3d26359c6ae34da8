// SPDX-License-Identifier: BSD-2-Clause
import { deletionOptions, groupContents, removeGroupContents } from '../../cli/euare/deletion'
import { group } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { groupContentLines } from '../../rows/identity-contents'

export default euare.command({
  summary: 'Delete a group',
  options: { ...group, ...deletionOptions },
  call: async (iam, { group, recursive, recursiveEuca, pretend }) => {
    const contents = recursive || pretend ? await groupContents(iam, group) : undefined
    if (pretend) return { contents }
    if (contents) await removeGroupContents(iam, group, contents)
    await iam.deleteGroup({ GroupName: group, ...(recursiveEuca && { IsRecursive: true }) })
    return {}
  },
  rows: ({ contents }) => (contents ? groupContentLines(contents) : []),
})
