// SPDX-License-Identifier: BSD-2-Clause
import { accessKey, ownerOption } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Make an access key usable, or unusable for the time being',
  options: {
    ...accessKey,
    status: option('-s --status', {
      choices: ['Active', 'Inactive'],
      required: true,
      help: 'state that the key shall have (required)',
    }),
    ...ownerOption,
  },
  call: (iam, { key, status, owner }) =>
    iam.updateAccessKey({ AccessKeyId: key, Status: status, UserName: owner }),
})
