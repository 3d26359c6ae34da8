// SPDX-License-Identifier: BSD-2-Clause
import { configurationOptions, createAccessKey, newAccessKey, writeConfig } from '../../cli/euare/access-keys'
import { user } from '../../cli/euare/names'
import { exclusive, flag, option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { madeKeyRows } from '../../rows/access-keys'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create a user',
  description: 'The user may be put into a group and given an access key at the same time.',
  options: {
    ...user,
    path: option('-p --path', { help: 'path of the new user (default: "/")' }),
    groupName: option('-g --group-name', { help: 'also add the new user to this group' }),
    verify: flag('--verify', { help: 'create no user unless that group exists' }),
    ...createAccessKey,
    shown: exclusive(
      { required: false },
      {
        verbose: flag('-v --verbose', { help: "show the new user's ARN and ID" }),
        ...writeConfig,
      },
    ),
    ...configurationOptions,
  },
  call: async (iam, args, context) => {
    const { user, path, groupName } = args
    if (groupName && args.verify) await iam.getGroup({ GroupName: groupName })
    const created = await iam.createUser({ UserName: user, Path: path })
    if (groupName) await iam.addUserToGroup({ GroupName: groupName, UserName: user })
    return { ...created, ...(await newAccessKey(iam, user, args, context)) }
  },
  rows: (made, { verbose, createAccessKey, writeConfig }) => [
    ...(verbose ? [plain(made.User?.Arn), plain(made.User?.UserId)] : []),
    ...(createAccessKey || writeConfig ? madeKeyRows(made) : []),
  ],
})
