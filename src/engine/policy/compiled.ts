// SPDX-License-Identifier: BSD-2-Clause
// Documents are compiled once: the same few are asked with every request.
import type { Policy } from './contracts'
import { compilePolicy } from './document'
import type { PolicyKind } from './statement'

// As many as a large cloud has, and no more characters than a process can spare: what is compiled takes several times
// the space of its text.
const most = 5000
const mostCharacters = 8_000_000
const known = new Map<string, Policy>()
let characters = 0

const forget = (slot: string): void => {
  if (known.delete(slot)) characters -= slot.length
}

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
  characters += slot.length
  for (const oldest of known.keys()) {
    if (known.size <= most && characters <= mostCharacters) break
    forget(oldest)
  }
  return policy
}
