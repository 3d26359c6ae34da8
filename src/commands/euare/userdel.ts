// SPDX-License-Identifier: BSD-2-Clause
import { deletionOptions, removeUserContents, userContents } from '../../cli/euare/deletion'
import { user } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { userContentLines } from '../../rows/identity-contents'

export default euare.command({
  summary: 'Delete a user',
  options: { ...user, ...deletionOptions },
  call: async (iam, { user, recursive, recursiveEuca, pretend }) => {
    const contents = recursive || pretend ? await userContents(iam, user) : undefined
    if (pretend) return { contents }
    if (contents) await removeUserContents(iam, user, contents)
    await iam.deleteUser({ UserName: user, ...(recursiveEuca && { IsRecursive: true }) })
    return {}
  },
  rows: ({ contents }) => (contents ? userContentLines(contents) : []),
})
