// SPDX-License-Identifier: BSD-2-Clause
// The steps of requests to a service that speaks JSON (restJson1): operations chosen by address, small documents, and
// blocks of bytes that are staged before the transaction.
import { webcrypto } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Blobs } from './bytes/blobs'
import type { Door } from './door'
import { refuse } from './errors'
import type { HttpRequest, HttpResponse } from './http'
import type { BlobSlices, OperationEntry, Service, StagedBytes } from './operation'
import type { Prepared } from './query-door'
import type { Route } from './routing'
import { readWhole } from './small-bodies'
import type { JsonMatch } from './wire/contracts'
import { jsonRouter, readRestJson, writeRestJson } from './wire/rest-json'
import { authenticate } from './wire/signature/authenticate'

export type JsonDoor = Pick<Door, 'around' | 'service' | 'secretFor' | 'callerOf'>

export interface PreparedJson extends Prepared {
  readonly staged: StagedBytes | undefined
}

const documentBytes = 128 * 1024

const routers = new WeakMap<Service, ReturnType<typeof jsonRouter>>()

const routerOf = (service: Service): ReturnType<typeof jsonRouter> => {
  const found = routers.get(service)
  if (found) return found
  const made = jsonRouter(Object.values(service.operations).map(entry => entry.schema))
  routers.set(service, made)
  return made
}

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

const stage = async (blobs: Blobs, bytes: Buffer): Promise<StagedBytes> => {
  const staged = blobs.stage()
  // On another thread, while this one sees to other requests.
  const hashing = webcrypto.subtle.digest('SHA-256', bytes)
  try {
    await writeFile(staged.path, bytes, { mode: 0o600 })
  } catch (error) {
    blobs.drop(staged)
    if (!outOfSpace.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    return refuse('ServiceQuotaExceededException', 'There is no space left to store the data.', 402)
  }
  return { ...staged, bytes: bytes.length, sha256: Buffer.from(await hashing).toString('hex') }
}

const matchOf = (service: Service, { method }: HttpRequest, { path }: Route): JsonMatch =>
  routerOf(service)(method, path) ??
  refuse('UnknownOperationException', `There is no operation at ${method} ${path}`)

/** The operation's own entry. The router knows no others. */
const entryOf = (service: Service, name: string): OperationEntry => {
  const entry = service.operations[name]
  if (!entry) throw new Error(`no operation ${name}`)
  return entry
}

/** Find out who asks for what, and have the body ready on disk or in memory. */
export const prepareJson = async (
  { around, service, secretFor, callerOf }: JsonDoor,
  request: HttpRequest,
  found: Route,
): Promise<PreparedJson> => {
  const match = matchOf(service, request, found)
  const entry = entryOf(service, match.name)
  const body = await readWhole(request, entry.body?.largestBytes ?? documentBytes)
  const authentication = authenticate(body ? { ...request, body } : request, {
    family: 'json',
    now: new Date(around.clock.now()),
    secretFor,
  })
  if (authentication === 'anonymous')
    return refuse('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const caller = callerOf(authentication)
  const input = readRestJson(match, request, match.streams === undefined ? body : undefined)
  const prepared = { service, entry, name: match.name, caller }
  if (match.streams === undefined) return { ...prepared, input, staged: undefined }
  const staged = await stage(around.blobs, body ?? Buffer.alloc(0))
  return { ...prepared, staged, input: { ...input, [match.streams]: staged } }
}

const isSlices = (body: unknown): body is BlobSlices =>
  typeof body === 'object' && body !== null && 'slices' in body

/** Run the operation and write its answer; bytes in blobs are named, not read. */
export const answerJson = async (
  { around }: JsonDoor,
  { entry, staged }: PreparedJson,
  requestId: string,
  perform: () => unknown,
): Promise<HttpResponse> => {
  try {
    const output = ((await perform()) ?? {}) as Record<string, unknown>
    const files = Object.entries(output).map(([name, value]) => [
      name,
      isSlices(value)
        ? value.slices.map(({ blob, start, end }) => ({ file: around.blobs.path(blob), start, end }))
        : value,
    ])
    return writeRestJson(entry.schema, Object.fromEntries(files), requestId)
  } finally {
    if (staged) around.blobs.drop(staged)
  }
}
