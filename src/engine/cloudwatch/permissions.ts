// SPDX-License-Identifier: BSD-2-Clause
import type { Denial } from '../access'
import { refuse } from '../errors'

export const deniedByCloudWatch: Denial = () =>
  refuse('UnauthorizedOperation', 'Not authorized to perform this operation.', 403)
