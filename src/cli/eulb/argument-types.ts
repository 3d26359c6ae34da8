// SPDX-License-Identifier: BSD-2-Clause
// What texts mean to the tools of load balancers alone. Refusals are in the original's words.
import type { Instance, Listener, PolicyAttribute, TagKeyOnly } from '@aws-sdk/client-elastic-load-balancing'
import { int, list } from '../argument-types'

const protocols = ['HTTP', 'HTTPS', 'SSL', 'TCP'] as const
const choices = protocols.map(protocol => `'${protocol}'`).join(', ')
const parts = ['protocol', 'lb-port', 'instance-port', 'instance-protocol', 'cert-id']
const isWeb = (protocol: string): boolean => protocol.startsWith('HTTP')

/** `KEY=VALUE, KEY=VALUE, …` with blanks wherever they please. */
const listenerParts = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const piece of text.split(',').filter(piece => piece.trim() !== '')) {
    const [key = '', value, ...more] = piece.split('=')
    if (value === undefined || more.length > 0)
      throw new TypeError(`listener '${text}': element '${piece}' must have format KEY=VALUE`)
    found.set(key.trim(), value.trim())
  }
  const extra = [...found.keys()].filter(key => !parts.includes(key))
  if (extra.length > 0)
    throw new TypeError(`listener '${text}': invalid element(s): ${extra.map(key => `'${key}'`).join(', ')}`)
  return found
}

/** `lb-port=80, protocol=HTTP, instance-port=8888, instance-protocol=HTTP, cert-id=ARN` */
export const listener = (text: string): Listener => {
  const found = listenerParts(text)
  const refuse = (reason: string): never => {
    throw new TypeError(`listener '${text}': ${reason}`)
  }
  const must = (name: string): string => found.get(name) ?? refuse(`${name} is required`)
  const protocolOf = (name: string): string => {
    const protocol = must(name).toUpperCase()
    return protocols.some(one => one === protocol)
      ? protocol
      : refuse(`${name} '${must(name)}' is invalid (choose from ${choices})`)
  }
  const portOf = (name: string): number => {
    const port = must(name)
    try {
      return int(port)
    } catch {
      return refuse(`${name} must be an integer`)
    }
  }
  const protocol = protocolOf('protocol')
  const ports = { LoadBalancerPort: portOf('lb-port'), InstancePort: portOf('instance-port') }
  const instanceProtocol = found.has('instance-protocol') ? protocolOf('instance-protocol') : undefined
  if (instanceProtocol !== undefined && isWeb(instanceProtocol) !== isWeb(protocol)) {
    const pair = isWeb(protocol) ? ["'HTTP'", "'HTTPS'"] : ["'SSL'", "'TCP'"]
    refuse(`instance-protocol must be ${pair.join(' or ')} when protocol is ${pair.join(' or ')}`)
  }
  const certificate = found.get('cert-id')
  return {
    Protocol: protocol,
    ...ports,
    ...(instanceProtocol !== undefined && { InstanceProtocol: instanceProtocol }),
    ...(certificate && { SSLCertificateId: certificate }),
  }
}

/** `name=NAME, value=VALUE`, in either order. */
export const policyAttribute = (text: string): PolicyAttribute => {
  const found = new Map<string, string>()
  for (const piece of text.split(',')) {
    const [key = '', ...value] = piece.split('=')
    const name = key.trim()
    if (name !== 'name' && name !== 'value')
      throw new TypeError(
        `attribute '${text}': '${name}' is not a valid part of an attribute (choose from 'name', 'value')`,
      )
    found.set(name, value.join('=').trim())
  }
  for (const name of ['name', 'value'])
    if (!found.has(name)) throw new TypeError(`attribute '${text}': ${name} is required`)
  return { AttributeName: found.get('name'), AttributeValue: found.get('value') }
}

/** `NAME=VALUE` */
export const policyPair = (text: string): PolicyAttribute => {
  const at = text.indexOf('=')
  if (at === -1) throw new TypeError(`attribute '${text}' must have format NAME=VALUE`)
  if (at === 0) throw new TypeError(`attribute '${text}' must have a name`)
  return { AttributeName: text.slice(0, at).trim(), AttributeValue: text.slice(at + 1).trim() }
}

/** `NAME=VALUE,NAME=VALUE,…` */
export const policyPairs = (text: string): PolicyAttribute[] => list(text).map(policyPair)

/** A name and a value of an attribute of a balancer, whatever the balancer makes of it. */
export const balancerAttribute = (text: string): readonly [name: string, value: string] => {
  const at = text.indexOf('=')
  if (at === -1) throw new TypeError(`invalid ATTR=VALUE pair: ${text}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** `i-1,i-2,…` */
export const instances = (text: string): Instance[] => list(text).map(InstanceId => ({ InstanceId }))

/** `1,2,…` */
export const ports = (text: string): number[] => list(text).map(int)

export const tagKey = (text: string): TagKeyOnly => ({ Key: text })
