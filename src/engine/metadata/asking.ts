// SPDX-License-Identifier: BSD-2-Clause
// Which instance asks for metadata. On a real cloud the network tells; here there are three ways:
//
//   the address that the request comes from is an instance's
//   the address that it is sent to (its Host) is an instance's, and it comes from this machine
//   its path names the instance, and it comes from this machine, which it calls by an address or `localhost`
//
// The keys of an instance's role are told this way. A request from elsewhere is therefore believed nothing that its
// sender can choose: neither path nor Host, nor the word of a proxy on this machine. That the third way wants a plain
// Host keeps out web pages whose name was made to mean this machine.
import { addressIndex } from '../ec2/address-pools'
import { hostAddress, isOnNode } from '../ec2/instance-network-views'
import type { Instance } from '../ec2/schema/instances'
import type { HttpRequest } from '../http'
import type { Tx } from '../operation'
import type { MetadataPath } from './door'

const plain = (address: string | undefined): string | undefined => address?.replace(/^::ffff:/, '')

const isLoopback = (address: string): boolean => address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)

/** From this machine, and not passed on by a server on it. What does not come over a network has no address. */
const isLocal = ({ remoteAddress, headers }: HttpRequest): boolean => {
  const address = plain(remoteAddress)
  const isPassedOn = ['x-forwarded-for', 'forwarded', 'via'].some(name => headers[name] !== undefined)
  return (address === undefined || isLoopback(address)) && !isPassedOn
}

const hostOf = ({ headers }: HttpRequest): string =>
  (headers.host ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')

const instanceAt = (tx: Tx, address: string): Instance | undefined => {
  const publicAddress = addressIndex(tx)
  return tx.instances
    .list()
    .find(
      instance =>
        isOnNode(instance) && (hostAddress(instance) === address || publicAddress(instance.id) === address),
    )
}

/** The instance that a request is of. Only one that runs, or is about to, can ask. */
export const instanceAsking = (tx: Tx, request: HttpRequest, asked: MetadataPath): Instance | undefined => {
  if (asked.instanceId !== undefined) {
    const host = hostOf(request)
    // In process nobody resolves a name.
    const isPlain = request.remoteAddress === undefined || host === 'localhost' || isLoopback(host)
    const instance = isLocal(request) && isPlain ? tx.instances.get(asked.instanceId) : undefined
    return instance && isOnNode(instance) ? instance : undefined
  }
  const source = plain(request.remoteAddress)
  const bySource = source === undefined ? undefined : instanceAt(tx, source)
  return bySource ?? (isLocal(request) ? instanceAt(tx, hostOf(request)) : undefined)
}
