// SPDX-License-Identifier: BSD-2-Clause
import { setTimeout as pause } from 'node:timers/promises'

const lookAgainMilliseconds = 50

/** Resolves when something is so that another process brings about; the test's own time limit is that of the wait. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await pause(lookAgainMilliseconds)
}
