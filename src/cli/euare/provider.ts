// SPDX-License-Identifier: BSD-2-Clause
// OpenID Connect providers: where they are, and by which certificate they are known.
import { createHash } from 'node:crypto'
import type { Context } from '../context'
import { UsageError } from '../errors'

/** Throws UsageError when the URL is none that a provider may have. */
export const checkProviderUrl = (url: string): void => {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' }
  if (protocol !== 'https:' || host === '')
    throw new UsageError('argument URL: must be an https URL with a host')
}

/** The thumbprints given; when there are none, the fingerprint of the certificate that the provider shows. */
export const thumbprintsOf = async (
  given: readonly string[],
  url: () => string | Promise<string>,
  context: Context,
): Promise<string[]> => {
  if (given.length > 0) return [...given]
  const { peerCertificate } = await import('../../clients/peer-certificate')
  const certificate = await peerCertificate(await url(), await context.settings(), context.signal)
  return [createHash('sha1').update(certificate).digest('hex')]
}
