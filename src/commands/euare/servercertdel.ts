// SPDX-License-Identifier: BSD-2-Clause
import { serverCertificate } from '../../cli/euare/names'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Delete a server certificate',
  options: { ...serverCertificate },
  call: (iam, { certificate }) => iam.deleteServerCertificate({ ServerCertificateName: certificate }),
})
