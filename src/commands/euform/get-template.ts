// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { stacks } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default stacks.command({
  summary: 'Print the template of a stack',
  options: { ...theStack('whose template to print') },
  call: (cloudformation, { stack }) => cloudformation.getTemplate({ StackName: stack }),
  rows: ({ TemplateBody }) => [plain(TemplateBody)],
})
