// SPDX-License-Identifier: BSD-2-Clause
// Names and addresses of the folder's cloud, for whoever does not ask its resolver.
import type { Clock } from '../engine/clock'
import { Engine } from '../engine/engine'
import { type HostEntry, hostEntries } from './host-entries'
import { isCloudFolder } from './status'

/** Nothing that answers has the name. */
export class NoHostError extends Error {
  override readonly name = 'NoHostError'
}

const isNamed = ({ id, names }: HostEntry, name: string): boolean =>
  id.toLowerCase() === name || names.some(one => one.toLowerCase() === name)

const chosen = (all: readonly HostEntry[], names: readonly string[]): readonly HostEntry[] => {
  if (names.length === 0) return all
  const wanted = new Set<HostEntry>()
  for (const name of names) {
    const found = all.filter(entry => isNamed(entry, name.toLowerCase().replace(/\.$/, '')))
    if (found.length === 0) {
      throw new NoHostError(`No load balancer and no instance that answers has the name '${name}'`)
    }
    for (const entry of found) wanted.add(entry)
  }
  return all.filter(entry => wanted.has(entry))
}

/** All that there are, or those of these names. Asking does not make a cloud. Throws NoHostError. */
export const hostsOf = async (
  home: string,
  names: readonly string[],
  clock: Clock,
): Promise<readonly HostEntry[]> => {
  if (!isCloudFolder(home)) return chosen([], names)
  const engine = await Engine.open({ home, clock })
  try {
    await engine.drain()
    return chosen(
      engine.read(tx => hostEntries(tx, home)),
      names,
    )
  } finally {
    await engine.close()
  }
}
