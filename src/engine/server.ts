// SPDX-License-Identifier: BSD-2-Clause
// node:http(s) ⇄ handle. One port speaks both: the first byte of a connection tells TLS from plain HTTP, as
// Eucalyptus does on 8773.
import { createReadStream } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileSlice, HttpRequest, HttpResponse } from './http'

export type Door = (request: HttpRequest) => Promise<HttpResponse>

export interface ServerOptions {
  readonly port: number
  readonly host: string
  /** PEM of both; given when TLS is spoken as well. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Value of the `Server` header: Eucalyptus says `Eucalyptus/<version>`. */
  readonly name: string
  /** How long a client may take to say what it wants, once it has begun. Default 30 s. */
  readonly headerMilliseconds?: number
  /** Called with what kept an answer from going out. */
  readonly onBug?: (error: unknown) => void
}

export interface RunningServer {
  readonly port: number
  /** Stop taking connections, let answers under way finish, then end. */
  close(): Promise<void>
}

const tlsHandshake = 0x16
// engine-protocols §2: request line 4096, headers 8192. Presigned URLs and policies need more than the former.
const headerBytes = 32768
const firstByteMilliseconds = 30_000
/** How long answers under way may take once the server was told to end. */
const graceMilliseconds = 10_000

const joined = (headers: IncomingMessage['headers']): Record<string, string> => {
  const result: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return result
}

const requestOf = (incoming: IncomingMessage, secure: boolean): HttpRequest => {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const hasBody =
    incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: joined(incoming.headers),
    secure,
    ...(incoming.socket.remoteAddress ? { remoteAddress: incoming.socket.remoteAddress } : {}),
    ...(hasBody ? { body: incoming } : {}),
  }
}

// Which of two should count nobody can tell, and those in front of a server may read another than it does.
const onlyOnce = ['host', 'authorization']

/** The answer to a request with a header twice that there can only be one of (RFC 9110, §5.3 and §7.2). */
const refusedHeaders = ({ headersDistinct }: IncomingMessage): HttpResponse | undefined => {
  const twice = onlyOnce.find(name => (headersDistinct[name]?.length ?? 0) > 1)
  if (twice === undefined) return undefined
  return {
    status: 400,
    headers: { 'content-type': 'text/plain; charset=utf-8', connection: 'close' },
    body: `The header ${twice} was given more than once\n`,
  }
}

/**
 * A client that waits for leave to send its body has it when somebody reads the body: what refuses the request before
 * that is told instead, and nothing was sent in vain. Node ends a connection on which leave was not given, as nobody can
 * tell whether the body comes nonetheless.
 */
const giveLeaveLate = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const read = incoming._read
  incoming._read = size => {
    incoming._read = read
    if (!outgoing.headersSent) outgoing.writeContinue()
    read.call(incoming, size)
  }
}

const streamOf = (slices: readonly FileSlice[]): Readable => {
  const read = async function* () {
    for (const { file, start, end } of slices) {
      if (end > start) yield* createReadStream(file, { start, end: end - 1, highWaterMark: 1024 * 1024 })
    }
  }
  return Readable.from(read(), { objectMode: false, highWaterMark: 1024 * 1024 })
}

// A length in front of a Content-Disposition makes Node take the latter's bytes for UTF-8: the length goes last.
const head = (
  outgoing: ServerResponse,
  { status, headers }: HttpResponse,
  name: string,
  bytes?: number,
): void => {
  const { 'content-length': stated, ...others } = headers
  const length = stated ?? (bytes === undefined ? undefined : String(bytes))
  outgoing.writeHead(status, {
    server: name,
    ...others,
    ...(length === undefined ? {} : { 'content-length': length }),
  })
}

const send = async (response: HttpResponse, outgoing: ServerResponse, name: string): Promise<void> => {
  const { status, body } = response
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    // An empty answer says so, or it would go out in chunks; where there can be no body there is no length of it.
    const isMute = body === undefined && (outgoing.req.method === 'HEAD' || status === 204 || status === 304)
    head(outgoing, response, name, isMute ? undefined : Buffer.byteLength(body ?? ''))
    outgoing.end(body)
    return
  }
  const [only] = body
  head(
    outgoing,
    response,
    name,
    body.reduce((sum, { start, end }) => sum + end - start, 0),
  )
  if (body.length === 1 && only && only.end > only.start) {
    const { file, start, end } = only
    await pipeline(createReadStream(file, { start, end: end - 1, highWaterMark: 1024 * 1024 }), outgoing)
  } else await pipeline(streamOf(body), outgoing)
}

const partings = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE']

/** The client went away, which is no fault of ours. */
const isParting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && partings.includes(String(error.code))

const isSlices = (body: HttpResponse['body']): body is readonly FileSlice[] => Array.isArray(body)

export const startServer = async (door: Door, options: ServerOptions): Promise<RunningServer> => {
  const sockets = new Set<Socket>()
  // Connections that have not said anything yet.
  const silent = new Set<Socket>()
  let isClosing = false
  // Answers under way, and connections as the HTTP servers see them.
  const answers = new Set<ServerResponse>()
  const connections = new Set<Socket>()
  const follow = (socket: Socket): void => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  }
  const answer = (secure: boolean) => async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (isClosing) outgoing.shouldKeepAlive = false
    answers.add(outgoing)
    outgoing.once('close', () => {
      answers.delete(outgoing)
      if (isClosing) incoming.socket.end()
    })
    try {
      const response = refusedHeaders(incoming) ?? (await door(requestOf(incoming, secure)))
      if (incoming.method === 'HEAD' && isSlices(response.body)) {
        await send({ status: response.status, headers: response.headers }, outgoing, options.name)
      } else await send(response, outgoing, options.name)
    } catch (error) {
      // The connection is the only thing left to say it with.
      outgoing.destroy()
      if (!isParting(error)) options.onBug?.(error)
    }
    // What was not read of a refused body would otherwise be taken for the next request.
    if (!incoming.complete && !incoming.destroyed) incoming.resume()
  }
  const { headerMilliseconds = firstByteMilliseconds } = options
  const settings = {
    maxHeaderSize: headerBytes,
    keepAliveTimeout: 65_000,
    // Bodies may take as long as they take.
    requestTimeout: 0,
    headersTimeout: headerMilliseconds,
    connectionsCheckingInterval: Math.ceil(headerMilliseconds / 4),
  }
  const http = createHttpServer(settings, answer(false))
  const https = options.tls ? createHttpsServer({ ...settings, ...options.tls }, answer(true)) : undefined
  for (const server of [http, https]) {
    const answerLate = answer(server === https)
    server?.on('checkContinue', (incoming, outgoing) => {
      giveLeaveLate(incoming, outgoing)
      void answerLate(incoming, outgoing)
    })
    // Any other expectation is passed over, as S3 does.
    server?.on('checkExpectation', answerLate)
  }
  // The HTTP servers watch over slow headers from when they begin to listen, which these never do by themselves.
  for (const server of [http, https]) server?.emit('listening')
  http.on('connection', follow)
  https?.on('secureConnection', follow)
  const listener = createSocketServer(socket => {
    sockets.add(socket)
    silent.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => {
      sockets.delete(socket)
      silent.delete(socket)
    })
    socket.on('error', () => socket.destroy())
    socket.setTimeout(firstByteMilliseconds, () => socket.destroy())
    socket.once('data', first => {
      silent.delete(socket)
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.pause()
      socket.unshift(first)
      const server = (first as Buffer)[0] === tlsHandshake && https ? https : http
      server.emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(options.port, options.host, () => resolve())
  })
  return {
    port: (listener.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>(resolve => listener.close(() => resolve()))
      isClosing = true
      for (const socket of silent) socket.destroy()
      for (const outgoing of answers) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false
      const busy = new Set([...answers].map(outgoing => outgoing.req.socket))
      for (const socket of connections) if (!busy.has(socket)) socket.destroy()
      const grace = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, graceMilliseconds)
      await closed
      clearTimeout(grace)
      for (const server of [http, https]) server?.close()
    },
  }
}
