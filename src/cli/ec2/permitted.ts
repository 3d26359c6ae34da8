// SPDX-License-Identifier: BSD-2-Clause

/** An account, or everybody for the word `all`, as permissions of images and snapshots name them. */
export const permitted = (entity: string): { Group: 'all' } | { UserId: string } =>
  entity === 'all' ? { Group: 'all' } : { UserId: entity }
