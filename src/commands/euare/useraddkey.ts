// SPDX-License-Identifier: BSD-2-Clause
import { configurationOptions, newAccessKey, writeConfig } from '../../cli/euare/access-keys'
import { user } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { madeKeyRows } from '../../rows/access-keys'

export default euare.command({
  summary: 'Create an access key for a user',
  options: { ...user, ...writeConfig, ...configurationOptions },
  call: (iam, args, context) => newAccessKey(iam, args.user, { ...args, createAccessKey: true }, context),
  rows: madeKeyRows,
})
