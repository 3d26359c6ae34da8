// SPDX-License-Identifier: BSD-2-Clause
// Objects from a browser's form. The pipeline has taken the form apart, staged its file, and checked its policy and
// signature; `tx.caller` is who signed it, or anonymous.
import { refuse } from '../errors'
import type { StagedBody, Tx } from '../operation'
import { bucketNamed } from './access'
import { demand } from './demands'
import { checkBody, type DescriptionInput, describe } from './descriptions'
import { storeBody } from './objects'
import type { Bucket } from './schema'
import { storingDemands } from './values'
import { checkedKey } from './versions'

export interface PostedObject {
  readonly bucket: string
  /** The form's fields in front of the file; the case of their names does not matter. */
  readonly fields: Readonly<Record<string, string>>
  readonly body: StagedBody
  /** What the browser calls the file, for `${filename}` in the key. */
  readonly fileName?: string
  /** As the header x-amz-tagging would have it. */
  readonly tagging?: string
}

/** How a form is answered. */
export interface PostAnswer {
  readonly status: 200 | 201 | 204 | 303
  /** Of the answer's Location header: where to go next, or what was made. */
  readonly location: string
  /** Content of `PostResponse`, the document of a 201. */
  readonly object: {
    readonly Location: string
    readonly Bucket: string
    readonly Key: string
    readonly ETag: string
  }
  readonly versionId?: string
}

const members = {
  acl: 'ACL',
  'cache-control': 'CacheControl',
  'content-type': 'ContentType',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-md5': 'ContentMD5',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
} as const

/** The key that a form asks for, with the file's name in the place of `${filename}`. */
export const keyOf = (template: string, fileName: string): string => {
  // Browsers of old sent the whole path.
  const name = fileName.replace(/^.*[\\/]/s, '')
  return template.replaceAll('${filename}', () => name)
}

/** What a form says of its object, as the headers of a PUT would. */
const inputOf = (fields: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, member]) => {
      const value = fields.get(name)
      return value === undefined ? [] : [[member, value]]
    }),
  )

const lowerCased = (fields: PostedObject['fields']): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]))

/** The bucket of a form, once it is certain that who signed it may put there what it brings. */
export const formTarget = (
  tx: Tx,
  { bucket: name, fields, fileName = '', tagging }: Omit<PostedObject, 'body'>,
): Bucket => {
  const bucket = bucketNamed(tx, name)
  const named = lowerCased(fields)
  const key = keyOf(named.get('key') ?? '', fileName)
  const said = { ...inputOf(named), ...(tagging === undefined ? {} : { Tagging: tagging }) }
  demand(tx, storingDemands(tx, bucket, key, 'PutObject', said))
  return bucket
}

/** Store what a form brought. */
export const postObject = (tx: Tx, { body, ...form }: PostedObject): PostAnswer => {
  const { fields, fileName = '', tagging } = form
  const bucket = formTarget(tx, form)
  const named = lowerCased(fields)
  const template = named.get('key')
  if (template === undefined) {
    return refuse(
      'InvalidArgument',
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      400,
      { ArgumentName: 'key' },
    )
  }
  const key = checkedKey(keyOf(template, fileName))
  const input = inputOf(named)
  checkBody(body, input)
  const expires = Date.parse(named.get('expires') ?? '')
  const description: DescriptionInput = {
    ...input,
    ...(Number.isNaN(expires) ? {} : { Expires: new Date(expires) }),
    Metadata: metadataOf(named),
    Tagging: tagging,
  }
  const stored = storeBody(tx, bucket, key, body, describe(tx, bucket, description))
  const object = {
    Location: `${tx.endpoint}/${bucket.name}/${encodeURIComponent(key)}`,
    Bucket: bucket.name,
    Key: key,
    ETag: stored.ETag ?? '',
  }
  return {
    ...destination(named, object),
    object,
    ...(stored.VersionId === undefined ? {} : { versionId: stored.VersionId }),
  }
}

const metadataOf = (fields: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...fields]
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]),
  )

const destination = (
  fields: ReadonlyMap<string, string>,
  object: PostAnswer['object'],
): Pick<PostAnswer, 'status' | 'location'> => {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect')
  // A redirect that is no address is ignored.
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect)
    url.searchParams.set('bucket', object.Bucket)
    url.searchParams.set('key', object.Key)
    url.searchParams.set('etag', object.ETag)
    return { status: 303, location: url.href }
  }
  const asked = fields.get('success_action_status')
  const status = asked === '200' ? 200 : asked === '201' ? 201 : 204
  return { status, location: object.Location }
}
