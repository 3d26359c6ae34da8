// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../cli/suites'

export default local.command({
  summary: 'Work off what the cloud in the data folder has to do, then end',
  description:
    'Tools that used the embedded cloud start this by themselves for what they leave behind: unpacking images, ' +
    'making instance disks.',
  options: {},
  call: async context => {
    const { Engine } = await import('../engine/engine')
    const { malleeHome } = await context.settings()
    const engine = await Engine.open({ home: malleeHome })
    context.defer(() => engine.close())
    while (!context.signal.aborted) {
      await engine.work(context.signal)
      const next = engine.nextJob()
      if (next === undefined) return
      await pause(Math.max(1, next - context.now()), context.signal)
    }
  },
})

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
