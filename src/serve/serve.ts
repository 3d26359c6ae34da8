// SPDX-License-Identifier: BSD-2-Clause
// A cloud on a port: engine, server and keeper, started and stopped together.
import { Engine } from '../engine/engine'
import { keepWorking } from '../engine/keeper'
import { startServer } from '../engine/server'
import { claimServing } from './claim'

export interface ServeOptions {
  readonly home: string
  readonly host: string
  readonly port: number
  readonly onBug: (error: unknown) => void
}

export interface Serving {
  /** Such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
  /** The administrator's credential folder, with an eucarc for this endpoint. */
  readonly credentials: string
  /** Lets answers under way finish, stops the work, closes the folder. */
  stop(): Promise<void>
}

// The release whose behaviour the engine has; Eucalyptus names itself so.
const serverName = 'Eucalyptus/4.4.5'

// Clients give up after a minute, and ask again.
const patienceSeconds = 20

export const serve = async ({ home, host, port, onBug }: ServeOptions): Promise<Serving> => {
  const engine = await Engine.open({ home, onBug, patienceSeconds })
  const identity = engine.read(tx => tx.cloudIdentity.must('cloud'))
  const keeper = keepWorking(engine, onBug)
  engine.onWork = keeper.wake
  engine.isKept = true
  try {
    const server = await startServer(request => engine.handle(request), {
      host,
      port,
      name: serverName,
      onBug,
      tls: { key: identity.privateKey, cert: identity.certificate },
    })
    const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
    const release = claimServing(home, endpoint)
    const credentials = await engine.writeCredentials(endpoint)
    return {
      endpoint,
      credentials,
      stop: async () => {
        await server.close()
        await keeper.stop()
        release()
        await engine.close()
      },
    }
  } catch (error) {
    await keeper.stop()
    await engine.close()
    throw error
  }
}
