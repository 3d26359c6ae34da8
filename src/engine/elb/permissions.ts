// SPDX-License-Identifier: BSD-2-Clause
// What the operations ask of policies, and how a refusal is said.
import type { Denial } from '../access'
import { refuse } from '../errors'

export const deniedByBalancing: Denial = () =>
  refuse('AccessDenied', 'User is not authorized to perform this operation.', 403)
