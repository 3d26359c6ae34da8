// SPDX-License-Identifier: BSD-2-Clause
import { role } from '../../cli/euare/names'
import { serviceTrust } from '../../cli/euare/trust'
import { exclusive, flag, option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Replace a role's trust policy",
  options: {
    ...role,
    trust: exclusive(
      { required: true },
      {
        file: option('-f', {
          metavar: 'FILE',
          help: 'file with the policy that says who may assume the role, or - for standard input',
        }),
        service: option('-s --service', {
          help: 'let this service assume the role, e.g. ec2.amazonaws.com for instances',
        }),
      },
    ),
    output: flag('-o', { help: 'also print the new trust policy' }),
  },
  call: async (iam, { role, file, service }, context) => {
    const document =
      file === undefined ? serviceTrust(service ?? '') : String(await context.read(file, { stdin: true }))
    await iam.updateAssumeRolePolicy({ RoleName: role, PolicyDocument: document })
    return { PolicyDocument: document }
  },
  rows: ({ PolicyDocument }, { output }) => (output ? [PolicyDocument] : []),
})
