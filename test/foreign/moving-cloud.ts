// SPDX-License-Identifier: BSD-2-Clause
// A cloud on a port whose clock is the test's, for what takes minutes. It begins with the machine's time, which programs sign
// with, and may run ahead of it by a few minutes.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedClock } from '../../src/engine/clock'
import { startServer } from '../../src/engine/server'
import { type Cloud, cloud } from '../support/cloud'
import { type PlayedPlane, playedPlane } from '../support/played-plane'

export interface MovingCloud {
  /** Such as `http://127.0.0.1:41234`. */
  readonly endpoint: string
  /** A folder for the test's files, and every program's home. */
  readonly work: string
  /** The environment of every program: the account's keys, and nothing of this process'. */
  readonly env: Readonly<Record<string, string>>
  /** The cloud by its records and by clients of our own, which have no part in what is tried. */
  readonly inside: Cloud
  /** Let time pass, and do what falls due. */
  pass(seconds: number): Promise<void>
  /** Stop; fails when a request met a bug. */
  close(): Promise<void>
}

// Requests that are signed more than 20 seconds ahead of the cloud's clock are refused.
const longestLag = 10_000

/** On a busy machine a test takes longer than its cloud's clock, which stands still, may be behind. */
const keepUp = (clock: SimulatedClock): void => {
  const lag = Date.now() - clock.now()
  if (lag > longestLag) clock.advance(lag / 1000)
}

export const movingCloud = async (): Promise<MovingCloud> => {
  // Another seed than other tests have, which run at the same time: balancers and guests listen at addresses that derive from it.
  const inside = await cloud({ start: new Date().toISOString(), seed: 'foreign', networking: 'vpc' })
  const server = await startServer(
    request => {
      keepUp(inside.clock)
      return inside.engine.handle(request)
    },
    {
      host: '127.0.0.1',
      port: 0,
      name: 'Eucalyptus/4.4.5',
      onBug: bug => inside.bugs.push(bug),
    },
  )
  const work = join(inside.home, 'work')
  mkdirSync(work)
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    work,
    env: {
      HOME: work,
      TZ: 'UTC',
      NO_PROXY: '*',
      AWS_ACCESS_KEY_ID: inside.key.id,
      AWS_SECRET_ACCESS_KEY: inside.key.secret,
      AWS_DEFAULT_REGION: 'eucalyptus',
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
    },
    inside,
    pass: inside.pass,
    close: async () => {
      await server.close()
      await inside.close()
    },
  }
}

export interface PlayedCloud extends MovingCloud {
  readonly plane: PlayedPlane
}

/** As `movingCloud`, with what really runs beside it: balancers that listen, checks, guests. */
export const playedCloud = async (): Promise<PlayedCloud> => {
  const moving = await movingCloud()
  const plane = playedPlane(moving.inside, moving.endpoint)
  return {
    ...moving,
    plane,
    pass: plane.pass,
    close: async () => {
      await plane.stop()
      await moving.close()
    },
  }
}
