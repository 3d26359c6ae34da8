// SPDX-License-Identifier: BSD-2-Clause
import { accessKey, ownerOption } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Delete an access key',
  options: { ...accessKey, ...ownerOption },
  call: (iam, { key, owner }) => iam.deleteAccessKey({ AccessKeyId: key, UserName: owner }),
})
