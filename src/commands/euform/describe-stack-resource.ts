// SPDX-License-Identifier: BSD-2-Clause
import { theStack } from '../../cli/euform/options'
import { option } from '../../cli/options'
import { stacks } from '../../cli/suites'
import { required } from '../../rows/plain'
import { stackResourceRow } from '../../rows/stacks'

export default stacks.command({
  summary: 'Describe a resource of a stack',
  options: {
    ...theStack('that has it'),
    resource: option('-l --logical-resource-id', {
      metavar: 'RESOURCE',
      required: true,
      help: 'name of the resource in the template (required)',
    }),
  },
  call: (cloudformation, { stack, resource }) =>
    cloudformation.describeStackResource({ StackName: stack, LogicalResourceId: resource }),
  rows: ({ StackResourceDetail }) => [stackResourceRow(required(StackResourceDetail, 'StackResourceDetail'))],
})
