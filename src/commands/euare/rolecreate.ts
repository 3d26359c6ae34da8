// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { serviceTrust } from '../../cli/euare/trust'
import { exclusive, flag, option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { roleLines } from '../../rows/roles'

export default euare.command({
  summary: 'Create a role',
  options: {
    ...role,
    path: option('-p --path', { help: 'path of the new role (default: "/")' }),
    trust: exclusive(
      { required: true },
      {
        file: option('-f --trust-policy', {
          metavar: 'FILE',
          help: 'file with the policy that says who may assume the role, or - for standard input',
        }),
        service: option('-s --service', {
          metavar: 'SERVICE',
          help: 'let this service assume the role, e.g. ec2.amazonaws.com for instances',
        }),
        serviceHabit: option('--service_', { hidden: true }),
      },
    ),
    verbose: flag('-v --verbose', { help: "show the new role's ARN, ID and trust policy" }),
  },
  call: async (iam, { role, path, file, service, serviceHabit }, context) =>
    iam.createRole({
      RoleName: role,
      Path: path,
      AssumeRolePolicyDocument:
        file === undefined
          ? serviceTrust(service ?? serviceHabit ?? '')
          : String(await context.read(file, { stdin: true })),
    }),
  rows: ({ Role }, { verbose }) => (verbose ? roleLines(Role) : []),
})
