// SPDX-License-Identifier: BSD-2-Clause
// What an uploader says of an object beside its bytes: headers that are kept, metadata, tags, access, storage class.
import { refuse } from '../errors'
import type { StagedBody, Tx } from '../operation'
import { ownershipOf } from './access'
import { type AclHeaders, aclOf } from './acls'
import { type LockHeaders, locksOf } from './locks'
import { checkSaying } from './ownership'
import { checkNewAcl } from './public-access'
import { refuseUnimplemented } from './refusals'
import type { Bucket, ContentHeaders, ObjectDescription } from './schema'
import { readTaggingHeader } from './tagging'
import { saysAcl } from './values'

export interface DescriptionInput extends AclHeaders, LockHeaders {
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Expires?: Date | undefined
  readonly WebsiteRedirectLocation?: string | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
  readonly StorageClass?: string | undefined
  readonly Tagging?: string | undefined
}

export const describe = (tx: Tx, bucket: Bucket, input: DescriptionInput): ObjectDescription => {
  refuseUnsupported(input)
  const owner = ownershipOf(tx.caller)
  checkSaying(
    bucket,
    saysAcl({ ...input, ACL: input.ACL === 'bucket-owner-full-control' ? undefined : input.ACL }),
  )
  const acl = aclOf(tx, input, owner, bucket)
  checkNewAcl(bucket, acl)
  return {
    owner,
    acl,
    content: contentOf(input),
    metadata: checkedMetadata(input.Metadata ?? {}),
    tags: readTaggingHeader(input.Tagging),
    storageClass: checkedStorageClass(input.StorageClass),
    ...locksOf(tx, bucket, input),
  }
}

export const contentOf = (input: DescriptionInput): ContentHeaders => {
  const content = {
    type: input.ContentType,
    // The transfer coding of signed uploads is not a property of the object.
    encoding: input.ContentEncoding?.replace(/\baws-chunked\b\s*,?\s*/, '').replace(/,\s*$/, '') || undefined,
    disposition: input.ContentDisposition,
    language: input.ContentLanguage,
    cacheControl: input.CacheControl,
    expires: input.Expires,
    redirect: checkedRedirect(input.WebsiteRedirectLocation),
  }
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined))
}

const checkedRedirect = (location: string | undefined): string | undefined =>
  location === undefined || /^(https?:\/\/|\/)/.test(location)
    ? location
    : refuse(
        'InvalidRedirectLocation',
        "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
        400,
      )

/** Answers carry the headers that the object was put with. */
export const contentView = ({ content, metadata }: ObjectDescription) => ({
  ContentType: content.type ?? 'binary/octet-stream',
  ContentEncoding: content.encoding,
  ContentDisposition: content.disposition,
  ContentLanguage: content.language,
  CacheControl: content.cacheControl,
  Expires: content.expires,
  WebsiteRedirectLocation: content.redirect,
  Metadata: { ...metadata },
})

/** A token of RFC 9110, or nothing: what stands behind `x-amz-meta-`. */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/

// Limit of the S3 API.
const maximumMetadataBytes = 2048

export const checkedMetadata = (metadata: Readonly<Record<string, string>>): Record<string, string> => {
  // Forms can have fields of any name; these become names of headers.
  const bad = Object.keys(metadata).find(name => !headerName.test(name))
  if (bad !== undefined) {
    refuse('InvalidArgument', 'Metadata names must be names of HTTP headers', 400, {
      ArgumentName: `x-amz-meta-${bad}`,
    })
  }
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  )
  if (size > maximumMetadataBytes) {
    refuse('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
      Size: String(size),
      MaxSizeAllowed: String(maximumMetadataBytes),
    })
  }
  return { ...metadata }
}

// Classes whose objects can be read at once; this cloud keeps them all alike. Archive classes would have to refuse.
const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]

export const checkedStorageClass = (name: string | undefined): string =>
  !name || storageClasses.includes(name)
    ? name || 'STANDARD'
    : refuse('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
        StorageClassRequested: name,
      })

// Asking for these and getting an object without them would be worse than a refusal.
const unsupported = [
  'ServerSideEncryption',
  'SSECustomerAlgorithm',
  'SSEKMSKeyId',
  'CopySourceSSECustomerAlgorithm',
  'WriteOffsetBytes',
]

const refuseUnsupported = (input: object): void => {
  if (unsupported.some(name => (input as Record<string, unknown>)[name] !== undefined)) refuseUnimplemented()
}

/** The largest object that one request may bring, and the largest part. */
export const maximumPutBytes = 5 * 1024 ** 3

/** Refuse a body that is not what its sender says it is. */
export const checkBody = (body: StagedBody | undefined, input: object): void => {
  const claims = input as Readonly<Record<string, unknown>>
  const bytes = body?.bytes ?? 0
  if (bytes > maximumPutBytes) {
    refuse('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: String(bytes),
      MaxSizeAllowed: String(maximumPutBytes),
    })
  }
  if (typeof claims.ContentMD5 === 'string') checkMd5(claims.ContentMD5, body?.md5 ?? emptyMd5)
  for (const [name, actual] of Object.entries(body?.checksums ?? {})) {
    if (typeof claims[name] === 'string' && claims[name] !== actual) {
      const kind = name.replace('Checksum', '')
      refuse('BadDigest', `The ${kind} you specified did not match the calculated checksum.`, 400)
    }
  }
}

export const emptyMd5 = 'd41d8cd98f00b204e9800998ecf8427e'

const checkMd5 = (claimed: string, actual: string): void => {
  const digest = Buffer.from(claimed, 'base64')
  if (digest.length !== 16) {
    refuse('InvalidDigest', 'The Content-MD5 you specified is not valid.', 400, { 'Content-MD5': claimed })
  }
  if (digest.toString('hex') !== actual) {
    refuse('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
      ExpectedDigest: digest.toString('hex'),
      CalculatedDigest: actual,
    })
  }
}
