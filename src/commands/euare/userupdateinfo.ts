// SPDX-License-Identifier: BSD-2-Clause
import { userOrSelf } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: '[Eucalyptus only] Note something of a user under a key, or forget it',
  options: {
    ...userOrSelf,
    infoKey: option('-k --info-key', {
      metavar: 'KEY',
      required: true,
      help: 'key to note it under (required)',
    }),
    infoValue: option('-i --info-value', {
      metavar: 'VALUE',
      help: 'what to note (default: forget what is noted under the key)',
    }),
  },
  call: (iam, { user, infoKey, infoValue }) =>
    iam.updateUserInfo({ UserName: user, InfoKey: infoKey, InfoValue: infoValue }),
})
