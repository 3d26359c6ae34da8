// SPDX-License-Identifier: BSD-2-Clause
import { userOrSelf } from '../../cli/euare/names'
import { option } from '../../cli/options'
import { SecretFile } from '../../cli/secret-file'
import { euare } from '../../cli/suites'
import { plain } from '../../rows/plain'

export default euare.command({
  summary: 'Create a signing certificate and its private key for a user',
  description:
    'The private key is told this once. Without --keyout it is printed, and without --out the certificate is.',
  options: {
    ...userOrSelf,
    out: option('--out', { metavar: 'FILE', help: 'file to write the certificate to' }),
    keyout: option('--keyout', {
      metavar: 'FILE',
      help: 'file to write the private key to, for its owner alone to read',
    }),
  },
  call: async (iam, { user, out, keyout }, context) => {
    // The key cannot be had again, so a file that cannot be written is found out before it is asked for.
    const keyFile = keyout === undefined ? undefined : await SecretFile.open(keyout, context)
    const file = out === undefined ? undefined : await SecretFile.open(out, context, 0o644)
    const created = await iam.createSigningCertificate({ UserName: user })
    await keyFile?.save(plain(created.Certificate?.PrivateKey))
    await file?.save(plain(created.Certificate?.CertificateBody))
    return created
  },
  rows: ({ Certificate }, { out, keyout }) => [
    plain(Certificate?.CertificateId),
    ...(out === undefined ? [plain(Certificate?.CertificateBody)] : []),
    ...(keyout === undefined ? [plain(Certificate?.PrivateKey)] : []),
  ],
})
