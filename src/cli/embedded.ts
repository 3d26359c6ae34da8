// SPDX-License-Identifier: BSD-2-Clause
// The cloud inside, opened in this very process for the length of one tool.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../config'
import type { Door, Io } from './context'
import { errorStack } from './errors'

export interface Embedded {
  readonly door: Door
  /** Does what there is to be done to images and disks at this moment. */
  work(signal: AbortSignal): Promise<void>
  /** Closes the folder; what still has to be done to images and disks is left to a process of its own. */
  close(): Promise<void>
}

const leaveToWorker = async ({ packageRoot, env }: Io, home: string): Promise<void> => {
  const program = join(packageRoot, 'bin/run.js')
  // Run from source there is no program to start; the work waits for the next process that opens the folder.
  if (!existsSync(join(packageRoot, 'dist/mallee.cjs'))) return
  const { spawn } = await import('node:child_process')
  const worker = spawn(process.execPath, [program, 'worker'], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { ...env, MALLEE_HOME: home },
  })
  // A machine that cannot start one more process loses nothing: the work is on record.
  worker.on('error', () => {})
  worker.unref()
}

/** Opens the cloud in the settings' folder, making it on first use. */
export const openEmbedded = async (settings: Settings, io: Io, debug: boolean): Promise<Embedded> => {
  const { malleeHome, networking } = settings
  const [{ Engine }, { isDue }, { isAttended }] = await Promise.all([
    import('../engine/engine'),
    import('../engine/due'),
    import('../engine/workers'),
  ])
  const engine = await Engine.open({
    home: malleeHome,
    ...(networking && { networking }),
    ...(io.endsProcess && { endsProcess: true }),
    onBug: error => {
      if (debug) io.stderr.write(`${errorStack(error)}\n`)
    },
  })
  return {
    door: request => engine.handle(request),
    work: signal => engine.work(signal),
    close: async () => {
      // A group that was changed is to be looked after now: the instances that it starts are work as well.
      const hasWork = isDue(engine.around) || engine.nextJob() !== undefined
      const isWorkLeft = hasWork && !isAttended(engine.around)
      await engine.close()
      if (isWorkLeft) await leaveToWorker(io, malleeHome)
    },
  }
}
