// SPDX-License-Identifier: BSD-2-Clause
// Instances that are to be known by their public keys: nothing is sent to one that shows another key.
//
// HAProxy can demand a certificate's signer, but not its key. So each instance is asked for its certificate before
// anything else, and again from time to time; one whose key is none of those that the policy names is not reached.
import { connect, type TLSSocket } from 'node:tls'
import type { BalancerPlan, PlannedTarget } from '../../engine/elb/plan'

interface Known {
  readonly isTrusted: boolean
  readonly at: number
}

const agesMilliseconds = { trusted: 10_000, untrusted: 1000 }
const patienceMilliseconds = 1000

/** The public key (PEM) of the certificate that an instance shows; undefined when it shows none. */
const keyShown = (from: string, to: string, port: number): Promise<string | undefined> =>
  new Promise(resolve => {
    const where = { host: to, port, localAddress: from, rejectUnauthorized: false }
    const socket: TLSSocket = connect(where, () => {
      const key = socket.getPeerX509Certificate()?.publicKey
      socket.destroy()
      resolve(key?.export({ type: 'spki', format: 'pem' }).toString())
    })
    const giveUp = (): void => {
      socket.destroy()
      resolve(undefined)
    }
    socket.setTimeout(patienceMilliseconds, giveUp).on('error', giveUp)
  })

export class KnownKeys {
  #known = new Map<string, Known>()
  readonly #asking = new Set<string>()

  /** The plan without the ports of instances that are not who they should be. */
  async trusted(plan: BalancerPlan): Promise<BalancerPlan> {
    const demanding = plan.backends.filter(
      ({ instancePort, publicKeys }) =>
        publicKeys.length > 0 &&
        plan.listeners.some(
          one => one.instancePort === instancePort && /^(HTTPS|SSL)$/.test(one.instanceProtocol),
        ),
    )
    if (demanding.length === 0) return plan
    const kept = new Map<string, Known>()
    const distrusted = new Set<string>()
    const look = async (target: PlannedTarget, port: number, keys: readonly string[]): Promise<void> => {
      const name = [target.instanceId, target.address, port, ...keys].join(' ')
      const known = this.#known.get(name)
      const age = known?.isTrusted ? agesMilliseconds.trusted : agesMilliseconds.untrusted
      if (!known) await this.#ask(name, plan.address, target.address, port, keys)
      else if (performance.now() - known.at > age)
        void this.#ask(name, plan.address, target.address, port, keys)
      const now = this.#known.get(name)
      if (now) kept.set(name, now)
      if (!now?.isTrusted) distrusted.add(`${target.instanceId} ${port}`)
    }
    await Promise.all(
      demanding.flatMap(({ instancePort, publicKeys }) =>
        plan.targets
          .filter(({ ports }) => ports.includes(instancePort))
          .map(target => look(target, instancePort, publicKeys)),
      ),
    )
    this.#known = kept
    const targets = plan.targets.map(target => ({
      ...target,
      ports: target.ports.filter(port => !distrusted.has(`${target.instanceId} ${port}`)),
    }))
    return { ...plan, targets }
  }

  async #ask(name: string, from: string, to: string, port: number, keys: readonly string[]): Promise<void> {
    if (this.#asking.has(name)) return
    this.#asking.add(name)
    const shown = await keyShown(from, to, port)
    this.#asking.delete(name)
    const isTrusted = shown !== undefined && keys.some(key => key.trim() === shown.trim())
    this.#known.set(name, { isTrusted, at: performance.now() })
  }
}
