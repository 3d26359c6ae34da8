// SPDX-License-Identifier: BSD-2-Clause
// What the metadata service tells an instance of the image it was made from.
import { BundleError } from '../format/bundle/errors'

/** What a bundle of an instance takes over from it. */
export interface Inherited {
  readonly kernel?: string
  readonly ramdisk?: string
  readonly productcodes: readonly string[]
  readonly blockDeviceMappings: Readonly<Record<string, string>>
}

const everywhere = 'http://169.254.169.254'
const patienceMilliseconds = 1000

const absent = (): never => {
  throw new BundleError('metadata service is absent or unresponsive; use --no-inherit to proceed without it')
}

const read = async (base: string, path: string, signal: AbortSignal): Promise<string | undefined> => {
  const url = `${base.replace(/\/+$/, '')}/2012-01-12/meta-data/${path}`
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)])
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, { signal: limit, redirect: 'error' })
    text = await answer.text()
  } catch {
    signal.throwIfAborted()
    return absent()
  }
  if (answer.status === 404) return undefined
  if (answer.status !== 200) {
    throw new BundleError(
      `metadata service answered ${answer.status} to ${path}; use --no-inherit to proceed without it`,
    )
  }
  return text.trim() || undefined
}

const lines = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map(line => line.trim().replace(/\/$/, ''))
    .filter(Boolean)

/**
 * Ask it. `endpoint` is that of `AWS_EC2_METADATA_SERVICE_ENDPOINT`, which AWS' own programs know, too; by default the
 * address that it has in every cloud.
 */
export const readInherited = async (
  endpoint: string | undefined,
  signal: AbortSignal,
): Promise<Inherited> => {
  const get = (path: string) => read(endpoint || everywhere, path, signal)
  const kernel = await get('kernel-id')
  const ramdisk = await get('ramdisk-id')
  const productcodes = lines(await get('product-codes'))
  const mappings: Record<string, string> = {}
  // Volumes are not part of the bundle.
  for (const name of lines(await get('block-device-mapping/'))) {
    const device = name.startsWith('ebs') ? undefined : await get(`block-device-mapping/${name}`)
    if (device) mappings[name] = device
  }
  return {
    ...(kernel && { kernel }),
    ...(ramdisk && { ramdisk }),
    productcodes,
    blockDeviceMappings: mappings,
  }
}
