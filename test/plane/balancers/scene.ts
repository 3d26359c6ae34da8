// SPDX-License-Identifier: BSD-2-Clause
// What tests of load balancers' data plane stand in: addresses of their own, instances that are small servers, plans made
// by hand, and a HAProxy to carry them out.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createStream, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectSecurely, createServer as createSecureStream, type SecureVersion } from 'node:tls'
import type { BalancerPlan, PlannedListener, PlannedTarget } from '../../../src/engine/elb/plan'
import { HaproxyBalancing } from '../../../src/plane/balancers/haproxy'
import { findHaproxy, type HaproxyProgram } from '../../../src/plane/balancers/haproxy-program'
import { issueCertificate } from '../../support/certificates'

// Of this process, so that others who run tests on this machine are not in the way.
const network = `127.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`
let lastHost = 0

/** An address in 127/8 that no other test has. */
export const anAddress = (): string => `${network}.${(lastHost++ % 250) + 1}`

export const pair = issueCertificate({
  name: 'balancer.test',
  key: 0,
  isAuthority: true,
  to: '2049-01-01T00:00:00Z',
})

const endings: (() => Promise<void> | void)[] = []

/** In an `afterEach`: end everything that a test has begun, the last first. */
export const endAll = async (): Promise<void> => {
  for (const end of endings.splice(0).reverse()) await end()
}

export const later = (end: () => Promise<void> | void): void => {
  endings.push(end)
}

const listening = async (server: Server, address: string, port: number): Promise<void> => {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  later(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** An instance that answers HTTP; by default with its address and what it was asked. */
export const webInstance = async (
  port: number,
  { handler, isTls = false, at }: { handler?: Handler; isTls?: boolean; at?: string } = {},
): Promise<string> => {
  const address = at ?? anAddress()
  const answer: Handler = (incoming, response) => {
    response.setHeader('content-type', 'application/json')
    const from = incoming.socket.remoteAddress
    response.end(JSON.stringify({ address, from, url: incoming.url, headers: incoming.headers }))
  }
  const chosen = handler ?? answer
  const server = isTls
    ? createSecureServer({ key: pair.privateKey, cert: pair.certificate }, chosen)
    : createServer(chosen)
  await listening(server, address, port)
  return address
}

/** An instance that takes connections, to do with them what it wants. */
export const streamInstance = async (
  port: number,
  handler: (socket: Socket) => void,
  { isTls = false }: { isTls?: boolean } = {},
): Promise<string> => {
  const address = anAddress()
  const server = isTls
    ? createSecureStream({ key: pair.privateKey, cert: pair.certificate }, handler)
    : createStream({ allowHalfOpen: true }, handler)
  await listening(server, address, port)
  return address
}

let targets = 0

export const target = (address: string, more: Partial<PlannedTarget> = {}): PlannedTarget => ({
  instanceId: `i-${String(++targets).padStart(8, '0')}`,
  address,
  zone: 'PARTI00',
  state: 'serves',
  ports: [8888],
  ...more,
})

export const listener = (more: Partial<PlannedListener> = {}): PlannedListener => {
  const isTls = more.protocol === 'HTTPS' || more.protocol === 'SSL'
  return {
    port: 80,
    protocol: 'HTTP',
    instancePort: 8888,
    instanceProtocol: 'HTTP',
    ...(isTls && {
      certificate: { body: pair.certificate, privateKey: pair.privateKey },
      tls: { protocols: ['TLSv1.2'], ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'], isServersOrder: true },
    }),
    ...more,
  }
}

let plans = 0

export const planOf = (more: Partial<BalancerPlan> = {}): BalancerPlan => {
  const id = String(++plans).padStart(32, '0')
  return {
    key: `123456789012/lb-${plans}`,
    id,
    account: '123456789012',
    name: `lb-${plans}`,
    dnsName: `lb-${plans}-123456789012.lb.eucalyptus.internal`,
    address: anAddress(),
    idleSeconds: 60,
    accessLogs: { enabled: false, interval: 60 },
    listeners: [listener()],
    backends: [],
    targets: [],
    ...more,
  }
}

/** HAProxy as it is installed here; skips the suite where it is not, unless it must be. */
export const needHaproxy = async (suite: Mocha.Context): Promise<HaproxyProgram> => {
  const found = await findHaproxy()
  if (typeof found !== 'string') return found
  if (process.env.MALLEE_TEST_CLIENTS === 'required') throw new Error(found)
  return suite.skip()
}

export interface Carrying {
  readonly balancing: HaproxyBalancing
  readonly folder: string
  readonly told: string[]
}

/** Something that carries out plans of one balancer until the test ends. */
export const carrying = (
  program: HaproxyProgram,
  folder = mkdtempSync(join(tmpdir(), 'mallee-balancer-')),
): Carrying => {
  const told: string[] = []
  const balancing = new HaproxyBalancing({
    program,
    folder,
    threads: 2,
    tell: (_, text) => void told.push(text),
  })
  later(async () => {
    await balancing.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return { balancing, folder, told }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface Asking {
  readonly port?: number
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly agent?: Agent
}

/** One request, by default on a connection of its own. */
export const ask = (address: string, { port = 80, path = '/', headers, agent }: Asking = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const options = { host: address, port, path, headers, agent: agent ?? new Agent() }
    const asking = request(options, response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString(),
        }),
      )
    })
    asking.on('error', reject)
    asking.end()
  })

/** Who answers: the address of an instance. */
export const answeredBy = async (address: string, asking?: Asking): Promise<string> =>
  (JSON.parse((await ask(address, asking)).text) as { address: string }).address

/** All that comes on a connection. */
export const read = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', part => {
      text += part
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** The versions of TLS that a port speaks. */
export const versionsOf = async (host: string, port: number): Promise<readonly SecureVersion[]> => {
  const ciphers = 'DEFAULT:@SECLEVEL=0'
  const answers = versions.map(
    version =>
      new Promise<SecureVersion[]>(resolve => {
        const limits = { minVersion: version, maxVersion: version, ciphers, rejectUnauthorized: false }
        const socket = connectSecurely({ host, port, ...limits }, () => {
          socket.destroy()
          resolve([version])
        })
        socket.on('error', () => resolve([]))
      }),
  )
  return (await Promise.all(answers)).flat()
}

/** Listeners that speak TLS as four policies say, and the versions that each of them speaks. */
export const ofVersions = (
  [
    [
      ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
      ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
    ],
    [['SSLv3', 'TLSv1.0'], ['TLSv1']],
    // With a gap: the newest, as programs know only the first and the last.
    [['TLSv1.0', 'TLSv1.2'], ['TLSv1.2']],
    [['TLSv1.1'], ['TLSv1.1']],
  ] as const
).map(([protocols, spoken], index) => ({
  spoken,
  listener: listener({
    port: 1000 + index,
    protocol: 'SSL',
    instanceProtocol: 'TCP',
    instancePort: 7000,
    tls: {
      protocols,
      ciphers: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA'],
      isServersOrder: true,
    },
  }),
}))
