// SPDX-License-Identifier: BSD-2-Clause
import { instanceProfile } from '../../cli/euare/names'
import { serviceTrust } from '../../cli/euare/trust'
import { exclusive, flag, option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create an instance profile',
  options: {
    ...instanceProfile,
    path: option('-p --path', { help: 'path of the new instance profile (default: "/")' }),
    roles: exclusive(
      { required: false },
      {
        role: option('-r --add-role', { help: 'add a role that exists to the instance profile' }),
        createRole: flag('--create-role', {
          help: 'create a role of the same name, for instances to assume, and add it to the instance profile',
        }),
      },
    ),
    verbose: flag('-v --verbose', { help: "show the new instance profile's ARN and ID" }),
  },
  call: async (iam, { profile, path, role, createRole }) => {
    const created = await iam.createInstanceProfile({ InstanceProfileName: profile, Path: path })
    // The role is made at the path "/" whatever the profile's is, as it always was.
    if (createRole)
      await iam.createRole({
        RoleName: profile,
        AssumeRolePolicyDocument: serviceTrust('ec2.amazonaws.com'),
      })
    const RoleName = createRole ? profile : role
    if (RoleName) await iam.addRoleToInstanceProfile({ InstanceProfileName: profile, RoleName })
    return created
  },
  rows: ({ InstanceProfile }, { verbose }) =>
    verbose ? [plain(InstanceProfile?.Arn), plain(InstanceProfile?.InstanceProfileId)] : [],
})
