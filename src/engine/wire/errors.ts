// SPDX-License-Identifier: BSD-2-Clause
// Error documents, one form for each service family:
//
//   ec2    <Response><Errors><Error><Code/><Message/></Error></Errors><RequestID/></Response>     no namespace
//   query  <ErrorResponse xmlns><Error><Type/><Code/><Message/></Error><RequestId/></ErrorResponse>
//   s3     <Error><Code/><Message/>…<RequestId/><HostId/></Error>                                   no namespace
//   json   {"Message": …}, and further members of the exception; its name in the header x-amzn-errortype
//
// Failures of the protocol itself (signature, key, time, binding) are the same document for every query service, ec2's,
// and their Code is the HTTP status line: that is what made the tools print `error (403 Forbidden): …`.
import { STATUS_CODES } from 'node:http'
import { Refusal } from '../errors'
import type { HttpResponse } from '../http'
import type { Family } from './contracts'
import { escapeText } from './xml-text'

/** A refusal below any service: its code is the status line, and its request id repeats the message. */
export class ProtocolRefusal extends Refusal {
  constructor(status: number, message: string) {
    super(`${status} ${STATUS_CODES[status] ?? 'Error'}`, message, status)
    this.name = 'ProtocolRefusal'
  }
}

/** Refuse a request at the protocol level. `never`, so that it can stand to the right of `??`. */
export const refuseProtocol = (status: number, message: string): never => {
  throw new ProtocolRefusal(status, message)
}

/** S3's second name for a request. Amazon's says which host answered; here it says the same as the first. */
export const hostIdOf = (requestId: string): string => Buffer.from(requestId).toString('base64')

export interface ErrorContext {
  readonly requestId: string
  /** Namespace of a query service, such as `https://iam.amazonaws.com/doc/2010-05-08/`. */
  readonly namespace?: string
  /** S3: the path that was asked for. */
  readonly resource?: string
  readonly hostId?: string
  /** The answer to HEAD has headers only. */
  readonly method?: string
}

// Statuses other than 400. The S3 ones are Eucalyptus' (engine-protocols §8), completed from the S3 API reference.
const STATUS_BY_CODE: Readonly<Record<Family, Readonly<Record<string, number>>>> = {
  ec2: {
    UnauthorizedOperation: 403,
    AuthFailure: 403,
    OptInRequired: 403,
    PendingVerification: 403,
    Blocked: 403,
    RequestExpired: 400,
    InsufficientInstanceCapacity: 500,
    InsufficientAddressCapacity: 500,
    InsufficientCapacity: 500,
    InsufficientHostCapacity: 500,
    InsufficientVolumeCapacity: 500,
    InternalError: 500,
    InternalFailure: 500,
    RequestLimitExceeded: 503,
    ServiceUnavailable: 503,
    Unavailable: 503,
    UnsupportedProtocol: 400,
  },
  query: {
    AccessDenied: 403,
    AccessDeniedException: 403,
    NotAuthorized: 403,
    InvalidClientTokenId: 403,
    MissingAuthenticationToken: 403,
    SignatureDoesNotMatch: 403,
    OptInRequired: 403,
    RegionDisabledException: 403,
    NoSuchEntity: 404,
    EntityAlreadyExists: 409,
    DeleteConflict: 409,
    LimitExceeded: 409,
    EntityTemporarilyUnmodifiable: 409,
    ConcurrentModification: 409,
    InternalFailure: 500,
    ServiceFailure: 500,
    ServiceUnavailable: 503,
    NotImplemented: 501,
  },
  s3: {
    AccessDenied: 403,
    AccountProblem: 403,
    InvalidAccessKeyId: 403,
    InvalidObjectState: 403,
    RequestTimeTooSkewed: 403,
    SignatureDoesNotMatch: 403,
    NoSuchBucket: 404,
    NoSuchBucketPolicy: 404,
    NoSuchCORSConfiguration: 404,
    NoSuchKey: 404,
    NoSuchLifecycleConfiguration: 404,
    NoSuchTagSet: 404,
    NoSuchUpload: 404,
    NoSuchVersion: 404,
    NoSuchWebsiteConfiguration: 404,
    NotFound: 404,
    MethodNotAllowed: 405,
    BucketAlreadyExists: 409,
    BucketAlreadyOwnedByYou: 409,
    BucketNotEmpty: 409,
    InvalidBucketState: 409,
    OperationAborted: 409,
    MissingContentLength: 411,
    PreconditionFailed: 412,
    InvalidRange: 416,
    InternalError: 500,
    NotImplemented: 501,
    ServiceUnavailable: 503,
    SlowDown: 503,
  },
  // As the exceptions of the EBS direct APIs have them, and those that all of AWS' JSON services share.
  json: {
    AccessDeniedException: 403,
    InvalidSignatureException: 403,
    MissingAuthenticationTokenException: 403,
    UnrecognizedClientException: 403,
    ResourceNotFoundException: 404,
    UnknownOperationException: 404,
    ServiceQuotaExceededException: 402,
    ConflictException: 409,
    InternalServerException: 500,
  },
}

/** The HTTP status that a refusal is sent with: its own, else the one its code is known for, else 400. */
export const statusOf = (family: Family, refusal: Refusal): number =>
  refusal.status ??
  (Object.hasOwn(STATUS_BY_CODE[family], refusal.code) ? STATUS_BY_CODE[family][refusal.code] : undefined) ??
  400

// What an unexpected error tells the caller: nothing of its own, which may hold paths or keys.
const INTERNAL: Readonly<Record<Family, Refusal>> = {
  ec2: new Refusal('InternalError', 'An internal error has occurred', 500),
  query: new Refusal('InternalFailure', 'An internal error has occurred', 500),
  s3: new Refusal('InternalError', 'We encountered an internal error. Please try again.', 500),
  json: new Refusal('InternalServerException', 'An internal error has occurred.', 500),
}

const CONTENT_TYPE: Readonly<Record<Family, string>> = {
  ec2: 'application/xml; charset=UTF-8',
  query: 'application/xml; charset=UTF-8',
  s3: 'application/xml',
  json: 'application/json',
}

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeText(text)}</${name}>`

const ec2Document = (refusal: Refusal, requestId: string): string =>
  `<Response><Errors><Error>${element('Code', refusal.code)}${element('Message', refusal.message)}</Error></Errors>` +
  `${element('RequestID', requestId)}</Response>`

/** Euare blames the sender even for its own failures (engine-iam-elb, part 1 §1). */
const isEuare = ({ namespace = '' }: ErrorContext): boolean =>
  namespace.startsWith('https://iam.amazonaws.com/')

const queryDocument = (refusal: Refusal, status: number, context: ErrorContext): string =>
  `<ErrorResponse${context.namespace ? ` xmlns="${escapeText(context.namespace)}"` : ''}><Error>` +
  `${element('Type', status < 500 || isEuare(context) ? 'Sender' : 'Receiver')}${element('Code', refusal.code)}` +
  `${element('Message', refusal.message)}${details(refusal)}</Error>` +
  `${element('RequestId', context.requestId)}</ErrorResponse>`

const s3Document = (refusal: Refusal, context: ErrorContext): string =>
  `<Error>${element('Code', refusal.code)}${element('Message', refusal.message)}` +
  `${element('Resource', context.resource)}${details(refusal)}${element('RequestId', context.requestId)}` +
  `${element('HostId', context.hostId)}</Error>`

const details = (refusal: Refusal): string =>
  Object.entries(refusal.detail)
    .map(([name, value]) => element(name, value))
    .join('')

const xmlStart = '<?xml version="1.0" encoding="UTF-8"?>\n'

const document = (family: Family, refusal: Refusal, status: number, context: ErrorContext): string => {
  if (family === 'json') return JSON.stringify({ Message: refusal.message, ...refusal.detail })
  return xmlStart + xmlDocument(family, refusal, status, context)
}

const xmlDocument = (
  family: Exclude<Family, 'json'>,
  refusal: Refusal,
  status: number,
  context: ErrorContext,
): string => {
  if (family === 's3') return s3Document(refusal, context)
  if (refusal instanceof ProtocolRefusal) return ec2Document(refusal, refusal.message)
  if (family === 'ec2') return ec2Document(refusal, context.requestId)
  return queryDocument(refusal, status, context)
}

/** The answer to a request that failed. Anything that is not a Refusal becomes the family's internal error, status 500. */
export const writeError = (family: Family, error: unknown, context: ErrorContext): HttpResponse => {
  const refusal = error instanceof Refusal ? error : INTERNAL[family]
  const status = statusOf(family, refusal)
  const headers: Record<string, string> = {
    [family === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: context.requestId,
    ...(context.hostId === undefined ? {} : { 'x-amz-id-2': context.hostId }),
    ...(family === 'json' ? { 'x-amzn-errortype': refusal.code } : {}),
    ...refusal.headers,
  }
  const isProtocol = refusal instanceof ProtocolRefusal && (family === 'ec2' || family === 'query')
  if (isProtocol) headers.connection = 'close'
  // Statuses that HTTP defines as having no body, and answers to HEAD, say what they can in the status alone.
  if (context.method === 'HEAD' || status === 304 || status === 204) return { status, headers }
  // Eucalyptus sends protocol-level errors as plain text, XML though they are (engine-protocols §2).
  headers['content-type'] = isProtocol ? 'text/plain; charset=utf-8' : CONTENT_TYPE[family]
  return { status, headers, body: document(family, refusal, status, context) }
}
