// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { adjustmentTypeRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: 'List the ways in which policies change the size of groups',
  options: {},
  call: scaling => scaling.describeAdjustmentTypes(),
  rows: ({ AdjustmentTypes }) => adjustmentTypeRows(AdjustmentTypes),
})
