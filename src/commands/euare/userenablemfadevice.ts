// SPDX-License-Identifier: BSD-2-Clause
import { codes, device } from '../../cli/euare/mfa'
import { user } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Enable a multi-factor authentication device for a user',
  options: { ...user, ...device, ...codes },
  call: (iam, { user, serial, code1, code2 }) =>
    iam.enableMFADevice({
      UserName: user,
      SerialNumber: serial,
      AuthenticationCode1: code1,
      AuthenticationCode2: code2,
    }),
})
