// SPDX-License-Identifier: BSD-2-Clause
// Where the objects of an import are: from an address to a bucket of a service that the settings know.
import type { Context } from '../cli/context'
import { openObjectStore } from '../clients'
import type { Settings } from '../config'
import { ImportError } from '../imports/errors'
import { locate } from '../imports/locate'
import type { ImportBucket } from '../imports/object-store'
import { importBucket } from './import-bucket'

export interface OwnerArgs {
  readonly ownerAkid: string | undefined
  readonly ownerSak: string | undefined
}

/** The settings with the key of the objects' owner, where that is somebody else. */
const owned = (settings: Settings, { ownerAkid, ownerSak }: OwnerArgs): Settings =>
  ownerAkid && ownerSak
    ? { ...settings, credentials: () => ({ accessKeyId: ownerAkid, secretKey: ownerSak }) }
    : settings

/** The object store of the command's own region. Throws ConfigError. */
export const ownStore = async (context: Context, args: OwnerArgs) =>
  openObjectStore(owned(await context.settings(), args), await context.clientIo())

export interface ManifestPlace {
  readonly bucket: ImportBucket
  readonly manifestKey: string
}

/**
 * Where the manifest at an address is: in the command's own object store, else in that of any region of the
 * configuration. Throws ImportError when it is in none of them.
 */
export const manifestPlace = async (
  context: Context,
  args: OwnerArgs,
  manifestUrl: string,
): Promise<ManifestPlace> => {
  const settings = await context.settings()
  const places: { readonly url: string; readonly region?: string; readonly signingRegion?: string }[] = [
    { url: settings.endpoint('s3').url },
    ...settings.regionEndpoints('s3'),
  ]
  const located = locate(manifestUrl, places)
  if (!located) {
    const [plain = ''] = manifestUrl.split('?') // What follows is as good as a key.
    throw new ImportError(`the import manifest ${plain} is in no object store that is configured`)
  }
  const { place, bucket, key } = located
  const { url, region, signingRegion } = place
  const there =
    region === undefined
      ? settings
      : await context.settings({ region, s3Url: signingRegion ? `${signingRegion}::${url}` : url })
  const store = await openObjectStore(owned(there, args), await context.clientIo())
  return { bucket: importBucket(store, bucket, context.signal), manifestKey: key }
}
