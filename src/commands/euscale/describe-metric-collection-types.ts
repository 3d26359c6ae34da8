// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { metricTypeRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: 'List the metrics of groups and how often they are collected',
  options: {},
  call: scaling => scaling.describeMetricCollectionTypes(),
  rows: metricTypeRows,
})
