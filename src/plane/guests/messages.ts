// SPDX-License-Identifier: BSD-2-Clause
// What the server and its guests say to each other, and a guest to the services in it, over the channel that Node opens
// between a process and one that it has started. Whose channel closes ends: nobody outlives the server.
import type { Forward } from '../../engine/cloudwatch/schema/metrics'
import type { OpenPort } from '../../engine/ec2/reachability'

/** What may change while a guest is on. */
export interface Rules {
  readonly open: readonly OpenPort[]
  readonly forwards: readonly Forward[]
}

export interface Boot extends Rules {
  readonly kind: 'boot'
  readonly instanceId: string
  readonly zone: string
  readonly address: string
  /** Where the metadata service answers. */
  readonly endpoint: string
  readonly readsUserData: boolean
  /** Runs `mallee` again: program and first arguments. */
  readonly command: readonly string[]
}

export interface NewRules extends Rules {
  readonly kind: 'rules'
  readonly serial: number
}

export type ToGuest = Boot | NewRules

/** Where a port of the instance is answered. */
export interface GuestPort {
  readonly port: number
  /** Where it is answered instead, as that port may not be opened; absent with `trouble` where nowhere. */
  readonly mapped?: number
  readonly trouble?: string
}

export type FromGuest =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** The rules are in force. */
  | { readonly kind: 'ruled'; readonly serial: number }
  | { readonly kind: 'ports'; readonly ports: readonly GuestPort[] }
  /** All has been done that a boot is about. */
  | { readonly kind: 'booted' }

export interface ToService {
  readonly kind: 'start'
  readonly instanceId: string
  readonly zone: string
}

export type FromService =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly reason: string }
