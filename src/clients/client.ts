// SPDX-License-Identifier: BSD-2-Clause
// One door to all clients. A service's schemas are loaded when a client of it is made, never before.
import type { Settings } from '../config'
import { type ClientIo, type Connection, connect } from './connection'
import type { Clients } from './operations'

type Opener<Name extends keyof Clients> = (connection: Connection, settings: Settings) => Clients[Name]

const openers: { readonly [Name in keyof Clients]: () => Promise<Opener<Name>> } = {
  ec2: async () => (await import('./ec2')).open,
  ebs: async () => (await import('./ebs')).open,
  s3: async () => (await import('./s3')).open,
  iam: async () => (await import('./iam')).open,
  sts: async () => (await import('./sts')).open,
  autoscaling: async () => (await import('./autoscaling')).open,
  elasticloadbalancing: async () => (await import('./balancing')).open,
  cloudformation: async () => (await import('./cloudformation')).open,
  monitoring: async () => (await import('./monitoring')).open,
  bootstrap: async () => (await import('./bootstrap')).open,
}

/**
 * A client of a service: an object with a method for each operation, such as `ec2.describeImages({…})`. Throws
 * ConfigError when the settings lack an endpoint or credentials, in this order. The methods reject with ServiceError
 * (the service said no), ClientError (no answer), or the signal's reason.
 */
export const clientFor = async <Name extends keyof Clients>(
  service: Name,
  settings: Settings,
  io: ClientIo = {},
): Promise<Clients[Name]> => {
  const connection = await connect(service, settings, io)
  const open = await openers[service]()
  return open(connection, settings)
}
