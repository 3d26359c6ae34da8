// SPDX-License-Identifier: BSD-2-Clause
// Documents that requests give by themselves or by an address in the cloud's own object storage, where they are read in the same
// transaction, as the caller. Eucalyptus fetched from hosts of a list as well; nothing is fetched over a network here.
import { Refusal } from '../errors'
import type { BlobSlices, Tx } from '../operation'
import { invalid } from './refusals'
import { services } from './resources/services'

const largestBody = 51_200
const largestObject = 460_800
export const largestStackPolicy = 16_384

interface Place {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string
}

const storage = /^(s3|objectstorage|walrus)$/i
const storagePath = /^\/services\/(?:objectstorage|walrus)(?=\/)/i

/** Whether a host is this cloud: what the request came to, a domain of it, or this machine. */
const isOwnHost = (tx: Tx, host: string): boolean => {
  const own = URL.canParse(tx.endpoint) ? new URL(tx.endpoint).hostname : ''
  return [own, 'localhost', '127.0.0.1', '[::1]'].some(
    name => name !== '' && (host === name || host.endsWith(`.${name}`)),
  )
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The object that an address names, by path or by host. */
const placeOf = (tx: Tx, text: string): Place | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || /(^|\.)amazonaws\.com$/.test(url.hostname)) return undefined
  const labels = url.hostname.split('.')
  const service = labels.findIndex(label => storage.test(label))
  const path = decoded(url.pathname.replace(storagePath, '').slice(1))
  if (path === undefined) return undefined
  const version = url.searchParams.get('versionId')
  const place = (Bucket: string, Key: string): Place | undefined =>
    Bucket && Key ? { Bucket, Key, ...(version !== null && { VersionId: version }) } : undefined
  if (service > 0) return place(labels.slice(0, service).join('.'), path)
  if (service < 0 && !isOwnHost(tx, url.hostname)) return undefined
  const slash = path.indexOf('/')
  return place(path.slice(0, slash), path.slice(slash + 1))
}

/** The text of an object, with the caller's leave to get it. */
const textAt = (tx: Tx, place: Place, what: string, largest: number): string => {
  const { s3 } = services
  const entry = s3.operations.GetObject
  if (!entry) throw new Error('the object storage has no GetObject')
  const as = tx.as(tx.caller, { service: s3, operation: 'GetObject' })
  const found = entry.run(as, place as never) as {
    readonly ContentLength?: number
    readonly Body: BlobSlices
  }
  const bytes = found.ContentLength ?? 0
  if (bytes > largest) invalid(`${what} exceeds maximum byte count, ${largest}`)
  const parts = found.Body.slices.map(({ blob, start, end }) => tx.readBlob(blob, start, end))
  return Buffer.concat(parts).toString('utf8')
}

const fetched = (tx: Tx, url: string, what: string, largest: number): string => {
  const place = placeOf(tx, url) ?? invalid(`Invalid ${what}:${url}`)
  try {
    return textAt(tx, place, what, largest)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'ValidationError') throw error
    // The bracket that is not closed is the service's.
    return invalid(
      `${what} is an S3 URL to a non-existent or unauthorized bucket/key.  (bucket=${place.Bucket}, key=${place.Key}`,
    )
  }
}

interface Given {
  readonly TemplateBody?: string | undefined
  readonly TemplateURL?: string | undefined
}

/** Refuse requests that give no template, or two. */
export const checkOneTemplate = ({ TemplateBody, TemplateURL }: Given): void => {
  if (TemplateBody === undefined && TemplateURL === undefined) {
    invalid('Either TemplateBody or TemplateURL must be set.')
  }
  if (TemplateBody !== undefined && TemplateURL !== undefined) {
    invalid('Exactly one of TemplateBody or TemplateURL must be set.')
  }
}

/** The text of the template that a request gives. */
export const templateText = (tx: Tx, { TemplateBody, TemplateURL }: Given): string => {
  checkOneTemplate({ TemplateBody, TemplateURL })
  if (TemplateURL !== undefined) return fetched(tx, TemplateURL, 'Template URL', largestObject)
  const text = TemplateBody ?? ''
  if (Buffer.byteLength(text) > largestBody) {
    invalid(`Template body may not exceed ${largestBody} bytes in a request.`)
  }
  return text
}

/** The text of a stack policy, if one is given. */
export const policyText = (
  tx: Tx,
  name: 'StackPolicy' | 'StackPolicyDuringUpdate',
  body: string | undefined,
  url: string | undefined,
): string | undefined => {
  if (body !== undefined && url !== undefined) {
    invalid(`You cannot specify both ${name}URL and ${name}Body`)
  }
  if (url === undefined) return body
  const what = name === 'StackPolicy' ? 'Stack Policy URL' : 'Stack Policy During Update URL'
  return fetched(tx, url, what, largestStackPolicy)
}
