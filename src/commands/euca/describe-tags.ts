// SPDX-License-Identifier: BSD-2-Clause
import { someOf } from '../../cli/ec2/given'
import { anyText } from '../../cli/filters'
import { ec2 } from '../../cli/suites'
import { describedTagRows } from '../../rows/tags'

export default ec2.command({
  summary: 'List tags associated with your account',
  options: {},
  filters: anyText('key', 'resource-id', 'resource-type', 'value'),
  call: (ec2, { filters }) => ec2.describeTags({ Filters: someOf(filters) }),
  rows: ({ Tags }) => describedTagRows(Tags),
})
