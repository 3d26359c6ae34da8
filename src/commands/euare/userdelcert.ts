// SPDX-License-Identifier: BSD-2-Clause
import { signingCertificate } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: "Delete a user's signing certificate",
  options: { ...signingCertificate },
  call: (iam, { certificate, owner }) =>
    iam.deleteSigningCertificate({ CertificateId: certificate, UserName: owner }),
})
