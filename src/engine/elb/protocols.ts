// SPDX-License-Identifier: BSD-2-Clause
// The four protocols of listeners, instances and checks.
import type { Protocol } from './schema'

const protocols: readonly Protocol[] = ['HTTP', 'HTTPS', 'TCP', 'SSL']

/** A protocol as somebody wrote it, in whatever case; undefined of what is none. */
export const protocolNamed = (text: string): Protocol | undefined =>
  protocols.find(one => one === text.toUpperCase())

/** Whether requests are told apart; of the other two it is connections. */
export const isHttp = (protocol: Protocol): boolean => protocol === 'HTTP' || protocol === 'HTTPS'

/** Whether it begins with a handshake of TLS. */
export const isTls = (protocol: Protocol): boolean => protocol === 'HTTPS' || protocol === 'SSL'
