// SPDX-License-Identifier: BSD-2-Clause
import { signingCertificate } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Activate or deactivate a user's signing certificate",
  options: {
    ...signingCertificate,
    status: option('-s --status', {
      choices: ['Active', 'Inactive'],
      required: true,
      help: 'whether the certificate may be used (required)',
    }),
  },
  call: (iam, { certificate, owner, status }) =>
    iam.updateSigningCertificate({ CertificateId: certificate, UserName: owner, Status: status }),
})
