// SPDX-License-Identifier: BSD-2-Clause
// What S3 asks of the pipeline beyond the query services: operations chosen by address, bodies staged before the
// transaction, answers that are files, forms that browsers post, and the headers of cross-origin requests.
import { createHash } from 'node:crypto'
import { pipeline, Readable, type Transform } from 'node:stream'
import { stageBody } from './bytes/stage-body'
import { type Asker, askedOf, type Door } from './door'
import { refuse } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import type { BlobSlices, BodyRules, OperationEntry, Service, StagedBody } from './operation'
import type { Route } from './routing'
import { refuseUnimplemented } from './s3/refusals'
import { signedFacts } from './s3/signature-values'
import { transact } from './transaction'
import type { RestMatch } from './wire/contracts'
import { hostIdOf } from './wire/errors'
import { addressOf, router } from './wire/rest-route'
import { readRest, writeRest } from './wire/rest-xml'
import { authenticate } from './wire/signature/authenticate'
import { unsignedBody } from './wire/signature/body'
import { base64Bytes, type ChecksumAlgorithm, checksumOf } from './wire/signature/checksums'

export interface PreparedS3 extends Asker {
  readonly service: Service
  readonly entry: OperationEntry
  readonly input: Record<string, unknown>
  readonly match: RestMatch
  /** The staged body, which goes when the operation does not adopt it. */
  readonly staged: StagedBody | undefined
}

// Documents (ACLs, lists of keys to delete): the wire format has limits of its own below this one.
const documentBytes = 2 * 1024 * 1024

let routes: ReturnType<typeof router> | undefined

const routesOf = (service: Service): ReturnType<typeof router> => {
  routes ??= router([
    ...Object.values(service.operations).map(entry => entry.schema),
    ...(service.unimplemented ?? []),
  ])
  return routes
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  MD5: 16,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
}

const refuseHeader = (name: string): never =>
  refuse('InvalidRequest', `Value for ${name} header is invalid.`, 400)

const checksumsAskedFor = ({ headers }: HttpRequest): Map<ChecksumAlgorithm, string | undefined> => {
  const asked = new Map<ChecksumAlgorithm, string | undefined>()
  for (const name of (headers['x-amz-trailer'] ?? '').split(',')) {
    const algorithm = checksumOf(name.trim())
    if (algorithm) asked.set(algorithm, undefined)
  }
  for (const [name, value] of Object.entries(headers)) {
    const algorithm = checksumOf(name)
    if (algorithm && base64Bytes(value)?.length !== digestBytes[algorithm]) refuseHeader(name)
    if (algorithm) asked.set(algorithm, value)
  }
  if (asked.size > 1) {
    refuse(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
      400,
    )
  }
  const announced = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase()
  if (announced !== undefined && [...asked.keys()].some(algorithm => algorithm !== announced)) {
    refuseHeader('x-amz-sdk-checksum-algorithm')
  }
  return asked
}

const readDocument = async (
  body: Readable | Buffer | undefined,
  decode: (() => Transform) | undefined,
): Promise<Buffer | undefined> => {
  if (body === undefined || (Buffer.isBuffer(body) && !decode)) return body as Buffer | undefined
  const source = Buffer.isBuffer(body) ? Readable.from([body]) : body
  // A failure of the source ends the pipeline's last stream, and so reaches whoever reads that.
  const decoded = decode ? pipeline(source, decode(), () => undefined) : source
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of decoded) {
    bytes += (chunk as Buffer).length
    if (bytes > documentBytes)
      refuse('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** Documents may come with a Content-MD5, and some operations demand one of their clients. */
const checkDocumentDigest = ({ headers }: HttpRequest, document: Buffer = Buffer.alloc(0)): void => {
  const stated = headers['content-md5']
  if (stated === undefined) return
  const digest = Buffer.from(stated, 'base64')
  if (digest.length !== 16) refuse('InvalidDigest', 'The Content-MD5 you specified was invalid.')
  if (!createHash('md5').update(document).digest().equals(digest)) {
    refuse('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
}

/** Have a streamed body on disk, whatever coding it came in. */
export const stage = (door: Door, request: HttpRequest, decode: (() => Transform) | undefined) => {
  const length = request.headers['content-length']
  const isCoded = request.headers['x-amz-decoded-content-length'] !== undefined
  return stageBody(door.around.blobs, request.body, {
    checksums: checksumsAskedFor(request),
    ...(decode ? { transform: decode() } : {}),
    ...(length !== undefined && !isCoded ? { expectedBytes: Number(length) } : {}),
  })
}

/** Refuse a body before it is sent: one that is too long, or that its sender may not store. */
const checkBeforehand = (
  door: Door,
  { headers }: HttpRequest,
  { largestBytes, before }: BodyRules,
  input: Record<string, unknown>,
  asker: Asker,
): void => {
  const bytes = headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? '0'
  if (Number(bytes) > largestBytes) {
    refuse('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: bytes,
      MaxSizeAllowed: String(largestBytes),
    })
  }
  if (before)
    transact(door.around, tx => before(tx, input as never), { ...askedOf(door, asker), reads: true })
}

const checkLength = ({ headers }: HttpRequest): void => {
  if (headers['content-length'] === undefined && headers['x-amz-decoded-content-length'] === undefined) {
    refuse('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411)
  }
}

/** Find out who asks for what, and have the body ready on disk or in memory. */
export const prepareS3 = async (door: Door, request: HttpRequest, found: Route): Promise<PreparedS3> => {
  const authentication = authenticate(request, {
    family: 's3',
    now: new Date(door.around.clock.now()),
    secretFor: door.secretFor,
    servicePath: found.servicePath,
    ...(found.hostBucket === undefined ? {} : { hostBucket: found.hostBucket }),
  })
  const { service } = door
  const caller = door.callerOf(authentication)
  const facts =
    authentication === 'anonymous'
      ? door.facts
      : signedFacts(door.facts, request, authentication.kind, door.around.clock.now())
  const match = matchOf(door, request, found)
  const entry = Object.hasOwn(door.service.operations, match.name)
    ? door.service.operations[match.name]
    : undefined
  if (!entry) {
    return refuseUnimplemented()
  }
  const decode = authentication === 'anonymous' ? unsignedBody(request) : authentication.bodyTransform
  if (match.streams !== undefined) {
    checkLength(request)
    // The rest of the request is read first: what it refuses need not be received.
    const input = await readRest(match, request)
    if (entry.body) checkBeforehand(door, request, entry.body, input, { caller, facts, name: match.name })
    const staged = await stage(door, request, decode)
    return {
      service,
      entry,
      name: match.name,
      caller,
      facts,
      match,
      staged,
      input: { ...input, [match.streams]: staged },
    }
  }
  const document = await readDocument(request.body, decode)
  checkDocumentDigest(request, document)
  const input = await readRest(match, request, document)
  return { service, entry, name: match.name, caller, facts, match, staged: undefined, input }
}

const matchOf = (door: Door, request: HttpRequest, found: Route): RestMatch => {
  const { servicePath, hostBucket } = found
  const address = addressOf(request.path, {
    servicePath,
    ...(hostBucket === undefined ? {} : { hostBucket }),
  })
  const match = routesOf(door.service)(request, address)
  if (match) return match
  // A form was taken for one before this.
  if (request.method === 'POST' && address.bucket !== undefined && address.key === undefined) {
    refuse('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    })
  }
  return refuse('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
}

const isSlices = (body: unknown): body is BlobSlices =>
  typeof body === 'object' && body !== null && 'slices' in body

/** Run the operation and write its answer; a body in blobs is named, not read. */
export const answerS3 = (
  door: Door,
  request: HttpRequest,
  prepared: PreparedS3,
  requestId: string,
  perform: () => unknown,
): HttpResponse => {
  try {
    const output = perform() as Record<string, unknown> | undefined
    const { schema } = prepared.match
    const { Body: body, ...rest } = output ?? {}
    const context = { requestId, hostId: hostIdOf(requestId), method: request.method }
    if (!isSlices(body)) return writeRest(schema, output ?? {}, context)
    const answer = writeRest(schema, rest, context)
    const files = body.slices.map(({ blob, start, end }) => ({
      file: door.around.blobs.path(blob),
      start,
      end,
    }))
    return { ...answer, body: files }
  } finally {
    if (prepared.staged) door.around.blobs.drop(prepared.staged)
  }
}
