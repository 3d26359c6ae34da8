// SPDX-License-Identifier: BSD-2-Clause
// Documents are compiled once: the same few are asked with every request.
import type { Policy } from './contracts'
import { compilePolicy } from './document'
import type { PolicyKind } from './statement'

const most = 5000
const known = new Map<string, Policy>()

/** A document that was accepted before, compiled. The least recently used are given up first. */
export const compiled = (text: string, kind: PolicyKind): Policy => {
  const slot = `${kind} ${text}`
  const found = known.get(slot)
  if (found) {
    known.delete(slot)
    known.set(slot, found)
    return found
  }
  const policy = compilePolicy(text, kind)
  known.set(slot, policy)
  const oldest = known.size > most ? known.keys().next() : undefined
  if (oldest && !oldest.done) known.delete(oldest.value)
  return policy
}
