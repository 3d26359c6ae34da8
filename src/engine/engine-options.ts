// SPDX-License-Identifier: BSD-2-Clause
// What a cloud is opened with, and what its transactions have around them.
import { Blobs } from './bytes/blobs'
import { type Clock, systemClock } from './clock'
import type { Networking } from './ec2/vpc/networking'
import { type Entropy, systemEntropy } from './entropy'
import { EventLog } from './event-log'
import { settingIn, wordIn } from './node/conf'
import { Store } from './store/store'
import type { Surroundings } from './transaction'

export interface EngineOptions {
  /** The folder that is this cloud. Made when it is not there. */
  readonly home: string
  readonly clock?: Clock
  readonly entropy?: Entropy
  readonly region?: string
  /** What a cloud that is founded by this opening gets: `vpc` unless told otherwise. One that is there keeps its own. */
  readonly networking?: Networking
  /** How long an answer may wait for work that belongs to it; unlimited unless clients might give up meanwhile. */
  readonly patienceSeconds?: number
  /** The process ends as soon as this is closed, and leaves the folder by that. */
  readonly endsProcess?: boolean
  /** Called with what no client should see: the stack of a bug. */
  readonly onBug?: (error: unknown) => void
}

export const surroundingsOf = (
  options: EngineOptions,
  onBug: (error: unknown) => void,
  onWork: () => void,
): Surroundings => {
  const { home, clock = systemClock, entropy = systemEntropy, region = 'eucalyptus' } = options
  return {
    store: new Store(home),
    blobs: new Blobs(home),
    clock,
    entropy,
    log: new EventLog(home),
    region,
    setting: name => settingIn(home, name),
    settingText: name => wordIn(home, name),
    onBug,
    onWork,
  }
}
