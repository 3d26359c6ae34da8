// SPDX-License-Identifier: BSD-2-Clause
// A cloud on a port: engine, server and keeper, started and stopped together.
import type { Clock } from '../engine/clock'
import { type Networking, networkingOf } from '../engine/ec2/vpc/networking'
import { Engine } from '../engine/engine'
import { keepWorking } from '../engine/keeper'
import { type RunningServer, startServer } from '../engine/server'
import type { Plane } from '../plane/plane'
import { type Claiming, claimServing } from './claim'

export interface ServeOptions {
  readonly home: string
  readonly host: string
  readonly port: number
  /** Of the resolver; 0 takes a free one, undefined: no resolver. */
  readonly dnsPort?: number | undefined
  /** What balances: a path of HAProxy, or `built in`; by default HAProxy where it is installed. */
  readonly haproxy?: string | undefined
  /** Runs `mallee` again: program and first arguments. Without it nothing runs beside the cloud: no balancer, no guest. */
  readonly command?: readonly string[]
  /** What the folder's cloud has to have; refused when it has another. */
  readonly networking?: Networking | undefined
  /** What a cloud that is not there yet gets, where that is not said. */
  readonly usualNetworking?: Networking | undefined
  /** Tests move theirs. */
  readonly clock?: Clock
  readonly onBug: (error: unknown) => void
  /** Told what cannot be as it was asked for, and does not keep the cloud from being served. */
  readonly onTrouble?: (text: string) => void
}

export interface Serving {
  /** Such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
  /** The administrator's credential folder, with an eucarc for this endpoint. */
  readonly credentials: string
  readonly engine: Engine
  readonly plane: Plane | undefined
  /** Lets answers under way finish, stops the work, closes the folder. */
  stop(): Promise<void>
}

/** The folder's cloud has networks of another kind than was asked for. */
export class NetworkingError extends Error {
  override readonly name = 'NetworkingError'
}

// The release whose behaviour the engine has; Eucalyptus names itself so.
const serverName = 'Eucalyptus/4.4.5'

// Clients give up after a minute, and ask again.
const patienceSeconds = 20

export const serve = async (options: ServeOptions): Promise<Serving> => {
  const { home, host, port, clock, command, networking, onBug } = options
  const founding = networking ?? options.usualNetworking
  const engine = await Engine.open({
    home,
    onBug,
    patienceSeconds,
    ...(clock && { clock }),
    ...(founding && { networking: founding }),
  })
  const own = engine.read(networkingOf)
  if (networking && networking !== own) {
    await engine.close()
    throw new NetworkingError(
      `the cloud in ${home} was founded with ${own} networking, which stays; give it another folder (MALLEE_HOME), or remove it (mallee reset)`,
    )
  }
  const identity = engine.read(tx => tx.cloudIdentity.must('cloud'))
  const keeper = keepWorking(engine, onBug)
  engine.isKept = true
  let server: RunningServer | undefined
  let claim: Claiming | undefined
  let plane: Plane | undefined
  engine.onWork = () => {
    keeper.wake()
    plane?.wake()
  }
  /** Also where not all of it has come to be. */
  const stop = async (): Promise<void> => {
    await server?.close()
    await plane?.stop()
    await keeper.stop()
    claim?.release()
    await engine.close()
  }
  try {
    server = await startServer(request => engine.handle(request), {
      host,
      port,
      name: serverName,
      onBug,
      tls: { key: identity.privateKey, cert: identity.certificate },
    })
    const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
    claim = claimServing(home, endpoint)
    const credentials = await engine.writeCredentials(endpoint)
    if (command) {
      const { startPlane } = await import('../plane/plane')
      plane = await startPlane({ ...options, engine, endpoint, command })
      if (plane.dnsPort !== undefined) claim.note({ dnsPort: plane.dnsPort })
    }
    return { endpoint, credentials, engine, plane, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
