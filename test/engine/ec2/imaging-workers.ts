// SPDX-License-Identifier: BSD-2-Clause
// The imaging service's workers, for tests of what they do.
import type { Image, Instance } from '@aws-sdk/client-ec2'
import { workerImageLocation } from '../../../src/engine/imaging/worker-image'
import { workerNames } from '../../../src/engine/imaging/workers'
import type { Cloud } from '../../support/cloud'

/** What a task shows of itself before, while and after a worker has it: see `stateOf`. */
export const waiting = ['active', 'Pending conversion']
export const converting = ['active', 'Converting images']
export const done = ['completed', 'Import task finished successfully']

/** Ids of the workers that run, in the order of their zones. */
export const runningWorkers = (c: Cloud): readonly string[] =>
  c.engine.read(tx =>
    tx.instances
      .list()
      .filter(({ scalingGroup, state }) => scalingGroup === keyOfGroup(c) && state === 'running')
      .sort((a, b) => (a.zone < b.zone ? -1 : 1))
      .map(({ id }) => id),
  )

const keyOfGroup = (c: Cloud): string => `${c.accountId}/${workerNames.group}`

/** Whether an instance is none of the workers, as EC2 shows it. */
export const isNoWorker = ({ Tags = [] }: Instance): boolean =>
  !Tags.some(({ Value }) => Value === workerNames.group)

/** Whether an image is not that of the workers. */
export const isNotTheirs = ({ ImageLocation }: Image): boolean => ImageLocation !== workerImageLocation

/** A day at once: to walk through it would be to look after the workers' group every minute. */
export const passDay = async (c: Cloud): Promise<void> => {
  c.clock.advance(24 * 3600)
  await c.settle()
  // What follows from what was done then.
  await c.pass(61)
}

/** Have the workers that the first import would bring. `c` is the administrator's cloud. */
export const haveWorkers = async (c: Cloud): Promise<readonly string[]> => {
  c.engine.write(tx => tx.start('imaging.enable', workerNames.group))
  await c.pass(30)
  return runningWorkers(c)
}
