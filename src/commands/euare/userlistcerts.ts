// SPDX-License-Identifier: BSD-2-Clause
import type { SigningCertificate } from '@aws-sdk/client-iam'
import { userOrSelf } from '../../cli/euare/names'
import { everyPage } from '../../cli/euare/pages'
import { flag } from '../../cli/options'
import { euare } from '../../cli/suites'
import { plain, required } from '../../rows/plain'

function* lines(
  certificates: readonly SigningCertificate[] | undefined,
  verbose: boolean,
): Generator<string> {
  for (const { CertificateId, CertificateBody, Status, UserName } of certificates ?? []) {
    yield plain(required(CertificateId, 'CertificateId'))
    if (verbose) for (const detail of [CertificateBody, Status, UserName]) yield detail ?? ''
  }
}

export default euare.command({
  summary: "List a user's signing certificates",
  options: {
    ...userOrSelf,
    verbose: flag('-v --verbose', {
      help: "also show each certificate's body, its status and its user",
    }),
  },
  call: (iam, { user, verbose }, context) =>
    everyPage(
      context,
      page => iam.listSigningCertificates({ UserName: user, ...page }),
      'Certificates',
      ({ Certificates }) => lines(Certificates, verbose),
    ),
})
