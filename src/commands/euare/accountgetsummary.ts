// SPDX-License-Identifier: BSD-2-Clause
import { euare } from '../../cli/suites'
import { byBytes } from '../../rows/cell'

export default euare.command({
  summary: 'Show how much of what your account has, and may have',
  options: {},
  call: iam => iam.getAccountSummary(),
  rows: ({ SummaryMap }) =>
    Object.entries(SummaryMap ?? {})
      .sort(([a], [b]) => byBytes(a, b))
      .map(([key, value]) => `${key}: ${value}`),
})
