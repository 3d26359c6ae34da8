// SPDX-License-Identifier: BSD-2-Clause
// The cloud inside the tools: opened in this process on the user's folder. What the command left to do (bytes to move,
// states to change) is handed to a process of its own, so that nobody waits for work they did not ask for.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Settings } from '../config'
import type { Door, Io } from './context'

export interface EmbeddedCloud {
  readonly door: Door
  close(): Promise<void>
}

export const openEmbedded = async ({ malleeHome }: Settings, io: Io): Promise<EmbeddedCloud> => {
  const { Engine } = await import('../engine/engine')
  const engine = await Engine.open({ home: malleeHome, ...(io.now ? { clock: { now: io.now } } : {}) })
  return {
    door: request => engine.handle(request),
    close: async () => {
      const hasWork = engine.hasJobs()
      await engine.close()
      if (hasWork) startWorker(malleeHome, io)
    },
  }
}

const startWorker = (home: string, io: Io): void => {
  const worker = spawn(process.execPath, [join(io.packageRoot, 'bin', 'run.js'), 'worker'], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { ...io.env, MALLEE_HOME: home } as NodeJS.ProcessEnv,
  })
  worker.unref()
}
