// SPDX-License-Identifier: BSD-2-Clause
// Requests that were sent before. They are answered again, as in Eucalyptus 4, unless the operator asks for what 3.x did.
// The dates that are signed have whole seconds: there, scripts that asked twice in one second had to be written anew.
import type { HttpRequest } from './http'
import type { Surroundings } from './transaction'
import type { Form } from './wire/contracts'
import { refuseProtocol } from './wire/errors'

const setting = 'WEBSERVICES_REFUSE_REPLAYS'
/** As long as a signature without `Expires` is good for. */
const rememberedSeconds = 920
/** Were there more within that time, the oldest would be forgotten. */
const most = 100_000

/** Of each cloud in this process: when its signatures may be forgotten, in the order in which they came. */
const seen = new WeakMap<Surroundings, Map<string, number>>()

const signatureOf = ({ headers }: HttpRequest, { values }: Form): string => {
  const text =
    values.get('Signature') ??
    values.get('X-Amz-Signature') ??
    /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1] ??
    ''
  // The bytes, as one signature can be spelled in several ways.
  return Buffer.from(text.replaceAll(' ', '+'), 'base64').toString('latin1')
}

/** Refuse what was signed rightly, when it was sent before and the operator wants that. */
export const refuseReplay = (around: Surroundings, request: HttpRequest, form: Form): void => {
  if (!around.setting?.(setting)) return
  const known = seen.get(around) ?? new Map<string, number>()
  seen.set(around, known)
  const now = around.clock.now()
  for (const [signature, until] of known) {
    if (until > now && known.size <= most) break
    known.delete(signature)
  }
  const signature = signatureOf(request, form)
  // Two blanks, as Eucalyptus has it.
  if (known.has(signature)) {
    refuseProtocol(403, 'Message replay detected.  Same signature was used within the last 15 minutes')
  }
  known.set(signature, now + rememberedSeconds * 1000)
}
