// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { stacks } from '../../cli/suites'
import { stackResourceRows } from '../../rows/stacks'

export default stacks.command({
  summary: 'Describe resources of a stack',
  options: {
    stack: option('-n --name', { metavar: 'STACK', help: 'name or ID of the stack' }),
    logical: option('-l --logical-resource-id', {
      metavar: 'RESOURCE',
      help: 'name of a resource in the template',
    }),
    physical: option('-p --physical-resource-id', {
      metavar: 'RESOURCE',
      help: 'name or ID of a resource in the cloud; says which stack it is, too',
    }),
  },
  call: (cloudformation, { stack, logical, physical }) =>
    cloudformation.describeStackResources({
      StackName: stack,
      LogicalResourceId: logical,
      PhysicalResourceId: physical,
    }),
  rows: ({ StackResources }) => stackResourceRows(StackResources),
})
