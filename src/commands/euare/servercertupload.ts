// SPDX-License-Identifier: BSD-2-Clause
import { contentOf } from '../../cli/euare/contents'
import { serverCertificate } from '../../cli/euare/names'
import { exclusive, option } from '../../cli/options'
import { euare } from '../../cli/suites'

export default euare.command({
  summary: 'Upload a server certificate',
  options: {
    ...serverCertificate,
    body: exclusive(
      { required: true },
      {
        certificateBody: option('-c --certificate-body', {
          metavar: 'CERT_CONTENT',
          help: 'PEM-encoded certificate itself',
        }),
        certificateFile: option('--certificate-file', {
          metavar: 'FILE',
          help: 'file with the PEM-encoded certificate',
        }),
      },
    ),
    key: exclusive(
      { required: true },
      {
        privateKey: option('--private-key', { metavar: 'KEY', help: 'PEM-encoded private key itself' }),
        privateKeyFile: option('--private-key-file', {
          metavar: 'FILE',
          help: 'file with the PEM-encoded private key',
        }),
      },
    ),
    chain: exclusive(
      { required: false },
      {
        certificateChain: option('--certificate-chain', {
          metavar: 'CHAIN',
          help: 'PEM-encoded chain of certificates itself, each followed by the one that signed it',
        }),
        certificateChainFile: option('--certificate-chain-file', {
          metavar: 'FILE',
          help: 'file with the PEM-encoded chain of certificates',
        }),
      },
    ),
    path: option('-p --path', { help: 'path of the server certificate (default: "/")' }),
  },
  call: async (iam, args, context) =>
    iam.uploadServerCertificate({
      ServerCertificateName: args.certificate,
      CertificateBody: (await contentOf(args.certificateBody, args.certificateFile, context)) ?? '',
      PrivateKey: (await contentOf(args.privateKey, args.privateKeyFile, context)) ?? '',
      CertificateChain: await contentOf(args.certificateChain, args.certificateChainFile, context),
      Path: args.path,
    }),
})
