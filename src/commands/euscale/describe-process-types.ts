// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { processTypeRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: 'List the processes of groups, which can be suspended',
  options: {},
  call: scaling => scaling.describeScalingProcessTypes(),
  rows: ({ Processes }) => processTypeRows(Processes),
})
