// SPDX-License-Identifier: BSD-2-Clause
import { templateMembers, templateOf } from '../../cli/euform/options'
import { exclusive } from '../../cli/options'
import { stacks } from '../../cli/suites'
import { validationRows } from '../../rows/templates'

export default stacks.command({
  summary: 'Look for mistakes in a template',
  options: { template: exclusive({ required: true }, templateMembers) },
  call: async (cloudformation, args, context) =>
    cloudformation.validateTemplate(await templateOf(args, context)),
  rows: validationRows,
})
