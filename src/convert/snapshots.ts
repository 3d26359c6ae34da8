// SPDX-License-Identifier: BSD-2-Clause
import { ConversionError } from './errors'
import type { ConversionRecord } from './record'
import type { ConversionServices } from './services'
import { isMissing, until } from './waiting'

const longestDescription = 255

/** What a conversion makes on its way is tagged with. */
export const conversionTag = (record: ConversionRecord) => ({
  Key: 'mallee:conversion',
  Value: `${record.plan.imageId} ${record.token}`,
})

export const snapshotDescription = ({ plan }: ConversionRecord): string =>
  `Converted from ${plan.imageId} (${plan.location})`.slice(0, longestDescription)

/** `gone` is one that failed as well, for that is as good as none. */
export type SnapshotState = 'pending' | 'completed' | 'gone'

interface Seen {
  readonly state: SnapshotState
  /** Hundredths. */
  readonly progress: number
}

const look = async ({ target }: Pick<ConversionServices, 'target'>, id: string): Promise<Seen> => {
  try {
    const { Snapshots: snapshots = [] } = await target.compute.describeSnapshots({ SnapshotIds: [id] })
    const { State: state, Progress: progress = '' } = snapshots[0] ?? {}
    return {
      state: state === 'completed' || state === 'pending' ? state : 'gone',
      progress: Number.parseInt(progress, 10) || 0,
    }
  } catch (error) {
    if (isMissing(error)) return { state: 'gone', progress: 0 }
    throw error
  }
}

export const stateOfSnapshot = async (
  services: Pick<ConversionServices, 'target'>,
  id: string,
): Promise<SnapshotState> => (await look(services, id)).state

/** Wait until a snapshot of so many GiB is complete. Throws ConversionError when it never will be. */
export const snapshotCompleted = (services: ConversionServices, id: string, sizeGib: number): Promise<true> =>
  until(services, `snapshot ${id}`, async () => {
    const { state, progress } = await look(services, id)
    if (state === 'gone') throw new ConversionError(`snapshot ${id} could not be completed`)
    const isComplete = state === 'completed'
    const total = sizeGib * 2 ** 30
    const done = isComplete ? total : Math.floor((total * progress) / 100)
    services.onEvent({ kind: 'progress', step: 'snapshot', done, total })
    return isComplete || undefined
  })
