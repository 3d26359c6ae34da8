// SPDX-License-Identifier: BSD-2-Clause
// Where an import is read from: objects of this cloud, by their addresses. An object is read when the task's owner may
// read it, or when its address is signed by somebody who may: tools can be given other keys for the object storage.
import { ManifestError } from '../../format/bundle/errors'
import {
  type ImportManifest,
  type ImportPart,
  maxImportManifestBytes,
  parseImportManifest,
} from '../../format/import/manifest'
import { Refusal } from '../errors'
import type { HttpRequest } from '../http'
import { callerOf } from '../iam/callers'
import type { Caller, JobContext, Tx } from '../operation'
import { route } from '../routing'
import type { Slice, StoredObject } from '../s3/schema'
import { objectFor, slicesOf } from '../s3/versions'
import { addressOf } from '../wire/rest-route'
import { authenticate } from '../wire/signature/authenticate'

/** Why an import cannot go on, in a sentence for its owner. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
}

/** An object of this cloud, as an address names it. */
export interface ObjectPlace {
  readonly bucket: string
  readonly key: string
  /** The request that the address stands for. */
  readonly request: HttpRequest
  readonly servicePath: string
  readonly hostBucket?: string
}

interface Address {
  /** In lower case, without the port: a cloud may be on another one than when the address was made. */
  readonly name: string
  readonly path: string
  readonly query: string
  readonly host: string
}

/** By hand, as a URL object would resolve the dots that a key may hold. */
const readAddress = (url: string): Address | undefined => {
  const [, host = '', path = '', query = ''] =
    /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)\??([^#]*)/i.exec(url) ?? []
  const name = host.replace(/:\d*$/, '').toLowerCase()
  return name === '' ? undefined : { name, path: path || '/', query, host }
}

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]'

/** Without the label that names a service: `s3.example.org` and `ec2.example.org` are one cloud. */
const cloudName = (name: string): string =>
  name.replace(/^(?:s3|objectstorage|walrus|ec2|compute|eucalyptus)\./, '')

const isOwnHost = (name: string, endpoint: string): boolean => {
  const own = readAddress(endpoint)?.name ?? ''
  return cloudName(name) === cloudName(own) || (isLoopback(name) && isLoopback(own))
}

/**
 * The object that an address names, by its path or its host, as for requests. `endpoint` is an address of this cloud;
 * `undefined` for what is not in it.
 */
export const objectAt = async (url: string, endpoint: string): Promise<ObjectPlace | undefined> => {
  const address = readAddress(url)
  if (!address) return undefined
  const { path, query, host, name } = address
  const request: HttpRequest = { method: 'GET', path, query, headers: { host } }
  const found = await route(request, async () => undefined)
  if (found?.place.name !== 's3') return undefined
  const { servicePath, hostBucket } = found
  const own = hostBucket === undefined ? name : name.slice(hostBucket.length + 1)
  if (!isOwnHost(own, endpoint)) return undefined
  try {
    const { bucket, key } = addressOf(path, { servicePath, ...(hostBucket !== undefined && { hostBucket }) })
    if (bucket === undefined || key === undefined) return undefined
    return { bucket, key, request, servicePath, ...(hostBucket !== undefined && { hostBucket }) }
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Who signed an address, if that can be relied on. */
const signerOf = (tx: Tx, { request, servicePath, hostBucket }: ObjectPlace): Caller | undefined => {
  const secretFor = (id: string) => tx.accessKeys.get(id) ?? tx.sessions.get(id)
  const signed = authenticate(request, {
    ...{ family: 's3' as const, now: tx.now, secretFor, servicePath },
    ...(hostBucket !== undefined && { hostBucket }),
  })
  if (signed === 'anonymous') return undefined
  const caller = callerOf(tx, signed.accessKeyId, signed.token)
  return typeof caller === 'string' ? undefined : caller
}

/** What `find` gives, or `undefined` for whatever reason it is refused. */
const unlessRefused = <T>(find: () => T): T | undefined => {
  try {
    return find()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** The object, if there is one and the caller or the address's signer may read it. */
const readable = (tx: Tx, place: ObjectPlace): StoredObject | undefined => {
  const read = (caller?: Caller) =>
    objectFor(tx, { Bucket: place.bucket, Key: place.key }, 'GetObject', { caller }).object
  const own = unlessRefused(() => read())
  if (own) return own
  const signer = unlessRefused(() => signerOf(tx, place))
  return signer && unlessRefused(() => read(signer))
}

const manifestBytes = (tx: Tx, place: ObjectPlace): Buffer | undefined => {
  const object = readable(tx, place)
  if (!object) return undefined
  if (object.bytes > maxImportManifestBytes) throw new ConversionError('The import manifest is too large')
  const { slices } = slicesOf(tx, object)
  return Buffer.concat(slices.map(({ blob, start, end }) => tx.readBlob(blob, start, end)))
}

/** The import manifest; `undefined` while there is none. `ConversionError` for one that cannot be used. */
export const readImportManifest = (
  { transact }: JobContext,
  place: ObjectPlace,
  owner: Caller,
): ImportManifest | undefined => {
  const text = transact(tx => manifestBytes(tx, place), owner)
  try {
    return text && parseImportManifest(text)
  } catch (error) {
    if (error instanceof ManifestError) throw new ConversionError(error.message)
    throw error
  }
}

/** Where the parts are, in order. `ConversionError` when one is not in this cloud. */
export const placesOfParts = async (
  manifest: ImportManifest,
  endpoint: string,
): Promise<readonly ObjectPlace[]> => {
  const places: ObjectPlace[] = []
  for (const { getUrl, index } of manifest.parts) {
    const place = await objectAt(getUrl, endpoint)
    if (!place) throw new ConversionError(`Part ${index} is not in this cloud's object storage`)
    places.push(place)
  }
  return places
}

const bytesOfPart = ({ start, end }: ImportPart): number => end - start + 1

/**
 * Whether all parts are there, as long as they should be: the tools upload others again. Uploads go from the first part to
 * the last, so the last are looked for first.
 */
export const isUploaded = (tx: Tx, { parts }: ImportManifest, places: readonly ObjectPlace[]): boolean =>
  parts.toReversed().every(part => {
    const place = places[part.index]
    return place && readable(tx, place)?.bytes === bytesOfPart(part)
  })

/** The pieces of blobs that the parts are. `ConversionError` for a part that is gone, or not as long as it should be. */
export const slicesOfParts = (
  tx: Tx,
  { parts }: ImportManifest,
  places: readonly ObjectPlace[],
): readonly Slice[] =>
  places.flatMap((place, index) => {
    const object = readable(tx, place)
    if (!object) throw new ConversionError(`Part ${index} is not there`)
    const part = parts[index]
    const bytes = part ? bytesOfPart(part) : 0
    if (object.bytes !== bytes) {
      throw new ConversionError(`Part ${index} has ${object.bytes} bytes instead of ${bytes}`)
    }
    return slicesOf(tx, object).slices
  })
