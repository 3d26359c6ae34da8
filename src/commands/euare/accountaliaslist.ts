// SPDX-License-Identifier: BSD-2-Clause
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "List your account's aliases",
  options: {},
  call: iam => iam.listAccountAliases(),
  rows: ({ AccountAliases }) => (AccountAliases ?? []).map(alias => `Alias: ${alias}`),
})
