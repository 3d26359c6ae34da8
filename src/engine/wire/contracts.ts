// SPDX-License-Identifier: BSD-2-Clause
// What crosses the border of this room, as types. The functions are where their names say:
//
//   form.ts       readForm(query, body?, limits?) → Form                      URL and body parameters, body first
//   ec2.ts        readEc2(schema, form, rules?) → input                       strict: unknown parameters are refused
//                 writeEc2(schema, output, { requestId, version? }) → HttpResponse
//   query.ts      readQuery(schema, form, rules?) → input                     unknown parameters are ignored
//                 writeQuery(schema, output, { requestId, namespace }) → HttpResponse
//   rpc-form.ts   rpcFormOf(request) → in which of the later forms a query service is asked
//   rpc.ts        rpcOperation, readRpc, writeRpc, writeRpcError: JSON and CBOR of query services
//   cbor.ts       readCbor(bytes) → value; writeCbor(shape, value) → bytes
//   rest-route.ts router(schemas) → (request, address) → RestMatch | undefined; addressOf(path, …) → bucket and key
//   rest-json.ts  jsonRouter(schemas) → (method, path) → JsonMatch | undefined; readRestJson, writeRestJson
//   rest-xml.ts   readRest(match, request, body?) → Promise of the input; writeRest(schema, output, context) → HttpResponse
//   errors.ts     writeError(family, error, context) → HttpResponse; ProtocolRefusal; refuseProtocol; statusOf
//   signature/    authenticate.ts: authenticate(request, options) → Authentication; v4.ts: scopeOf(request)
//                 body.ts: unsignedBody(request), for anonymous chunked bodies; post-policy.ts: checkPostPolicy, readPolicy
//                 checksums.ts: newChecksum(algorithm), checksumOf(header)
//   multipart.ts  isPostForm(request), readPostForm(request) → fields, and the file as a stream
import type { Transform } from 'node:stream'
import type { StaticOperationSchema } from '@smithy/types'

/** Parameters of one request, decoded. `values` holds the last value of a repeated name. */
export interface Form {
  readonly values: ReadonlyMap<string, string>
  /** `Action`, or `Operation` where a client says that; undefined when neither is there. */
  readonly action: string | undefined
  readonly version: string | undefined
}

export interface FormLimits {
  /** Default 102400, as Eucalyptus has it. */
  readonly bodyBytes?: number
  /** Default 5000. */
  readonly parameters?: number
}

/** Where this cloud asks for less than the schema. */
export interface ReadRules {
  /** Members of the operation's input that the schema requires and this cloud does not. */
  readonly optional?: readonly string[] | undefined
  /** What to answer where a member is required and missing; by default what the protocol has for it. */
  readonly missing?: ((member: string) => never) | undefined
}

export type Family = 'ec2' | 'query' | 's3' | 'json'

/** What the verifier needs to know of an access key. Undefined for a key that is not known. */
export type SecretLookup = (accessKeyId: string) => { readonly secret: string } | undefined

export type SignatureKind = 'v2-query' | 'v4-header' | 'v4-query' | 's3-v2-header' | 's3-v2-query'

/** A request whose signature was right. The caller checks that the key is active and what `token` stands for. */
export interface Signed {
  readonly kind: SignatureKind
  readonly accessKeyId: string
  /** The session token that came with the signature, unchecked. An empty one is none: clients send their variable. */
  readonly token?: string
  /** From the credential scope of a version 4 signature. */
  readonly region?: string
  readonly service?: string
  /**
   * Present when the body must pass through it: to take aws-chunked coding off, to check chunk signatures and trailing
   * checksums, or to compare a streamed body with its signed digest. It fails with a Refusal. Use it once.
   */
  readonly bodyTransform?: () => Transform
  /** Hex digest that the signature covers, when the body has one. */
  readonly bodySha256?: string
}

export type Authentication = Signed | 'anonymous'

export interface AuthenticateOptions {
  readonly family: 'query' | 's3' | 'json'
  readonly now: Date
  readonly secretFor: SecretLookup
  /** The parsed parameters; needed for the query family. */
  readonly form?: Form
  /** S3: the bucket that the Host header names, for virtual-host style requests. */
  readonly hostBucket?: string
  /** S3: the part of the path in front of the bucket, such as `/services/objectstorage`. */
  readonly servicePath?: string
}

/** Credential scope as the request states it, before anything is verified. For choosing a service. */
export interface Scope {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
}

/** An S3 operation chosen for a request, with what its address says. */
export interface RestMatch {
  readonly schema: StaticOperationSchema
  /** The operation's name, such as `GetObjectAcl`. */
  readonly name: string
  readonly bucket: string | undefined
  readonly key: string | undefined
  /** Name of the input member that takes the raw body, for operations whose payload is a stream. */
  readonly streams: string | undefined
}

/** An operation of a restJson1 service chosen for a request. */
export interface JsonMatch {
  readonly schema: StaticOperationSchema
  readonly name: string
  /** Members that stand in the path, by name; decoded. */
  readonly labels: ReadonlyMap<string, string>
  /** Name of the input member that takes the raw body, for operations whose payload is a stream. */
  readonly streams: string | undefined
}
