// SPDX-License-Identifier: BSD-2-Clause
// What security groups let in. In this cloud nobody filters packets: whoever stands for an instance asks here.
import type { Tx } from '../operation'
import type { Instance } from './schema/instances'

/** What may come in: addresses and the ports they may reach, any where there is no port. */
export interface OpenPort {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | '-1'
  readonly fromPort?: number
  readonly toPort?: number
  /** Blocks such as `10.0.0.0/8`; a source group has been resolved to the addresses of what is in it. */
  readonly sources: readonly string[]
}

/** What may reach an instance, by the rules of all its groups as they are now. */
export const openPorts = (_tx: Tx, _instance: Instance): readonly OpenPort[] => []

/** Whether a connection from an address may reach a TCP port. */
export const letsIn = (_open: readonly OpenPort[], _address: string, _port: number): boolean => false
