// SPDX-License-Identifier: BSD-2-Clause
import type { MFADevice } from '@aws-sdk/client-iam'
import { userOrSelf } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { euare } from '../../cli/suites'
import { plain, required } from '../../rows/plain'

function* serials(devices: readonly MFADevice[] | undefined): Generator<string> {
  for (const { SerialNumber } of devices ?? []) yield plain(required(SerialNumber, 'SerialNumber'))
}

export default euare.command({
  summary: "List a user's multi-factor authentication devices",
  options: { ...userOrSelf },
  call: (iam, { user }, context) =>
    everyPage(
      context,
      page => iam.listMFADevices({ UserName: user, ...page }),
      'MFADevices',
      ({ MFADevices }) => serials(MFADevices),
    ),
})
