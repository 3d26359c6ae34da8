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

/** What is known of a cloud in this process. */
interface Known {
  /** When its signatures may be forgotten, in the order in which they came. */
  readonly signatures: Map<string, number>
  /** What the operator wants, and when (ms) that was looked up. */
  isWanted: boolean
  lookedUpAt: number
}

const clouds = new WeakMap<Surroundings, Known>()

// To look at a file for every request would take as long as a fifth of the rest of it.
const goodForMs = 1000

const knownOf = (around: Surroundings): Known => {
  const known = clouds.get(around) ?? { signatures: new Map(), isWanted: false, lookedUpAt: Number.NaN }
  const now = around.clock.now()
  // A clock may be set back.
  if (Math.abs(now - known.lookedUpAt) < goodForMs) return known
  known.isWanted = Boolean(around.setting?.(setting))
  known.lookedUpAt = now
  clouds.set(around, known)
  return known
}

const signatureOf = ({ headers }: HttpRequest, { values }: Form): string => {
  const text =
    values.get('Signature') ??
    values.get('X-Amz-Signature') ??
    /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1] ??
    ''
  // The bytes, as one signature can be spelled in several ways.
  return Buffer.from(text.replaceAll(' ', '+'), 'base64').toString('latin1')
}

// Two blanks, as Eucalyptus has it.
export const replayText = 'Message replay detected.  Same signature was used within the last 15 minutes'

/** Whether what was signed rightly was sent before, and the operator wants such refused. */
export const isReplay = (around: Surroundings, request: HttpRequest, form: Form): boolean => {
  const { isWanted, signatures: known } = knownOf(around)
  if (!isWanted) return false
  const now = around.clock.now()
  for (const [signature, until] of known) {
    if (until > now && known.size <= most) break
    known.delete(signature)
  }
  const signature = signatureOf(request, form)
  if (known.has(signature)) return true
  known.set(signature, now + rememberedSeconds * 1000)
  return false
}

export const refuseReplay = (around: Surroundings, request: HttpRequest, form: Form): void => {
  if (isReplay(around, request, form)) refuseProtocol(403, replayText)
}
