// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { limitRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: "Show an account's limits on auto scaling",
  options: {},
  call: scaling => scaling.describeAccountLimits(),
  rows: limitRows,
})
