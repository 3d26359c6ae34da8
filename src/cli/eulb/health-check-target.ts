// SPDX-License-Identifier: BSD-2-Clause
import { UsageError } from '../errors'

const known = ['http', 'https', 'ssl', 'tcp']

const wrong = (reason: string): never => {
  throw new UsageError(`argument -t/--target: ${reason}`)
}

/** `http:80/` → `HTTP:80/`. Whether the port is one is the service's to say. */
export const healthCheckTarget = (text: string): string => {
  const at = text.indexOf(':')
  const rest = at === -1 ? '' : text.slice(at + 1)
  if (rest === '') return wrong('must have form PROTOCOL:PORT[/PATH]')
  const protocol = text.slice(0, at)
  const folded = protocol.toLowerCase()
  if (folded.startsWith('http') && known.includes(folded) && !rest.includes('/'))
    return wrong(`path is required for protocol '${protocol}'`)
  return `${known.includes(folded) ? folded.toUpperCase() : protocol}:${rest}`
}
