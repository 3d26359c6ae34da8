// SPDX-License-Identifier: BSD-2-Clause
// What HAProxy is told of one load balancer (engine-iam-elb, part 3 §8).
//
// A configuration can run programs and read files, and much of what goes into it comes from users. So nothing does that
// does not have the form that it must have: `writable` refuses a listener that has no such form, and everything else here
// is made of numbers, of words of ours, and of names of files that are digests.
//
// Instances have numbered places in it, most of them empty. Who has which, and whether he serves, can be changed while
// it runs; all the rest of the text takes a reload.
import { createHash } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { BalancerPlan, PlannedListener, PlannedTarget } from '../../engine/elb/plan'
import { isHttp, isTls } from '../../engine/elb/protocols'
import { sharedByNobody } from './balancing'
import { versionsSpoken } from './tls-versions'

/** A place in the configuration, and who has it. */
export type Slots = readonly (PlannedTarget | undefined)[]

export type SlotState = PlannedTarget['state']

export interface Shape {
  readonly plan: BalancerPlan
  /** Those of the plan's that can be answered. */
  readonly listeners: readonly PlannedListener[]
  readonly slots: Slots
  /** The port that a listener is answered at, by its own. */
  readonly boundAt: (port: number) => number
  /** Name of the socket that this process is told things by, in its folder. */
  readonly socket: string
  readonly threads: number
}

/** Of the frontend in HAProxy's lists and logs. */
export const frontendOf = ({ protocol, port }: PlannedListener): string => `${protocol.toLowerCase()}-${port}`

export const backendOf = (listener: PlannedListener): string => `backend-${frontendOf(listener)}`

export const serverAt = (slot: number): string => `s${slot + 1}`

const digest = (...texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32)

export const pemOf = ({ certificate }: PlannedListener): string | undefined =>
  certificate &&
  `${[certificate.body, certificate.chain ?? '', certificate.privateKey].map(pem => pem.trim()).join('\n')}\n`

/** Named by what is in it, so that another certificate is another configuration. */
export const pemName = (pem: string): string => `certificate-${digest(pem)}.pem`

// What servers name their sessions by has letters, digits and these. HTTP would allow quotes, too, and more that has a
// meaning in configurations.
const cookieName = /^[A-Za-z0-9_.-]{1,255}$/
const cipher = /^[A-Za-z0-9_-]{1,64}$/
const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65536

/** Why a listener cannot be answered by HAProxy; undefined when it can. */
export const unwritable = (listener: PlannedListener): string | undefined => {
  const { protocol, stickiness, tls, instancePort, port } = listener
  if (!isPort(port) || !isPort(instancePort)) return 'it has no valid ports'
  if (isTls(protocol) && !listener.certificate) return 'its certificate is gone'
  if (stickiness?.kind === 'application' && !cookieName.test(stickiness.cookie)) {
    return `the name of the application's cookie has characters that are not supported: ${JSON.stringify(stickiness.cookie)}`
  }
  if (tls && !tls.ciphers.every(name => cipher.test(name))) return 'it has a cipher of no valid name'
  if (tls && !versionsSpoken(tls.protocols)) {
    return 'its policy has no version of TLS that there still is'
  }
  return undefined
}

/** What goes to an instance by a listener: nothing where its groups do not let the balancer in. */
export const stateFor = ({ instancePort }: PlannedListener, target: PlannedTarget): SlotState =>
  target.ports.includes(instancePort) ? target.state : 'rests'

const tlsWords = ({ tls }: PlannedListener): string => {
  const versions = tls && versionsSpoken(tls.protocols)
  if (!versions) return ''
  // The policy says which ciphers are good enough, not the level that OpenSSL was built with.
  const ciphers = [...tls.ciphers, '@SECLEVEL=0'].join(':')
  return [
    // Left to itself HAProxy speaks none that is older than 1.2.
    `ssl-min-ver ${versions.from} ssl-max-ver ${versions.to}`,
    ...(tls.isServersOrder ? [] : ['prefer-client-ciphers']),
    ...(tls.ciphers.length > 0 ? [`ciphers ${ciphers}`] : []),
  ].join(' ')
}

const bindLine = ({ plan, boundAt }: Shape, listener: PlannedListener): string => {
  const words = [`bind ${plan.address}:${boundAt(listener.port)}`]
  if (isHttp(listener.protocol)) words.push('proto h1')
  const pem = pemOf(listener)
  if (isTls(listener.protocol) && pem !== undefined) {
    words.push(`ssl crt ${pemName(pem)} ${tlsWords(listener)}`)
    // What a stream carries is for the client and the instance to say.
    if (isHttp(listener.protocol)) words.push('alpn http/1.1')
  }
  return words.join(' ').trimEnd()
}

// Fields of a line of the access log, with tabs between them and nowhere else. HAProxy writes control characters as `#09`
// in addresses that clients ask for, but not in headers, which are written by their bytes' numbers: nobody is to stay out of the
// log by a tab in his. AccessLogLine says which is which.
const logFields = [
  ...['%Ts.%ms', '%ci:%cp', '%si:%sp', '%TR', '%Tw', '%Tc', '%Tr', '%Td', '%ST', '%ts', '%U', '%B'],
  ...['%HM', '%[capture.req.hdr(1),hex]', '%HU', '%HV', '%[capture.req.hdr(0),hex]', '%sslc', '%sslv', '%ft'],
]
const streamLogFields = [
  ...['%Ts.%ms', '%ci:%cp', '%si:%sp', '%Th', '%Tw', '%Tc', '%Tt', '0', '0', '%ts', '%U', '%B'],
  ...['-', '-', '-', '-', '-', '%sslc', '%sslv', '%ft'],
]

const logLines = ({ plan }: Shape, listener: PlannedListener): readonly string[] => {
  if (!plan.accessLogs.enabled) return []
  const fields = isHttp(listener.protocol) ? logFields : streamLogFields
  const captures = ['User-Agent', 'Host'].map(name => `capture request header ${name} len 1024`)
  return [
    'log global',
    'option dontlognull',
    ...(isHttp(listener.protocol) ? captures : []),
    `log-format "${fields.join('\\t')}"`,
  ]
}

// HAProxy takes 64 words a line; lists of one name are one list.
const blocksPerLine = 32

/** Who is not to reach a listener is cut off before it is heard. */
const clientLines = ({ clients }: PlannedListener): readonly string[] => {
  if (!clients) return []
  if (clients.length === 0) return ['tcp-request connection reject']
  const lines = Math.ceil(clients.length / blocksPerLine)
  const parts = Array.from({ length: lines }, (_, index) =>
    clients.slice(index * blocksPerLine, (index + 1) * blocksPerLine),
  )
  return [
    ...parts.map(blocks => `acl is_let_in src ${blocks.join(' ')}`),
    'tcp-request connection reject unless is_let_in',
  ]
}

const frontendLines = (shape: Shape, listener: PlannedListener): readonly string[] => [
  `frontend ${frontendOf(listener)}`,
  ...[
    `mode ${isHttp(listener.protocol) ? 'http' : 'tcp'}`,
    bindLine(shape, listener),
    ...clientLines(listener),
    ...logLines(shape, listener),
    ...(isHttp(listener.protocol)
      ? [
          'option forwardfor',
          `http-request set-header X-Forwarded-Proto ${isTls(listener.protocol) ? 'https' : 'http'}`,
          `http-request set-header X-Forwarded-Port ${listener.port}`,
        ]
      : []),
    `default_backend ${backendOf(listener)}`,
  ].map(line => `  ${line}`),
]

// As long as the workers of Eucalyptus remember an application's session. Of its name a digest is kept: clients name what they
// like, and a hundred thousand names as long as cookies may be would fill the memory.
const applicationHours = 24
const nameDigest = 'sha1,hex'
const digestCharacters = 40

const stickinessLines = ({ plan }: Shape, { stickiness }: PlannedListener): readonly string[] => {
  if (stickiness?.kind === 'application') {
    return [
      `stick-table type string len ${digestCharacters} size 100k expire ${applicationHours}h`,
      `stick on req.cook(${stickiness.cookie}),${nameDigest}`,
      `stick store-response res.cook(${stickiness.cookie}),${nameDigest}`,
    ]
  }
  if (stickiness?.kind !== 'balancer') return []
  const { seconds } = stickiness
  const life = seconds === undefined ? '' : ` maxidle ${seconds}s maxlife ${seconds}s`
  // The value is made of the instance's address and this key, so that clients cannot tell nor choose it.
  return [
    `cookie AWSELB insert indirect dynamic${life}`,
    `dynamic-cookie-key ${digest(plan.id, 'AWSELB')}`,
    // Nobody may give it to another client.
    `http-after-response add-header Cache-Control '${sharedByNobody}' if { res.cook(AWSELB) -m found }`,
  ]
}

/** Where nobody is. It is disabled, so that nothing is ever sent there. */
const nowhere = '127.0.0.1'

/** Nothing but what comes with the cookie of an instance goes to one that has no weight. */
export const weightOf = ({ weight = 1 }: PlannedTarget, state: SlotState): number =>
  state === 'drains' ? 0 : Math.min(256, Math.max(1, Math.round(weight)))

const serverLine = (listener: PlannedListener, target: PlannedTarget | undefined, slot: number): string => {
  const name = serverAt(slot)
  if (!target) return `server ${name} ${nowhere}:${listener.instancePort} disabled`
  const state = stateFor(listener, target)
  const weight = weightOf(target, state)
  const words = `server ${name} ${checkedAddress(target.address)}:${listener.instancePort} weight ${weight}`
  return state === 'rests' ? `${words} disabled` : words
}

const checkedAddress = (address: string): string => {
  if (!isIPv4(address)) throw new Error(`not an address: ${JSON.stringify(address)}`)
  return address
}

const backendLines = (shape: Shape, listener: PlannedListener): readonly string[] => {
  const { plan, slots } = shape
  const backend = plan.backends.find(({ instancePort }) => instancePort === listener.instancePort)
  const words = ['weight 1', `source ${plan.address}`]
  if (isTls(listener.instanceProtocol)) words.push('ssl verify none')
  if (backend?.proxyProtocol) words.push('send-proxy')
  return [
    `backend ${backendOf(listener)}`,
    ...[
      `mode ${isHttp(listener.protocol) ? 'http' : 'tcp'}`,
      'balance roundrobin',
      ...(isHttp(listener.protocol) ? ['errorfile 503 503.http'] : []),
      ...stickinessLines(shape, listener),
      `default-server ${words.join(' ')}`,
      ...slots.map((target, slot) => serverLine(listener, target, slot)),
    ].map(line => `  ${line}`),
  ]
}

/** Nobody serves: engine-iam-elb, part 3 §8. */
export const nobodyServes =
  'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

export const configOf = (shape: Shape): string => {
  const { plan, listeners, socket, threads } = shape
  checkedAddress(plan.address)
  if (!/^[a-z0-9.-]{1,40}$/.test(socket)) throw new Error(`no name of a socket: ${socket}`)
  if (!Number.isInteger(plan.idleSeconds)) throw new Error(`no idle time: ${plan.idleSeconds}`)
  return `${[
    'global',
    '  no strict-limits',
    '  maxconn 20000',
    `  nbthread ${threads}`,
    `  stats socket unix@${socket} mode 600 level admin expose-fd listeners`,
    '  stats timeout 20d',
    '  tune.ssl.default-dh-param 2048',
    // A longer line would be cut, and be none.
    ...(plan.accessLogs.enabled
      ? ['  log stdout len 65535 format raw local0', '  tune.http.logurilen 8192']
      : []),
    'defaults',
    '  timeout connect 5s',
    `  timeout client ${plan.idleSeconds}s`,
    `  timeout server ${plan.idleSeconds}s`,
    // One that does not answer is left for another at once, also by those who would stick to it.
    '  retries 2',
    '  option redispatch 1',
    // Clients that are about to use a connection again do not find it closed by a reload.
    '  option idle-close-on-response',
    ...listeners.flatMap(listener => [...frontendLines(shape, listener), ...backendLines(shape, listener)]),
  ].join('\n')}\n`
}
