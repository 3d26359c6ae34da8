// SPDX-License-Identifier: BSD-2-Clause
import type { Context } from '../cli/context'
import type { Settings } from '../config'
import { BundleError } from '../format/bundle/errors'
import { privateRsaKey } from '../format/bundle/keys'
import { readPem } from './keys'

/** The private key (PEM) to unbundle with: the option's, else the configured one, by default of the tool's own region. */
export const unbundlingKeyOf = async (
  context: Context,
  given: string | undefined,
  chosen?: Settings,
): Promise<string> => {
  const settings = chosen ?? (await context.settings())
  // The embedded cloud's own key is there once it was opened.
  if (given === undefined) await context.door()
  const path = settings.privateKeyForUnbundling(given)
  if (!path) throw new BundleError('missing private key; please supply one with -k')
  return readPem(context, path, privateRsaKey)
}
