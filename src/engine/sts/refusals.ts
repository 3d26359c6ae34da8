// SPDX-License-Identifier: BSD-2-Clause
import type { Denial } from '../access'
import { refuse } from '../errors'
import type { Caller } from '../operation'

/** In AWS' words, which say who asked for what. */
export const stsDenied: Denial = (tx, { action, resource }) =>
  refuse(
    'AccessDenied',
    `User: ${tx.caller.arn || 'anonymous'} is not authorized to perform: ${action}` +
      (resource === '*' ? '' : ` on resource: ${resource}`),
    403,
  )

const missing = (message: string): never => refuse('MissingAuthenticationToken', message, 403)

/** For what a temporary key may not beget: else it would never expire. */
export const refuseTemporary = ({ session }: Caller): void => {
  if (session) missing('Temporary credential not permitted.')
}

export const refusePassword = ({ isByPassword }: Caller): void => {
  if (isByPassword) missing('Missing credential.')
}

/** What a request may hold and this cloud cannot do: it is not silently left out. */
export const refuseUnsupported = (input: object, names: readonly string[]): void => {
  for (const name of names) {
    const value = (input as Readonly<Record<string, unknown>>)[name]
    const isAbsent = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isAbsent) refuse('NotImplemented', `The parameter ${name} is not supported here.`, 400)
  }
}
