// SPDX-License-Identifier: BSD-2-Clause
import { createHash, X509Certificate } from 'node:crypto'
import type {
  DescribeServiceCertificatesInput,
  DescribeServiceCertificatesOutput,
} from '../../schemas/extensions'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'

const digests: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

const invalid = (parameter: string, value: string): never =>
  refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid.`)

/** The certificate that image keys are wrapped for. Who bundles an image asks for it here (bundle-format §3). */
export const describeServiceCertificates: Operation<
  DescribeServiceCertificatesInput,
  DescribeServiceCertificatesOutput
> = (tx: Tx, input) => {
  const format = (input.Format ?? 'pem').toLowerCase()
  const digest = (input.FingerprintDigest ?? 'SHA-256').toUpperCase()
  const algorithm = Object.hasOwn(digests, digest) ? digests[digest] : undefined
  if (format !== 'pem' && format !== 'der') invalid('Format', format)
  if (!algorithm) return invalid('FingerprintDigest', digest)
  const identity = tx.cloudIdentity.must('cloud')
  const { raw } = new X509Certificate(identity.certificate)
  const hex = createHash(algorithm).update(raw).digest('hex')
  return {
    ServiceCertificates: [
      {
        ServiceType: 'compute',
        CertificateUsage: 'image-bundling',
        CertificateFormat: format,
        CertificateFingerprintDigest: digest,
        CertificateFingerprint: (hex.match(/../g) ?? []).join(':'),
        Certificate: format === 'pem' ? identity.certificate : raw.toString('base64'),
      },
    ],
  }
}
