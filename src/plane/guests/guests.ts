// SPDX-License-Identifier: BSD-2-Clause
// Guests: processes that stand for instances.
import type { Part, Surroundings } from '../part'

export const guests = (_around: Surroundings): Part => ({
  settle: async () => {},
  stop: async () => {},
})
