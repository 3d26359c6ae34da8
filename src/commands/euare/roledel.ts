// SPDX-License-Identifier: BSD-2-Clause
import type { InstanceProfile } from '@aws-sdk/client-iam'
import { role } from '../../cli/euare/names'
import { allOf } from '../../cli/euare/pages'
import { flag } from '../../cli/options'
import { euare } from '../../cli/suites'
import { contentLines, required } from '../../rows/plain'

interface Contents {
  readonly InstanceProfiles?: readonly InstanceProfile[]
  readonly PolicyNames?: readonly string[]
}

export default euare.command({
  summary: 'Delete a role',
  options: {
    ...role,
    recursive: flag('-c --recursive', {
      help: "take the role out of its instance profiles and delete the role's policies first",
    }),
    pretend: flag('-p --pretend', { help: 'show what would go with -c, and delete nothing' }),
  },
  call: async (iam, { role: RoleName, recursive, pretend }): Promise<Contents> => {
    const isAsked = recursive || pretend
    const profiles = isAsked
      ? await allOf(page => iam.listInstanceProfilesForRole({ RoleName, ...page }), 'InstanceProfiles')
      : []
    const policies = isAsked
      ? await allOf(page => iam.listRolePolicies({ RoleName, ...page }), 'PolicyNames')
      : []
    if (pretend) return { InstanceProfiles: profiles, PolicyNames: policies }
    for (const { InstanceProfileName } of profiles)
      await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName })
    for (const PolicyName of policies) await iam.deleteRolePolicy({ RoleName, PolicyName })
    return iam.deleteRole({ RoleName })
  },
  rows: ({ InstanceProfiles, PolicyNames }) =>
    InstanceProfiles && PolicyNames
      ? contentLines([
          ['instance profiles', InstanceProfiles.map(({ Arn }) => required(Arn, 'Arn'))],
          ['policies', PolicyNames],
        ])
      : [],
})
