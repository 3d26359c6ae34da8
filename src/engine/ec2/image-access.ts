// SPDX-License-Identifier: BSD-2-Clause
// Who may do what with an image (engine-images §10).
import { refuse } from '../errors'
import type { Caller } from '../operation'
import type { Image } from './schema/images'

/** Its account, or a cloud administrator. */
export const mayManage = (caller: Caller, image: Image): boolean =>
  caller.isCloudAdmin || caller.account === image.account

/** Public, the account's own, or shared with it; a cloud administrator may run everything. */
export const mayRun = (caller: Caller, image: Image): boolean =>
  image.isPublic || mayManage(caller, image) || image.launchAccounts.includes(caller.account)

/** Normally listed and run; a deregistered or failed image is not. */
export const isStandard = (image: Image): boolean => image.state === 'available' || image.state === 'pending'

export const mustManage = (caller: Caller, image: Image, doing: string): void => {
  if (!mayManage(caller, image)) refuse('AuthFailure', `Not authorized to ${doing}`)
}
