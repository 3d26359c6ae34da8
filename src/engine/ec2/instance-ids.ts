// SPDX-License-Identifier: BSD-2-Clause
// Finding instances by ids as typed. Another account's instance is as unknown as one that never was.
import { refuse } from '../errors'
import type { Caller, Tx } from '../operation'
import type { Instance } from './schema/instances'

const syntax = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/

/** Owner, or cloud administrator by id. */
const mayUse = (caller: Caller, instance: Instance): boolean =>
  caller.account === instance.account || caller.isCloudAdmin

const canonicalId = (text: string): string => {
  const id = text.toLowerCase()
  return syntax.test(id) ? id : refuse('InvalidInstanceID.Malformed', `Invalid id: "${text}"`)
}

const unknown = (ids: readonly string[]): never =>
  refuse(
    'InvalidInstanceID.NotFound',
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`,
  )

/**
 * The instances of these ids, each once, in the order given; all must exist before anything is done to any. `isSeen` is
 * for lists, where what the caller may not see is unknown.
 */
export const instancesNamed = (
  tx: Tx,
  ids: readonly string[] | undefined,
  isSeen: (instance: Instance) => boolean = () => true,
): readonly Instance[] => {
  const wanted = [...new Set((ids ?? []).map(canonicalId))]
  const found = wanted
    .map(id => tx.instances.get(id))
    .filter(one => one && mayUse(tx.caller, one) && isSeen(one))
  const missing = wanted.filter(id => !found.some(instance => instance?.id === id))
  return missing.length > 0 ? unknown(missing) : found.filter(instance => instance !== undefined)
}

/** One instance of the account itself: an administrator takes nothing of what is another's. */
export const ownInstance = (tx: Tx, text: string | undefined): Instance => {
  const instance = instanceNamed(tx, text)
  return instance.account === tx.caller.account ? instance : unknown([instance.id])
}

/** One instance, for the calls on its attributes, which call what is no id another name (engine-ebs §1). */
export const instanceWithAttributes = (tx: Tx, id: string | undefined): Instance => {
  if (!syntax.test((id ?? '').toLowerCase())) {
    refuse('InvalidParameterValue', `Value (${id}) for parameter instanceId is invalid. Expected: 'i-...'.`)
  }
  return instanceNamed(tx, id)
}

/** One instance, for the calls on one. */
export const instanceNamed = (tx: Tx, id: string | undefined): Instance => {
  const [instance] = instancesNamed(tx, [id ?? ''])
  return instance ?? unknown([id ?? ''])
}
