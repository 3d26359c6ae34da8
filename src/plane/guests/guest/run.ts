// SPDX-License-Identifier: BSD-2-Clause
// What a process is that the data plane has started: a guest, or a service in one.
import { runConsole } from './console-service'
import { runGuest } from './guest'

export const runPart = (service: string | undefined): Promise<void> => {
  if (service === undefined) return runGuest()
  if (service === 'eucaconsole' && process.send) return runConsole()
  throw new Error(`there is no service ${service}`)
}
