// SPDX-License-Identifier: BSD-2-Clause
import { device } from '../../cli/euare/mfa'
import { user } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Deactivate a multi-factor authentication device of a user',
  options: { ...user, ...device },
  call: (iam, { user, serial }) => iam.deactivateMFADevice({ UserName: user, SerialNumber: serial }),
})
