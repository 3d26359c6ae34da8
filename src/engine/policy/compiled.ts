// SPDX-License-Identifier: BSD-2-Clause
// Documents are compiled once: the same few are asked with every request. There are two generations. What is asked moves
// to the young one; when that is full it becomes the old one, and what nobody has asked since is given up. Finding one
// costs no more than finding a text that is known, which is what most requests spend on this.
import type { Policy } from './contracts'
import { compilePolicy } from './document'
import type { PolicyKind } from './statement'

// Of each generation and kind: as many as a large cloud has, and no more characters than a process can spare, since
// what is compiled takes several times the space of its text.
const most = 2500
const mostCharacters = 4_000_000

class Known {
  #young = new Map<string, Policy>()
  #old = new Map<string, Policy>()
  #characters = 0

  get(text: string): Policy | undefined {
    const found = this.#young.get(text)
    if (found) return found
    const before = this.#old.get(text)
    if (before) this.set(text, before)
    return before
  }

  set(text: string, policy: Policy): void {
    if (this.#young.size >= most || this.#characters + text.length > mostCharacters) {
      this.#old = this.#young
      this.#young = new Map()
      this.#characters = 0
    }
    this.#young.set(text, policy)
    this.#characters += text.length
  }
}

const known: Readonly<Record<PolicyKind, Known>> = {
  identity: new Known(),
  resource: new Known(),
  trust: new Known(),
}

/** A document, compiled. Refuses what is none with MalformedPolicyDocument. */
export const compiled = (text: string, kind: PolicyKind): Policy => {
  const found = known[kind].get(text)
  if (found) return found
  const policy = compilePolicy(text, kind)
  known[kind].set(text, policy)
  return policy
}
