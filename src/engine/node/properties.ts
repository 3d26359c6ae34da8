// SPDX-License-Identifier: BSD-2-Clause
// Settings of the compute nodes, with the defaults of Eucalyptus' node controller (engine-images §7 and §8) and, where
// it had none, of image-cache.md §3.4.

export const nodeProperties = {
  /** Unless `WALRUS_DOWNLOAD_MAX_ATTEMPTS` says otherwise; see conf.ts. */
  downloadAttempts: 9,
  /** Pauses between attempts double from 2 s to this. */
  downloadPauseLimitSeconds: 300,
  /** Of what is free on the file system, 3 % stay free and two thirds of the rest are the cache's. */
  cacheShareOfFree: 0.97 * (2 / 3),
  /** `node.cache.idle_seconds`: an entry that no instance used for so long goes at the next pass. */
  cacheIdleSeconds: 86_400,
  /** `node.cache.pass_seconds` */
  cachePassSeconds: 2400,
  /** Swap of a paravirtual instance (engine-ebs §8). */
  swapBytes: 512 * 2 ** 20,
  /** What GetConsoleOutput gives at most, hence what is kept. */
  consoleBytes: 65_536,
} as const

/** Seconds before the attempt that follows attempt `number` (from 1) of so many; `undefined` when that was the last. */
export const downloadPause = (number: number, attempts: number): number | undefined =>
  number >= attempts ? undefined : Math.min(2 ** number, nodeProperties.downloadPauseLimitSeconds)
