// SPDX-License-Identifier: BSD-2-Clause
// From a line that HAProxy wrote to one as access logs of load balancers have it (engine-iam-elb, part 3 §8):
// time, name, client, instance, three times, two statuses, bytes in and out, request, user agent, cipher and protocol.

export interface LoggedListener {
  readonly frontend: string
  readonly port: number
  readonly isHttp: boolean
  readonly isTls: boolean
}

const seconds = (milliseconds: string): string => {
  const number = Number(milliseconds)
  return number < 0 || Number.isNaN(number) ? '-1' : (number / 1000).toFixed(6)
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, character => `\\${character}`)}"`

/** A header by the numbers of its bytes; what no line may have in it is written as HAProxy writes it elsewhere. */
const fromHex = (hex: string): string =>
  /^(?:[0-9A-F]{2})+$/.test(hex)
    ? Buffer.from(hex, 'hex')
        .toString('latin1')
        .replace(/[\0-\x1f\x7f]/g, control => `#${Buffer.from(control).toString('hex').toUpperCase()}`)
    : '-'

/** As it was asked for: HAProxy writes what it will not have in a line, `|` and quotes too, as `#7C`, and `#` as `#23`. */
const asAsked = (target: string): string =>
  target.replace(/#([0-9A-F]{2})/g, (_, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[\x21-\x7e]/.test(character) ? character : `%${hex}`
  })

/** `GET http://host:port/path HTTP/1.1` */
const requestText = (
  { port, isTls }: LoggedListener,
  method: string,
  host: string,
  target: string,
  version: string,
): string => {
  if (method === '<BADREQ>' || target === '<BADREQ>') return '- - - '
  const scheme = isTls ? 'https' : 'http'
  const bare = host.replace(/:\d+$/, '')
  const url = /^https?:\/\//i.test(target)
    ? target
    : `${scheme}://${bare === '-' ? '' : bare}:${port}${asAsked(target)}`
  return `${method} ${url} ${version}`
}

/** Undefined for what is no line of HAProxy's about one of these listeners. */
export const accessLogLine = (
  text: string,
  balancer: string,
  listeners: readonly LoggedListener[],
): string | undefined => {
  const fields = text.split('\t')
  if (fields.length !== 20) return undefined
  const [at = '', client = '', instance = '', toRequest = '', waited = '', toConnect = '', toAnswer = ''] =
    fields
  const [, , , , , , , toEnd = '', status = '', ended = '', received = '', sent = '', method = ''] = fields
  const [host = '', target = '', version = '', agent = '', cipher = '', protocol = '', frontend = ''] =
    fields.slice(13)
  // HAProxy marks frontends that speak TLS by a tilde.
  const listener = listeners.find(candidate => candidate.frontend === frontend.replace(/~$/, ''))
  if (!listener) return undefined
  const time = new Date(Number(at.split('.')[0]) * 1000 + Number(at.split('.')[1] ?? 0))
  if (Number.isNaN(time.getTime())) return undefined
  const instant = time.toISOString().replace(/Z$/, '000Z')
  const hasInstance = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(instance) && toConnect !== '-1'
  // Where HAProxy answered itself, no answer had begun.
  const hasAnswer = hasInstance && toAnswer !== '-1' && ended !== 'SC'
  const before = String(Math.max(0, Number(waited)) + Math.max(0, Number(toConnect)))
  const times = listener.isHttp
    ? [
        hasInstance ? seconds(before) : '-1',
        hasAnswer ? seconds(toAnswer) : '-1',
        hasAnswer ? seconds(toEnd) : '-1',
      ]
    : hasInstance
      ? [seconds(toRequest), seconds(toConnect), seconds('0')]
      : ['-1', '-1', '-1']
  return [
    instant,
    balancer,
    client,
    hasInstance ? instance : '-',
    ...times,
    ...(listener.isHttp ? [status, hasAnswer ? status : '0'] : ['-', '-']),
    received,
    sent,
    quoted(listener.isHttp ? requestText(listener, method, fromHex(host), target, version) : '- - - '),
    quoted(fromHex(agent)),
    cipher === '' ? '-' : cipher,
    protocol === '' ? '-' : protocol,
  ].join(' ')
}
