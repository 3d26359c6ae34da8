// SPDX-License-Identifier: BSD-2-Clause
// The keys, certificates and account that a bundle is made for, from where configuration.md §7 says they come.
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { BundleError } from '../format/bundle/errors'
import { certificateKey, privateRsaKey } from '../format/bundle/keys'

/** Paths as options gave them. */
export interface KeyArgs {
  readonly privatekey: string | undefined
  readonly cert: string | undefined
  readonly ec2cert: string | undefined
  readonly user: string | undefined
}

export interface BundleKeys {
  readonly user: string
  /** PEM texts. */
  readonly cloudCertificate: string
  readonly userCertificate?: string
  readonly privateKey?: string
}

/** A file's text when `check` finds a key in it; what it throws names the file. */
export const readPem = async (
  context: Context,
  path: string,
  check: (pem: string, what: string) => unknown,
): Promise<string> => {
  const pem = (await context.read(path)).toString('utf8')
  check(pem, path)
  return pem
}

/** Ask the bootstrap service; undefined when this cloud has none that is known. */
const fetchCloudCertificate = async (context: Context, settings: Settings): Promise<string | undefined> => {
  try {
    settings.endpoint('bootstrap')
    settings.credentials()
  } catch {
    // No service to ask is not an error by itself: the certificate may not be had, and that is told below.
    return undefined
  }
  const { clientFor } = await import('../clients')
  const bootstrap = await clientFor('bootstrap', settings, await context.clientIo())
  try {
    const { ServiceCertificates = [] } = await bootstrap.describeServiceCertificates({
      Format: 'pem',
      FingerprintDigest: 'SHA-256',
    })
    return ServiceCertificates.find(
      item => item.CertificateUsage === 'image-bundling' && item.ServiceType === 'compute',
    )?.Certificate
  } catch (error) {
    if ((error as { status?: number }).status !== 403) throw error
    throw new BundleError(
      'the cloud does not let you fetch its certificate: that needs permission for euserv:DescribeServiceCertificates',
    )
  }
}

/** Everything that bundling needs of the user. Throws a BundleError that says which option would help. */
export const bundleKeys = async (
  context: Context,
  settings: Settings,
  args: KeyArgs,
  user: string | undefined,
): Promise<BundleKeys> => {
  // The embedded cloud's own files are there once it was opened.
  await context.door()
  const account = (user ?? args.user ?? settings.accountId() ?? '').replaceAll('-', '')
  if (!account) throw new BundleError('missing account ID; please supply one with --user')
  const certificatePath = settings.userCertificate(args.cert)
  const keyPath = settings.privateKeyForBundling(args.privatekey)
  const cloudPath = settings.cloudCertificate(args.ec2cert)
  const cloudCertificate = cloudPath
    ? await readPem(context, cloudPath, certificateKey)
    : await fetchCloudCertificate(context, settings)
  if (!cloudCertificate) {
    throw new BundleError('missing cloud certificate; please supply one with --ec2cert')
  }
  return {
    user: account,
    cloudCertificate,
    ...(certificatePath && { userCertificate: await readPem(context, certificatePath, certificateKey) }),
    ...(keyPath && { privateKey: await readPem(context, keyPath, privateRsaKey) }),
  }
}
