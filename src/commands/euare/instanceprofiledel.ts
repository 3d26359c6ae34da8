// SPDX-License-Identifier: BSD-2-Clause
import type { InstanceProfile } from '@aws-sdk/client-iam'
import { instanceProfile } from '../../cli/euare/names'
import { flag } from '../../cli/options'
import { euare } from '../../cli/suites'
import { contentLines, required } from '../../rows/plain'

export default euare.command({
  summary: 'Delete an instance profile',
  options: {
    ...instanceProfile,
    recursive: flag('-r --recursive', {
      help: 'take the roles out of the instance profile and delete them, too',
    }),
    pretend: flag('-p --pretend', {
      help: 'show what would be deleted with -r, and delete nothing',
    }),
  },
  call: async (
    iam,
    { profile, recursive, pretend },
  ): Promise<{ InstanceProfile?: InstanceProfile | undefined }> => {
    const InstanceProfileName = profile
    const found = recursive || pretend ? await iam.getInstanceProfile({ InstanceProfileName }) : undefined
    if (found && pretend) return found
    for (const { RoleName } of found?.InstanceProfile?.Roles ?? []) {
      await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName })
      await iam.deleteRole({ RoleName })
    }
    return iam.deleteInstanceProfile({ InstanceProfileName })
  },
  rows: ({ InstanceProfile }, { pretend }) =>
    pretend
      ? contentLines([['roles', (InstanceProfile?.Roles ?? []).map(({ Arn }) => required(Arn, 'Arn'))]])
      : [],
})
