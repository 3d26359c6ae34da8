// SPDX-License-Identifier: BSD-2-Clause
import { instanceProfile } from '../../cli/euare/names'
import { flag } from '../../cli/options'
import { euare } from '../../cli/suites'
import { arnLines, plain } from '../../rows/plain'

export default euare.command({
  summary: "Show an instance profile's ARN and ID",
  options: {
    ...instanceProfile,
    showRoles: flag('-r', { help: 'also list the ARNs of the roles in the instance profile' }),
  },
  call: (iam, { profile }) => iam.getInstanceProfile({ InstanceProfileName: profile }),
  rows: ({ InstanceProfile }, { showRoles }) => [
    plain(InstanceProfile?.Arn),
    plain(InstanceProfile?.InstanceProfileId),
    ...(showRoles ? arnLines(InstanceProfile?.Roles) : []),
  ],
})
