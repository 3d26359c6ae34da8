// SPDX-License-Identifier: BSD-2-Clause
import { serverCertificate } from '../../cli/euare/names'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: "Show a server certificate's ARN and ID",
  options: { ...serverCertificate },
  call: (iam, { certificate }) => iam.getServerCertificate({ ServerCertificateName: certificate }),
  rows: ({ ServerCertificate }) => {
    const { Arn, ServerCertificateId } = ServerCertificate?.ServerCertificateMetadata ?? {}
    return [plain(Arn), plain(ServerCertificateId)]
  },
})
