// SPDX-License-Identifier: BSD-2-Clause
// Finding volumes by ids as typed.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import type { Volume } from './schema/volumes'

const syntax = /^vol-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** The id as records have it; another text is `InvalidParameterValue`. `parameter` is what the message calls it. */
export const checkVolumeId = (text: string | undefined, parameter = 'volume'): string => {
  const id = (text ?? '').toLowerCase()
  return syntax.test(id)
    ? id
    : refuse(
        'InvalidParameterValue',
        `Value (${text}) for parameter ${parameter} is invalid. Expected: 'vol-...'.`,
      )
}

/** Whether it is the caller's; a cloud administrator may use all. */
export const mayUseVolume = (tx: Tx, { account }: { readonly account: string }): boolean =>
  account === tx.caller.account || tx.caller.isCloudAdmin

/** A volume that the caller may use. Another account's is as unknown as one that never was. */
export const volumeNamed = (tx: Tx, text: string | undefined): Volume => {
  const id = checkVolumeId(text)
  const volume = tx.volumes.get(id)
  return volume && mayUseVolume(tx, volume)
    ? volume
    : refuse('InvalidVolume.NotFound', `The volume '${text}' does not exist.`)
}

/** A volume that the caller may use; another account's is refused as such: UnauthorizedOperation. */
export const usableVolume = (tx: Tx, text: string | undefined, doing: string): Volume => {
  const volume = tx.volumes.must(checkVolumeId(text))
  return mayUseVolume(tx, volume)
    ? volume
    : refuse('UnauthorizedOperation', `Not authorized to ${doing} ${volume.id} by ${tx.caller.userName}`)
}
