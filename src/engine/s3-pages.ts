// SPDX-License-Identifier: BSD-2-Clause
// What browsers ask of S3: forms with a file, and leave to ask from another origin.

import type { Tagging } from '@aws-sdk/client-s3'
import { askedOf, type Door } from './door'
import { refuse } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import type { Route } from './routing'
import { corsHeaders, preflight } from './s3/cors'
import { formTarget, keyOf, type PostAnswer, postObject } from './s3/post'
import { formFacts } from './s3/signature-values'
import { answerS3, type PreparedS3, prepareS3, stage } from './s3-door'
import { transact } from './transaction'
import { hostIdOf } from './wire/errors'
import { isPostForm, readPostForm } from './wire/multipart'
import { addressOf } from './wire/rest-route'
import { readRest } from './wire/rest-xml'
import { checkFileBytes, checkPostPolicy } from './wire/signature/post-policy'
import { escapeText } from './wire/xml-text'

const bucketOf = (request: HttpRequest, { servicePath, hostBucket }: Route): string | undefined =>
  addressOf(request.path, { servicePath, ...(hostBucket === undefined ? {} : { hostBucket }) }).bucket

const words = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')

/** Whether a page of another origin may send a request that it asks about first. */
const answerPreflight = (door: Door, request: HttpRequest, found: Route): HttpResponse => {
  const {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': names,
  } = request.headers
  const bucket = bucketOf(request, found)
  if (origin === undefined || method === undefined || bucket === undefined) {
    return refuse('BadRequest', 'Insufficient information. Origin request header needed.', 400)
  }
  const headers = transact(door.around, tx => preflight(tx, bucket, origin, method, words(names)), {
    reads: true,
  })
  return { status: 200, headers: { ...headers, 'content-length': '0' } }
}

/** An answer with the headers that let a page of another origin see it, where the bucket's rules have it so. */
const withCors = (door: Door, request: HttpRequest, found: Route, response: HttpResponse): HttpResponse => {
  // A request may say which method its rule is to allow, as the one that asks for leave does.
  const { origin, 'access-control-request-method': method = request.method } = request.headers
  const bucket = origin === undefined ? undefined : bucketOf(request, found)
  if (origin === undefined || bucket === undefined) return response
  const headers = transact(door.around, tx => corsHeaders(tx, bucket, origin, method), {
    reads: true,
  })
  return headers ? { ...response, headers: { ...response.headers, ...headers } } : response
}

const formAnswer = ({ status, location, object, versionId }: PostAnswer, requestId: string): HttpResponse => {
  const headers = {
    location,
    etag: object.ETag,
    'x-amz-request-id': requestId,
    'x-amz-id-2': hostIdOf(requestId),
    ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
  }
  if (status !== 201) return { status, headers }
  const elements = Object.entries(object).map(([name, value]) => `<${name}>${escapeText(value)}</${name}>`)
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${elements.join('')}</PostResponse>`,
  }
}

/** The tags of a form, a document in its field `tagging`, as the header x-amz-tagging would have them. */
const taggingOf = async (
  { service }: Door,
  request: HttpRequest,
  fields: ReadonlyMap<string, string>,
): Promise<{ tagging?: string }> => {
  const document = fields.get('tagging')
  const schema = service.operations.PutObjectTagging?.schema
  if (document === undefined || schema === undefined) return {}
  const match = { schema, name: 'PutObjectTagging', bucket: '', key: '-', streams: undefined }
  const input = await readRest(match, { ...request, query: '', headers: {} }, Buffer.from(document))
  const { TagSet = [] } = input.Tagging as Tagging
  const pairs = TagSet.map(({ Key = '', Value = '' }): [string, string] => [Key, Value])
  return { tagging: new URLSearchParams(pairs).toString() }
}

/** Store the file of a form, by the leave of the policy among its fields. */
const answerForm = async (
  door: Door,
  request: HttpRequest,
  found: Route,
  requestId: string,
): Promise<HttpResponse> => {
  const bucket = bucketOf(request, found)
  if (bucket === undefined) {
    return refuse('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
  }
  const form = await readPostForm(request)
  // The policy is about the key that the object gets.
  const template = form.fields.get('key')
  const fields = new Map(form.fields)
  if (template !== undefined) fields.set('key', keyOf(template, form.file.name))
  const judge = () => {
    const now = new Date(door.around.clock.now())
    const signed = checkPostPolicy(fields, { now, secretFor: door.secretFor, bucket })
    const caller = door.callerOf(signed === 'anonymous' ? signed : { ...signed, kind: 's3-v2-query' })
    const facts = signed === 'anonymous' ? door.facts : formFacts(door.facts, fields)
    // Before the file is received.
    transact(door.around, tx => formTarget(tx, { bucket, fields: Object.fromEntries(fields) }), {
      ...askedOf(door, { caller, facts, name: 'PutObject' }),
      reads: true,
    })
    return { caller, facts, limits: signed === 'anonymous' ? undefined : signed.fileBytes }
  }
  let judged: ReturnType<typeof judge>
  let tags: { tagging?: string }
  try {
    judged = judge()
    tags = await taggingOf(door, request, fields)
  } catch (error) {
    form.discard()
    throw error
  }
  const { 'content-length': _, ...headers } = request.headers
  const staged = await stage(door, { ...request, headers, body: form.file.stream }, undefined)
  try {
    if (judged.limits) checkFileBytes(judged.limits, staged.bytes)
    const posted = {
      bucket,
      fields: Object.fromEntries(fields),
      body: staged,
      ...tags,
    }
    const asked = askedOf(door, { ...judged, name: 'PutObject' })
    const answer = transact(door.around, tx => postObject(tx, posted), asked)
    return formAnswer(answer, requestId)
  } finally {
    door.around.blobs.drop(staged)
  }
}

/** Any request to S3. `perform` runs an operation, `refused` writes what was thrown. */
export const handleS3 = async (
  door: Door,
  request: HttpRequest,
  found: Route,
  requestId: string,
  {
    perform,
    refused,
  }: {
    readonly perform: (prepared: PreparedS3) => unknown
    readonly refused: (error: unknown) => HttpResponse
  },
): Promise<HttpResponse> => {
  if (request.method === 'OPTIONS') return answerPreflight(door, request, found)
  const answer = async (): Promise<HttpResponse> => {
    if (isPostForm(request)) return answerForm(door, request, found, requestId)
    const prepared = await prepareS3(door, request, found)
    return answerS3(door, request, prepared, requestId, () => perform(prepared))
  }
  const response = await answer().catch(refused)
  return withCors(door, request, found, response)
}
