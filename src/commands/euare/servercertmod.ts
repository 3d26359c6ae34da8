// SPDX-License-Identifier: BSD-2-Clause
import { serverCertificate } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Rename a server certificate, or move it to another path',
  options: {
    ...serverCertificate,
    newName: option('-n --new-server-certificate-name', {
      metavar: 'CERT',
      help: 'new name of the server certificate',
    }),
    newPath: option('-p --new-path', { metavar: 'PATH', help: 'new path of the server certificate' }),
  },
  call: (iam, { certificate, newName, newPath }) =>
    iam.updateServerCertificate({
      ServerCertificateName: certificate,
      NewServerCertificateName: newName,
      NewPath: newPath,
    }),
})
