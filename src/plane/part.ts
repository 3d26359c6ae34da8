// SPDX-License-Identifier: BSD-2-Clause
// What the parts of the data plane share.
import type { Engine } from '../engine/engine'

export interface Surroundings {
  readonly engine: Engine
  /** The cloud's folder. What runs here keeps its files below `plane` in it. */
  readonly home: string
  /** Where the cloud answers, such as `http://127.0.0.1:8773`: guests ask it what they are to be. */
  readonly endpoint: string
  /** Called with what went wrong that nobody waits for. */
  readonly onBug: (error: unknown) => void
  /** Told what cannot be as it was asked for, and does not keep the rest from going on. */
  readonly onTrouble?: (text: string) => void
}

/**
 * One part of what runs beside a served cloud. It goes by the records alone, so that it does not matter which process
 * changed them, and a part that was killed begins anew where the records are.
 */
export interface Part {
  /**
   * Bring about what the records say at this moment, and resolve once it is so as far as that can be. Never called twice
   * at the same time. What cannot be done is on record, or told to `onBug`; it is tried again with the next call.
   */
  settle(): Promise<void>
  /** End everything that it has started. */
  stop(): Promise<void>
}
