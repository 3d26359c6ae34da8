// SPDX-License-Identifier: BSD-2-Clause
// A web server that records what it is asked and answers as the test says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Settings } from '../../src/config'
import { loadSettings } from '../../src/config'

export interface Recorded {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly rawNames: readonly string[]
  readonly body: Buffer
  /** Parameters of a form body. */
  readonly form: URLSearchParams
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type Answering = (request: Recorded, response: ServerResponse) => Reply | undefined

export interface RecordingServer {
  readonly url: string
  readonly requests: Recorded[]
  /** What the next requests get; the last one stays. A function that returns nothing answers for itself, or never. */
  answer(...replies: (Reply | Answering)[]): void
  close(): Promise<void>
}

export const startServer = async (): Promise<RecordingServer> => {
  const requests: Recorded[] = []
  let replies: (Reply | Answering)[] = [{}]
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const recorded: Recorded = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      rawNames: incoming.rawHeaders.filter((_, index) => index % 2 === 0),
      body,
      form: new URLSearchParams(body.toString()),
    }
    requests.push(recorded)
    const next = replies.length > 1 ? replies.shift() : replies[0]
    const reply = typeof next === 'function' ? next(recorded, response) : next
    if (reply) response.writeHead(reply.status ?? 200, reply.headers).end(reply.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (...next) => {
      replies = next
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
export const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

/** Settings from an environment alone. */
export const settingsOf = (env: Readonly<Record<string, string>>): Settings =>
  loadSettings({
    env: { EUCA_CONFIG_PATH: '', AWS_ACCESS_KEY: accessKeyId, AWS_SECRET_KEY: secretKey, ...env },
    home: '/nonexistent',
    cwd: '/',
    processId: 4711,
  })

/** The time of the tests' requests, and waits that take none. */
export const io = (waits: number[] = []) => ({
  version: '9.9.9',
  now: () => Date.parse('2014-02-16T12:13:16.789Z'),
  random: () => 0.5,
  wait: async (milliseconds: number) => {
    waits.push(milliseconds)
  },
})
