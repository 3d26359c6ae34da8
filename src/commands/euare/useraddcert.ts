// SPDX-License-Identifier: BSD-2-Clause
import { contentOf } from '../../cli/euare/contents'
import { user } from '../../cli/euare/names'
import { exclusive, option } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Upload a signing certificate for a user',
  options: {
    ...user,
    body: exclusive(
      { required: true },
      {
        certificateBody: option('-c --certificate-body', {
          metavar: 'CERT_CONTENT',
          help: 'PEM-encoded certificate itself',
        }),
        certificateFile: option('-f --certificate-file', {
          metavar: 'FILE',
          help: 'file with the PEM-encoded certificate',
        }),
      },
    ),
  },
  call: async (iam, { user, certificateBody, certificateFile }, context) =>
    iam.uploadSigningCertificate({
      UserName: user,
      CertificateBody: (await contentOf(certificateBody, certificateFile, context)) ?? '',
    }),
  rows: ({ Certificate }) => [plain(Certificate?.CertificateId)],
})
