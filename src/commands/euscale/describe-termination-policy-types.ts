// SPDX-License-Identifier: BSD-2-Clause
import { scalingLists } from '../../cli/suites'
import { namedRows } from '../../rows/scaling-types'

export default scalingLists.command({
  summary: 'List the ways of choosing instances for termination',
  options: {},
  call: scaling => scaling.describeTerminationPolicyTypes(),
  rows: ({ TerminationPolicyTypes }) => namedRows('TERMINATION-POLICY-TYPE', TerminationPolicyTypes),
})
