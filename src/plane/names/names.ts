// SPDX-License-Identifier: BSD-2-Clause
// A small resolver for the names that this cloud gives.
import type { Surroundings } from '../part'

export interface Resolver {
  readonly port: number
  stop(): Promise<void>
}

export const names = async (_around: Surroundings, port: number): Promise<Resolver> => ({
  port,
  stop: async () => {},
})
